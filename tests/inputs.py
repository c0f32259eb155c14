"""The catalogue of bad inputs. tests/integration/test_inputs.py tries each of them against every route that takes its
kind; what each route takes is read from its address, from the API's description and from the forms of the admin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    PATH = "in place of a part of the path"
    QUERY = "as the whole query"
    DATE = "in place of a date"
    NUMBER = "in place of a number"
    WORD = "in place of a word of a list"
    NAME = "in place of a record's name"
    SEARCH = "in place of what is searched for"
    CURSOR = "in place of a cursor"
    TEXT = "in place of a text"
    TYPE = "as a JSON value of the wrong type"
    EXTRA = "as further fields of a body"
    BODY = "as the whole body"
    HEADER = "as a header"


@dataclass(frozen=True)
class Bad:
    """One input. `value` is text for a path or a query (percent-encoded there), a JSON value for a field, bytes for a
    body, a mapping for headers; `statuses` are what a route of the API may answer with."""

    kind: Kind
    name: str
    value: Any
    statuses: frozenset[int] = frozenset({400})

    def __str__(self) -> str:
        return f"{self.kind.name.lower()}-{self.name}"


def _bad(kind: Kind, values: Mapping[str, Any] | Iterable[str], *statuses: int) -> list[Bad]:
    named = values if isinstance(values, Mapping) else {value[:40]: value for value in values}
    return [Bad(kind, name, value, frozenset(statuses or (400,))) for name, value in named.items()]


ARABIC_DIGITS = "٢٠٢٦-٠٢-٠٩"

PATHS = _bad(
    Kind.PATH,
    {
        "2^63": str(2**63),
        "2^31": str(2**31),
        "5000 digits": "9" * 5000,
        "minus one": "-1",
        "underscored": "1_0",
        "digits of another script": "%D9%A1",
        "full-width digits": "USCN-%EF%BC%91",
        "no uuid": "6f9619ff-8b86-d011-b42d",
        "nul": "a%00b",
        "dots and a slash": "..%2f",
        "dots": "%2e%2e",
        "no utf-8": "%ff",
        "surrogate": "%ed%a0%80",
        "other case": "uscn-1",
        "leading zero": "USCN-01",
        "line break": "USCN-1%0A",
        "blank": "%20",
        "quote": "USCN-1'%20OR%201=1--",
        "markup": "%3Csvg%20onload=alert(1)%3E",
        "format string": "%25s%7B0%7D",
        "zero width": "USCN-1%E2%80%8B",
    },
    404,
)

QUERIES = _bad(
    Kind.QUERY,
    {
        "unknown filter": "colour=red",
        "lookup": "id__in=100000000000000000000",
        "range": "id__range=1,100000000000000000000",
        "regular expression": "title__iregex=(",
        "slow regular expression": "title__regex=(a%2B)%2B$",
        "connector": "_connector=OR%201=1",
        "negated": "_negated=1",
        "another table": "relationship__slug__startswith=us",
        "password": "assignee__password__startswith=md5",
        "70,000 ids": "id__in=" + ",".join(map(str, range(70_000))),
        "70,000 parameters": "&".join(f"id={number}" for number in range(70_000)),
        "nul": "q=%00",
        "nul in a name": "%00=1",
        "no utf-8": "q=%ff",
        "surrogate": "q=%ed%a0%80",
        "offset": "offset=1000000000000",
        "limit": f"limit={2**63}",
        "page": "page=0",
        "page of nothing": "page=NaN",
        "format": "format=xml",
        "version": "version=9",
        "callback": "callback=alert",
        "method": "_method=DELETE",
        "token": "token=abc",
        "prototype": "__proto__[x]=1",
        "facets": "_facets=True&x__isnull=2",
        "popup": "_popup=1&_to_field=password",
    },
)

DATES = _bad(
    Kind.DATE,
    [
        "0000-01-01",
        "-0001-01-01",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "99999-01-01",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-12:00",
        "2026-02-30",
        "2026-2-3",
        "20260203",
        "2026-W06-1",
        "02/03/2026",
        "-999999999",
        "NaN",
        "now",
        ARABIC_DIGITS,
        "2026-02-09\n",
        "9" * 5000,
    ],
)

NUMBERS = _bad(
    Kind.NUMBER,
    ["0", "-1", "1.0", "1e3", "1_0", "+1", " 1", "0x10", "NaN", "sNaN", "1e1000000", "١", "１", "", "9" * 5000, "true"],
)

WORDS = _bad(Kind.WORD, ["password", "parent__title", "?", "RAISED", " raised", "raised,watch", "null", "x" * 50_000])

NAMES = _bad(Kind.NAME, ["us-ru", "USRU-1", "stranger", "none-such", "%", "*", str(2**63), "x" * 50_000, ""])

SEARCHES = _bad(
    Kind.SEARCH,
    {
        "1,500 words": "a " * 1500,
        "50,000 words": "a " * 50_000,
        "blank": " ",
        "50,000 signs": "%" * 50_000,
        "empty": "",
    },
)

CURSORS = _bad(
    Kind.CURSOR,
    [
        "p=notadate",
        "2026-02-30",
        "cD0yMDI2LTAyLTMw",
        "9999-12-31",
        "WyJ4Iiwx:1abcde:c2lnbmF0dXJl",
        ":::",
        "١",
        "x" * 9999,
    ],
)

TEXTS = _bad(
    Kind.TEXT,
    {
        "nul": "a\x00b",
        "lone surrogate": "a\ud800b",
        "control character": "a\x07b",
        "blanks": " \t ",
        "zero width": "\u200b\u2060\ufeff",
        "empty": "",
    },
) + _bad(Kind.TEXT, {"1 MB": "x" * 1_000_001}, 400, 413)

TYPES = _bad(
    Kind.TYPE,
    {
        "number": 1,
        "fraction": 1.5,
        "negative days": -999999999,
        "list": ["x"],
        "object": {"x": "y"},
        "list of many": [[]] * 1000,
        "nothing in lists": [[[[None]]]],
    },
)

EXTRAS = _bad(
    Kind.EXTRA,
    {
        "ids": {"id": 9, "created_by": 1, "relationship": "us-ru"},
        "progress": {"progress": 101},
        "server time": {"recorded_at": "2020-01-01T00:00:00Z", "version": 1},
        "nul in a name": {"a\x00b": 1},
        "surrogate in a name": {"\udfff": 1},
        "1 MB name": {"x" * 1_000_000: 1},
        "bidi override in a name": {"\u202eto": "x"},
        "prototype": {"__proto__": {"x": 1}, "constructor": 1},
        "1,000 fields": {f"field{number}": number for number in range(1000)},
    },
)

BODIES = _bad(
    Kind.BODY,
    {
        "nothing": b" ",
        "array 100,000 deep": b"[" * 100_000,
        "object 100,000 deep": b'{"a":' * 100_000,
        "closed and 100,000 deep": b'{"to": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "1e400": b'{"to": 1e400}',
        "NaN": b'{"to": NaN}',
        "infinity": b'{"to": -Infinity}',
        "integer of 5,000 digits": b'{"to": ' + b"9" * 5000 + b"}",
        "2^63": b'{"to": 9223372036854775808}',
        "duplicate keys": b'{"to": "raised", "to": "raised"}',
        "list for object": b'[{"to": "raised"}]',
        "text for object": b'"raised"',
        "null for object": b"null",
        "truncated": b'{"to": "rai',
        "after the end": b'{"to": "raised"} {}',
        "UTF-16": '{"to": "raised"}'.encode("utf-16"),
        "no UTF-8": b'{"to": "\xff"}',
        "byte order mark": b"\xef\xbb\xbf{}",
        "escaped NUL": b'{"to": "\\u0000"}',
        "half a pair": b'{"to": "\\ud800"}',
        "comment": b'{"to": "raised" /* x */}',
        "Python": b"{'to': None}",
        "form": b"to=raised",
    },
) + _bad(Kind.BODY, {"3 MB": json.dumps({"reason": "x" * 3_000_000}).encode()}, 413)

HEADERS = (
    _bad(
        Kind.HEADER,
        {
            "no token": {"Authorization": ""},
            "NUL in a token": {"Authorization": "Bearer a\x00b"},
            "token of bytes": {"Authorization": "Bearer \xff\xfe"},
            "long token": {"Authorization": "Bearer " + "x" * 100_000},
            "other scheme": {"Authorization": "Basic dTpw"},
        },
        401,
    )
    + _bad(
        Kind.HEADER,
        {
            "charset of text codecs": {"Content-Type": "application/json; charset=rot13"},
            "charset that raises": {"Content-Type": "application/json; charset=undefined"},
            "unknown charset": {"Content-Type": "application/json; charset=none-such"},
            "NUL in a cookie": {"Cookie": 'sessionid="\\000abcdefghijklmnopqrstuvwxyz"'},
            "foreign host": {"Host": "evil.example"},
        },
    )
    + _bad(Kind.HEADER, {"XML": {"Accept": "application/xml"}, "no type": {"Accept": ";;;=,"}}, 406)
)

CATALOGUE: list[Bad] = [
    *PATHS,
    *QUERIES,
    *DATES,
    *NUMBERS,
    *WORDS,
    *NAMES,
    *SEARCHES,
    *CURSORS,
    *TEXTS,
    *TYPES,
    *EXTRAS,
    *BODIES,
    *HEADERS,
]
