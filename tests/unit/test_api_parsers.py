from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest

from core.api.parsers import DEEPEST, StrictJSONParser, read_object
from core.errors import InvalidInput, TooLarge


def refusal(raw: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_object(raw)
    return caught.value


def test_an_object_is_read_as_it_stands() -> None:
    found = read_object(
        b' {"a": "\xe4\xb8\xad \\ud83d\\ude00", "b": [1, -2.5, true, null, {"c": 9223372036854775807}]} '
    )
    assert found == {"a": "中 😀", "b": [1, -2.5, True, None, {"c": 2**63 - 1}]}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b'{"a": "x',
        b'{"a": 1,}',
        b"{'a': 1}",
        b"\xef\xbb\xbf{}",
        b'{"a": "\xff"}',
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-32-le"),
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e400}',
        b'{"a": 9223372036854775808}',
        b'{"a": -9223372036854775809}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'"text"',
        b"[1]",
        b"null",
        b'{"a": 1}{"b": 2}',
    ],
)
def test_what_is_no_safe_object_is_refused_as_body(raw: bytes) -> None:
    assert refusal(raw).field == "body"


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b'{"a": 1, "a": 1}', "a"),
        (b'{"a": {"b": 1, "c": 2, "c": 3}}', "c"),
        (b'{"a": "\\u0000"}', "a"),
        (b'{"a": ["x", {"b": "\\ud800"}]}', "a[1].b"),
        (b'{"\\udfff": 1}', "body"),
        (b'{"a": {"\\u0000": 1}}', "a"),
    ],
)
def test_what_two_readers_could_take_differently_is_named_by_field(raw: bytes, field: str) -> None:
    assert refusal(raw).field == field


def test_nesting_is_refused_before_a_parser_could_recurse() -> None:
    deep = b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert "nested" in refusal(deep).reason
    assert "nested" in refusal(b'{"a": ' * 100_000).reason
    allowed = b'{"a": ' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}"
    assert read_object(allowed)["a"] is not None
    assert "nested" in refusal(allowed.replace(b"[", b"[[").replace(b"]", b"]]")).reason


def test_brackets_in_a_string_are_no_nesting() -> None:
    text = '[{"' * 1000 + "\\"
    assert read_object(json.dumps({"a": text}).encode()) == {"a": text}


@pytest.mark.parametrize("raw", [b'"\\' * 500_000, b'"' * 1_000_000, b"\\" * 1_000_000, b'{"a": "' + b"\\" * 1_000_001])
def test_no_input_takes_more_than_a_glance(raw: bytes) -> None:
    started = time.monotonic()
    refusal(raw)
    assert time.monotonic() - started < 2


def test_a_body_beyond_the_limit_is_too_large_and_is_not_read_to_its_end(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    stream = io.BytesIO(b'{"a": "' + b"x" * 1000 + b'"}')
    with pytest.raises(TooLarge):
        StrictJSONParser().parse(stream)
    assert stream.tell() == 101


def test_without_the_guard_a_parser_recurses() -> None:
    with pytest.raises(RecursionError):
        json.loads("[" * 100_000)
