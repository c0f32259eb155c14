"""Typed readings of one table. A field that is wrong is reported with its place, and the reading goes on.

Each reading remembers the name it was asked for; `finish` reports the names that nobody asked for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from core.errors import InvalidInput
from core.text import clean
from tracker.dossiers.report import Report
from tracker.dossiers.values import Listing, Scalar, Table, Value

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
INSTANT = re.compile(DATE.pattern[:-2] + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})\Z")
NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
NO_TEXT = re.compile(r"[-+]?[.0-9][0-9_,.:]*([eE][-+]?[0-9]+)?\Z|true\Z|false\Z|null\Z|~\Z", re.IGNORECASE)


FLAGS = {"true": True, "false": False}


class Fields:
    def __init__(self, value: Value, path: str, report: Report) -> None:
        self.path = path
        self.report = report
        self.mark = value.mark
        self.is_table = isinstance(value, Table)
        self.broken = not self.is_table
        self.table = value if isinstance(value, Table) else Table(value.mark)
        self.wrong: set[str] = set()
        self._asked: set[str] = set()
        if not self.is_table:
            report.add(value.mark, path, "must be a table of fields")

    @classmethod
    def of_listing(cls, path: str, value: Value, report: Report) -> list[Fields]:
        """The tables of a listing that stands for itself."""
        if isinstance(value, Scalar) and value.is_null:
            return []
        if not isinstance(value, Listing):
            report.add(value.mark, path, "must be a listing: lines that begin with a dash")
            return []
        return [cls(item, f"{path}[{number}]", report) for number, item in enumerate(value.items)]

    def refuse(self, name: str, reason: str, value: object = None) -> None:
        """Reports a problem at the field if it is there, else at the table."""
        self.broken = True
        self.wrong.add(name)
        at = self.table.items.get(name)
        path = ".".join(part for part in (self.path, name) if part)
        self.report.add(at.mark if at else self.mark, path, reason, value)

    def has(self, name: str) -> bool:
        return name in self.table.items

    def take(self, name: str) -> Value | None:
        """The value as it is, for who reads it further; None where it is left out or null."""
        return self._value(name, required=False)

    def text(self, name: str, *, limit: int, required: bool = True, lines: bool = False) -> str:
        """Cleaned text; "" where it is not required and not there, or wrong."""
        scalar = self._scalar(name, required=required)
        if scalar is None:
            return ""
        if scalar.plain and NO_TEXT.match(scalar.text):
            self.refuse(name, "must be text; put it in quotes", scalar.text)
            return ""
        try:
            return clean(scalar.text, field=name, limit=limit, required=required, lines=lines)
        except InvalidInput as error:
            self.refuse(name, error.reason, error.value)
            return ""

    def verbatim(self, name: str, *, limit: int) -> str:
        """Text as it stands, blanks, breaks and marks included; "" where it is not there."""
        scalar = self._scalar(name, required=False)
        if scalar is None:
            return ""
        if scalar.plain and NO_TEXT.match(scalar.text):
            self.refuse(name, "must be text; put it in quotes", scalar.text)
        elif len(scalar.text) > limit:
            self.refuse(name, f"has {len(scalar.text)} characters; at most {limit} are kept")
        else:
            return scalar.text
        return ""

    def flag(self, name: str) -> bool:
        """Whether it is said to be so; false where nothing is said."""
        scalar = self._scalar(name, required=False)
        if scalar is not None and not (scalar.plain and scalar.text in FLAGS):
            self.refuse(name, "must be true or false", scalar.text)
        return scalar is not None and FLAGS.get(scalar.text, False)

    def choice(self, name: str, allowed: Collection[str], *, required: bool = True) -> str:
        scalar = self._scalar(name, required=required)
        if scalar is None or scalar.text in allowed:
            return scalar.text if scalar else ""
        self.refuse(name, f"must be one of {', '.join(allowed)}", scalar.text)
        return ""

    def date(self, name: str, *, required: bool = True) -> dt.date | None:
        scalar = self._scalar(name, required=required)
        if scalar is None:
            return None
        try:
            return dt.date.fromisoformat(_matching(DATE, scalar.text))
        except ValueError:
            self.refuse(name, "must be a date such as 2026-02-04", scalar.text)
            return None

    def instant(self, name: str, *, required: bool = True) -> dt.datetime | None:
        scalar = self._scalar(name, required=required)
        if scalar is None:
            return None
        try:
            return dt.datetime.fromisoformat(_matching(INSTANT, scalar.text)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.refuse(name, "must be an instant with its zone, such as 2026-02-05T09:00:00Z", scalar.text)
            return None

    def integer(self, name: str, *, required: bool = True) -> int | None:
        scalar = self._scalar(name, required=required)
        if scalar is None:
            return None
        if scalar.plain and NUMBER.match(scalar.text):
            return int(scalar.text)
        self.refuse(name, "must be a whole number", scalar.text)
        return None

    def words(self, name: str, *, limit: int, required: bool = False) -> list[str]:
        """The texts of a listing. One that is no text, or too long, is reported in its own place."""
        value = self._value(name, required=required)
        if value is None:
            return []
        if not isinstance(value, Listing):
            self.refuse(name, "must be a listing: lines that begin with a dash")
            return []
        texts: list[str] = []
        for number, item in enumerate(value.items):
            if isinstance(item, Scalar) and 0 < len(item.text) <= limit:
                texts.append(item.text)
            else:
                self.broken = True
                self.report.add(item.mark, f"{self.path}.{name}[{number}]", f"must be text of 1 to {limit} characters")
        return texts

    def inner(self, name: str) -> Fields | None:
        """The fields of a table within this one; None where it is left out or null."""
        value = self._value(name, required=False)
        if value is None:
            return None
        return Fields(value, ".".join(part for part in (self.path, name) if part), self.report)

    def take_over(self, inner: Fields) -> None:
        """What is wrong in a table within this one is wrong here."""
        self.broken = self.broken or inner.broken

    def rows(self, name: str, *, required: bool = True) -> list[Fields]:
        """The tables of a listing."""
        value = self._value(name, required=required)
        if value is None:
            return []
        if not isinstance(value, Listing):
            self.broken = True
            self.wrong.add(name)
        path = f"{self.path}.{name}" if self.path else name
        return Fields.of_listing(path, value, self.report)

    def finish(self) -> None:
        """Reports each field that no reading asked for."""
        for name, mark in self.table.keys.items():
            if name not in self._asked:
                self.broken = True
                self.report.add(mark, self.path, "there is no such field", name)

    def _scalar(self, name: str, *, required: bool) -> Scalar | None:
        value = self._value(name, required=required)
        if value is None or isinstance(value, Scalar):
            return value
        self.refuse(name, "must be one value, not a table or a listing")
        return None

    def _value(self, name: str, *, required: bool) -> Value | None:
        """None where it is left out or null; reported where it must be there. What is no table lacks no fields."""
        self._asked.add(name)
        value = self.table.items.get(name)
        if value is not None and not (isinstance(value, Scalar) and value.is_null):
            return value
        if required and self.is_table:
            self.refuse(name, "is missing" if value is None else "must not be empty")
        return None


def _matching(pattern: re.Pattern[str], text: str) -> str:
    """ValueError unless it matches; the pattern is stricter than `fromisoformat`, which reads more than ISO's chief
    forms, and digits of ASCII alone."""
    if not pattern.match(text):
        raise ValueError(text)
    return text
