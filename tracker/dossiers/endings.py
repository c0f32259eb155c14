"""How records go out of force: withdrawn, a position given up, a deadline closed. Each is a table of its record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.actions.deadlines import close_deadline
from tracker.actions.history import Author
from tracker.actions.positions import end_position
from tracker.actions.records import Entered, withdraw
from tracker.dossiers.fields import Fields
from tracker.dossiers.parts import Choice, Day, Flag, Instant, Part, Text
from tracker.dossiers.values import Plain
from tracker.dossiers.work import Work
from tracker.evidence import DeadlineOutcome

Told = Mapping[str, Any]


@dataclass
class End:
    """What a file says of the end of a record: the fields that it states."""

    fields: Fields
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """`at` is the column with the instant at which the team knew, and `carry_out` the deed."""

    name: str
    at: str
    parts: tuple[Part, ...]
    carry_out: Callable[[Any, Told, Mapping[str, Author], Work], object]

    def export(self, row: Any) -> dict[str, Plain]:
        if getattr(row, self.at) is None:
            return {}
        shown = {part.name: part.plain(part.of(row)) for part in self.parts}
        return {self.name: {name: value for name, value in shown.items() if value is not None}}

    def read(self, fields: Fields, work: Work) -> End | None:
        inner = fields.inner(self.name)
        if inner is None:
            return None
        read = {part.name: part.read(inner, work) for part in self.parts}
        inner.finish()
        fields.take_over(inner)
        return End(inner, {name: value for name, value in read.items() if inner.has(name)})

    def write(self, end: End, row: Any, authors: Mapping[str, Author], work: Work) -> bool:
        """Whether there was anything to do."""
        if getattr(row, self.at) is not None:
            self._check_same(end, row, work)
            return False
        known = end.values.get("at")
        if known is not None and known < row.known_at:
            end.fields.refuse("at", "lies before the record itself was known", known)
            return False
        with work.reporting(end.fields, {"known_at": "at"}):
            self.carry_out(row, end.values, authors, work)
        return True

    def _check_same(self, end: End, row: Any, work: Work) -> None:
        for part in self.parts:
            if part.name in end.values and not part.same(row, end.values[part.name], work):
                end.fields.refuse(part.name, f"{row.key} is on record otherwise; what has ended stays as it was told")


class _Withdrawer(Part):
    def read(self, fields: Fields, work: Work) -> str:
        return fields.text(self.name, limit=150, required=False)

    def of(self, row: Any) -> str:
        return str(row.withdrawn_by.username if row.withdrawn_by else row.withdrawn_by_name)


class _Untold(Flag):
    """Of a deadline that was moved: the one in its place is not in this dossier, since whoever exported it does not see
    one. It says something of the file, and nothing of the deadline."""

    def of(self, row: Any) -> bool:
        return bool(row.outcome == DeadlineOutcome.MOVED and not row.has_successor)

    def same(self, row: Any, value: Any, work: Work) -> bool:
        return True


def _withdraw(row: Any, told: Told, authors: Mapping[str, Author], work: Work) -> None:
    name = told.get("by", "")
    entered = Entered(known_at=told.get("at"), author=authors.get(name, Author(name=name)))
    withdraw(record=row, reason=told["reason"], entered=entered, by=work.by, at=work.at)


def _end(row: Any, told: Told, authors: Mapping[str, Author], work: Work) -> None:
    entered = Entered(known_at=told.get("at"))
    end_position(position=row, until=told["until"], reason=told["reason"], entered=entered, by=work.by, at=work.at)


def _close(row: Any, told: Told, authors: Mapping[str, Author], work: Work) -> None:
    entered = Entered(known_at=told.get("at"))
    told_of = {"outcome": told["outcome"], "closed_on": told["on"], "reason": told["reason"]}
    close_deadline(deadline=row, **told_of, entered=entered, by=work.by, at=work.at)


def _known(column: str) -> Part:
    return Instant("at", column)


def _reason(column: str) -> Part:
    return Text("reason", column, required=True, limit=2000, lines=True)


WITHDRAWN = Ending(
    "withdrawn",
    "withdrawn_at",
    (_known("withdrawn_at"), _Withdrawer("by"), _reason("withdrawal_reason")),
    _withdraw,
)
ENDED = Ending(
    "ended",
    "ended_at",
    (Day("until", required=True), _known("ended_at"), _reason("end_reason")),
    _end,
)
CLOSED = Ending(
    "closed",
    "closed_at",
    (
        Choice("outcome", required=True, allowed=DeadlineOutcome.values),
        Day("on", "closed_on", required=True),
        _known("closed_at"),
        _reason("close_reason"),
        _Untold("untold"),
    ),
    _close,
)
