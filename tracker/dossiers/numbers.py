"""Which numbers new rows may have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Max, QuerySet

from core.errors import InvalidInput
from core.visibility import Handling
from tracker.actions.numbering import SERIES, check_number
from tracker.dossiers.fields import Fields
from tracker.dossiers.work import Work


class HasNumber(Protocol):
    fields: Fields
    key: str

    @property
    def number(self) -> int: ...

    @property
    def series(self) -> str: ...


def check_numbers(entries: Iterable[HasNumber], rows: QuerySet[Any, Any] | None, noun: str, work: Work) -> None:
    """Of new rows; what is on record has its number. `rows` are all of the relationship, if there is one yet."""
    relationship = work.relationship
    if rows is not None and relationship and not (work.by.is_system or relationship.pk in work.by.cleared):
        _check_numbers_of_uncleared(entries, rows, noun)
        return
    for entry in entries:
        try:
            check_number(entry.number, entry.series)
        except InvalidInput as error:
            entry.fields.refuse("key", error.reason, entry.key)


def _check_numbers_of_uncleared(entries: Iterable[HasNumber], rows: QuerySet[Any, Any], noun: str) -> None:
    """They cannot tell a free number from that of a restricted row: they go on after the last."""
    series = SERIES[Handling.OPEN]
    last = rows.filter(number__lte=series[-1]).aggregate(last=Max("number"))["last"] or 0
    for entry in entries:
        if not last < entry.number <= series[-1]:
            begin = f"new {noun} begin with {entry.key.removesuffix(str(entry.number))}{last + 1}"
            told = begin if last < series[-1] else "the open series is at its end"
            entry.fields.refuse("key", f"is not free; {told}", entry.key)
