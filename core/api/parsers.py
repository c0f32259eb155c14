"""JSON, read strictly: what two readers could understand differently, or a database cannot hold, is refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser

from core.errors import InvalidInput, TooLarge

DEEPEST = 32
INTEGERS = range(-(2**63), 2**63)
# A string, closed or not, or a bracket. Possessive, so that no input makes it look at a character twice.
_MARK = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(f"is larger than {limit} bytes", field="body")
        return read_object(raw)


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object. InvalidInput says where it is not one, or not a safe one."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"is not UTF-8 at byte {error.start}", field="body") from error
    _refuse_depth(text)
    try:
        found = _decoder.decode(text)
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise InvalidInput(reason, field="body") from error
    if not isinstance(found, dict):
        raise InvalidInput("must be a JSON object", field="body")
    for path, string in _strings(found, ""):
        _refuse_unstorable(path, string)
    return found


def _refuse_depth(text: str) -> None:
    """Before parsing: the parser itself would recurse."""
    depth = 0
    for match in _MARK.finditer(text):
        mark = match[0]
        depth += (mark in "[{") - (mark in "]}")
        if depth > DEEPEST:
            raise InvalidInput(f"is nested deeper than {DEEPEST} levels", field="body")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise InvalidInput("is given twice", field=ascii(twice)[1:-1])
    return found


def _integer(text: str) -> int:
    number = int(text) if len(text) <= 20 else 2**63
    if number not in INTEGERS:
        raise InvalidInput("holds an integer beyond 64 bits", field="body", value=text)
    return number


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _constant(text)
    return number


def _constant(text: str) -> NoReturn:
    raise InvalidInput("holds a number that is not finite", field="body", value=text)


_decoder = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=_integer, parse_float=_float, parse_constant=_constant)


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every string in it, keys included, with the path to it. At most DEEPEST levels, hence safe to recurse."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield path or "body", key
            yield from _strings(item, f"{path}.{key}" if path else key)


def _refuse_unstorable(path: str, text: str) -> None:
    if "\x00" in text:
        raise InvalidInput("holds the control character U+0000", field=path)
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidInput("holds half of a surrogate pair, which is no character", field=path)
