"""From the bytes of a file to values with marks.

The parser's events are turned into values by hand: nothing is constructed that the file asks for, an alias is not
followed, and what is too deep or too much is refused while it is read. The report gets every problem; those after
which nothing more can be read end the reading with DossierRefused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from core.errors import TooLarge
from tracker.dossiers.report import Report
from tracker.dossiers.values import Listing, Mark, Scalar, Table, Value

LIMIT = 10 * 1024 * 1024
DEPTH = 12
VALUES = 1_000_000
# What no YAML text may hold.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def read(data: bytes, report: Report) -> Value:
    """The one document of the file."""
    if len(data) > LIMIT:
        raise TooLarge(f"A dossier has at most {LIMIT // 1024 // 1024} MB.", field="file")
    text = _decoded(data, report)
    try:
        return _Reader(report).document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        report.end(_mark(error.problem_mark or error.context_mark), "", f"is not YAML: {error.problem}")


def _decoded(data: bytes, report: Report) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.end(Mark(line, 1), "", f"is not UTF-8: byte {data[error.start]:#04x}")
    unsafe = UNSAFE.search(text)
    if unsafe:
        start = unsafe.start()
        mark = Mark(text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        report.end(mark, "", f"holds the control character U+{ord(unsafe[0]):04X}")
    return text


class _Reader:
    """Builds the tree without recursion: `stack` holds the tables and listings that are still open, `names` the field
    of each of them that waits for its value."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.stack: list[Listing | Table] = []
        self.names: list[Scalar | None] = []
        self.root: Value | None = None
        self.count = 0

    def document(self, events: Iterator[yaml.Event]) -> Value:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                self._stop(event, "a second document begins here; a dossier is one")
            self._take(event)
        if self.root is None:
            self.report.end(Mark(1, 1), "", "is empty")
        return self.root

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_extras(event)
            self._place(Scalar(_mark(event.start_mark), event.value, event.implicit[0]), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_extras(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.names.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._note(event, "aliases are not read: write the value out")
            self._place(Scalar(_mark(event.start_mark), ""), event)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        mark = _mark(event.start_mark)
        opened = Table(mark) if isinstance(event, yaml.MappingStartEvent) else Listing(mark)
        if len(self.stack) >= DEPTH:
            self._stop(event, f"is nested deeper than {DEPTH} levels")
        self._place(opened, event)
        self.stack.append(opened)
        self.names.append(None)

    def _place(self, value: Value, event: yaml.Event) -> None:
        """Into the table or listing that is open; in a table, names and values take turns."""
        self.count += 1
        if self.count > VALUES:
            self._stop(event, f"holds more than {VALUES} values")
        if not self.stack:
            self.root = value
            return
        inside, name = self.stack[-1], self.names[-1]
        if isinstance(inside, Listing):
            inside.items.append(value)
        elif name is not None:
            self._enter(inside, name, value)
            self.names[-1] = None
        elif isinstance(value, Scalar):
            self.names[-1] = value
        else:
            self._stop(event, "the name of a field is a word, not a table or a listing")

    def _enter(self, table: Table, name: Scalar, value: Value) -> None:
        if name.text in table.items:
            first = table.keys[name.text].line
            self.report.add(name.mark, name.text[:80], f"stands twice in one table, first in line {first}")
            return
        table.items[name.text] = value
        table.keys[name.text] = name.mark

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._note(event, "anchors are not read: write the value out where it is needed")
        if event.tag is not None:
            self._note(event, "tags are not read: types follow from the fields", event.tag)

    def _note(self, event: yaml.Event, reason: str, value: object = None) -> None:
        self.report.add(_mark(event.start_mark), "", reason, value)

    def _stop(self, event: yaml.Event, reason: str) -> NoReturn:
        self.report.end(_mark(event.start_mark), "", reason)


def _mark(mark: Any) -> Mark:
    """The parser counts from 0, and its two builds have marks of two types."""
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
