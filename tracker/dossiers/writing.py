"""Canonical text of plain data: the same data give the same bytes, on every machine and with every version.

A small emitter of our own, since that of a library may fold and quote otherwise in its next version. What it writes
is YAML that any reader takes for the same data; tests hold it to that.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from tracker.dossiers.values import Plain

# Words that some reader of YAML takes for something else than text.
WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
PLAIN = re.compile(r"[A-Za-z](?:[\w !\"$%&'()*+./;=?@–—’“”-]|:(?=[\w/])|,(?= ))*(?<! )\Z", re.ASCII)
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u205f-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write(data: Mapping[str, Plain]) -> bytes:
    """A table of plain data as UTF-8 text, each of its parts set off by an empty line."""
    parts = ["".join(f"{line}\n" for line in _table({name: value}, "")) for name, value in data.items()]
    return "\n".join(parts).encode()


def instant(value: dt.datetime) -> str:
    """UTC, with as many decimals of the second as it has."""
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _table(table: Mapping[str, Plain], indent: str) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{name}:"
            yield from _table(value, indent + "  ")
        elif isinstance(value, Sequence) and not isinstance(value, str) and value:
            yield f"{indent}{name}:"
            yield from _listing(value, indent + "  ")
        else:
            yield from _entry(f"{indent}{name}:", value, indent)


def _entry(head: str, value: Plain, indent: str) -> Iterator[str]:
    """One field in one line, or text of several lines as a block."""
    if isinstance(value, str) and _is_block(value):
        yield f"{head} |-"
        yield from (f"{indent}  {line}" if line else "" for line in value.split("\n"))
    else:
        yield f"{head} {_scalar(value)}"


def _listing(rows: Sequence[Plain], indent: str) -> Iterator[str]:
    """Each with a dash before its first line."""
    for row in rows:
        if not isinstance(row, Mapping):
            yield f"{indent}- {_scalar(row)}"
            continue
        first, *rest = _table(row, indent + "  ")
        yield f"{indent}- {first.lstrip()}"
        yield from rest


def _scalar(value: Plain) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return value if PLAIN.match(value) and value.lower() not in WORDS else _quoted(value)
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, Sequence):
        return "[]"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _quoted(text: str) -> str:
    escaped = "".join(ESCAPES.get(char, char) for char in text)
    return f'"{HIDDEN.sub(_escape, escaped)}"'


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _is_block(text: str) -> bool:
    """Whether the lines can stand as they are: nothing hidden, no blank at an edge that an editor might trim."""
    lines = text.split("\n")
    if len(lines) == 1 or not lines[0] or not lines[-1]:
        return False
    return all(line == line.strip() and not HIDDEN.search(line) for line in lines)
