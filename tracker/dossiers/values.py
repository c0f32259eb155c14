"""What a dossier is made of once it is read: tables, listings and scalars, each with its place in the file.

A scalar has no type yet. Whether `2026-02-04` is a date and `NO` a country is decided by the field that reads it, not
by the look of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# What a section hands over to be written.
Plain = str | int | dt.date | dt.datetime | None | Sequence[Any] | Mapping[str, Any]


class Mark(NamedTuple):
    """Line and column, both counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    mark: Mark
    text: str
    plain: bool = True

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null")


@dataclass(slots=True)
class Listing:
    mark: Mark
    items: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """`keys` has the place of each key, `items` the values."""

    mark: Mark
    items: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)


Value = Scalar | Listing | Table
