"""What every deed upon a record shares: its number, its stamps, who may read it, its line on the ledger, its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction

from core import ledger
from core.access import Access, Right
from core.changes import created, plain
from core.errors import Conflict, Forbidden, InvalidInput
from core.ledger import Entry
from core.text import clean
from core.validation import seals_as_conflicts, validated
from core.visibility import Handling
from tracker.actions.history import Author, check_day, check_known_at
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.numbering import check_number, next_number
from tracker.models import Issue, Record, Relationship
from tracker.models.record import Numbered
from tracker.queries import recount_silence

R = TypeVar("R", bound=Record)
N = TypeVar("N", bound=Numbered)


@dataclass(frozen=True)
class Entered:
    """How a record came in, where it was not just now and by hand: an import states its number, when the team knew, and
    who is credited; a late entry states the second alone. `series` is that of the number, where the row was opened
    after it had got it."""

    number: int | None = None
    series: str = ""
    known_at: dt.datetime | None = None
    author: Author | None = None


NOW_BY_HAND = Entered()


def numbered(row: N, relationship: Relationship, entered: Entered = NOW_BY_HAND) -> N:
    """The row with its number and key. The caller holds the relationship."""
    row.relationship = relationship
    if entered.number is not None:
        check_number(entered.number, entered.series or row.handling)
    rows = type(row)._default_manager.filter(relationship=relationship)
    row.number = entered.number or next_number(rows, row.handling)
    row.key = f"{relationship.key_prefix}-{row.letter}{row.number}"
    return row


def stamped(row: R, entered: Entered, *, by: Access, at: dt.datetime) -> R:
    """The row with its two clocks and its author. InvalidInput for a `known_at` that lies ahead or has no zone."""
    if entered.known_at is not None:
        check_known_at(entered.known_at, None, at)
    author = entered.author or Author(by.user)
    row.recorded_at, row.known_at = at, entered.known_at or at
    row.known_at_stated = row.known_at != at
    row.by, row.author_name = author.user, author.name
    return row


def handling_for(stated: str, bases: Iterable[Any], relationship: Relationship, by: Access, default: str = "") -> str:
    """Who may read a row that rests on the bases: as stated, else restricted if any of them is, else the default.

    InvalidInput for an open row upon a restricted one; Forbidden where somebody who is not cleared would write what
    they could not read.
    """
    rests_on_restricted = any(base is not None and base.handling == Handling.RESTRICTED for base in bases)
    handling = stated or (Handling.RESTRICTED if rests_on_restricted else default or Handling.OPEN)
    if handling not in Handling.values:
        raise InvalidInput("is neither open nor restricted", field="handling", value=handling)
    if handling == Handling.OPEN and rests_on_restricted:
        raise InvalidInput("rests on what is restricted, and must be restricted too", field="handling")
    if handling == Handling.RESTRICTED and not (by.is_system or relationship.pk in by.cleared):
        raise Forbidden("Only a cleared member may record what is restricted.", field="handling")
    return handling


def belongs(row: Any, relationship: Relationship, field: str) -> None:
    """InvalidInput for a row of another relationship, in the words for one that is not there."""
    if row is not None and row.relationship_id != relationship.pk:
        raise InvalidInput("is not known here", field=field)


def day(value: object, field: str, at: dt.datetime) -> dt.date:
    """A day on which something may have happened. InvalidInput for one that nobody on Earth has reached yet."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise InvalidInput("must be a day", field=field, value=value)
    check_day(value, field, at)
    return value


def inserted(row: R) -> R:
    """The row, saved. Problems where a field or a constraint does not hold; Conflict where what it rests on was
    restricted after it was read, or where another row stands in the place of the replaced one already; that one may be
    hidden from whoever asks, so that the answer is the same for all."""
    replaced = row.replaces
    if replaced is not None and type(row)._default_manager.filter(replaces=replaced).exists():
        raise Conflict(f"{replaced.key} cannot be replaced any more.", field="replaces", value=replaced.key)
    with seals_as_conflicts():
        validated(row).save(force_insert=True)
    return row


def follow(issues: Iterable[Issue]) -> None:
    """The clocks of issues follow what was written about them. The caller holds them."""
    for issue in {issue.pk: issue for issue in issues}.values():
        recount_silence(issue)


def entry_of(row: Numbered, deed: str, changes: Mapping[str, Any]) -> Entry:
    """A line such as claim.added about that row."""
    return Entry(f"{row._meta.model_name}.{deed}", row._meta.label_lower, row.key, dict(changes), row.handling)


def added_entry(row: Record, **more: object) -> Entry:
    values = {name: value for name, value in row.content().items() if value is not None}
    if row.replaces is not None:
        values["replaces"] = row.replaces
    return entry_of(row, "added", created({**values, **more}))


def withdrawn_entry(row: Record) -> Entry:
    changes = {"withdrawn_at": [None, plain(row.withdrawn_at)], "withdrawal_reason": [None, row.withdrawal_reason]}
    return entry_of(row, "withdrawn", changes)


@transaction.atomic
def withdraw(*, record: R, reason: str, by: Access, at: dt.datetime, entered: Entered = NOW_BY_HAND) -> R:
    """Takes a record out of force, with a reason for all its readers; it stays where it is. An import states when that
    was known, and by whom. Conflict where it is withdrawn already."""
    by.require(Right.WITHDRAW, record.relationship_id)
    issues = issues_of(record)
    hold_relationship(record.relationship)
    hold_issues(issues)
    mark_withdrawn(record, reason, entered, by=by, at=at)
    follow(issues)
    ledger.record(record.relationship_id, [withdrawn_entry(record)], by=by, at=at)
    return record


def mark_withdrawn(record: Record, reason: str, entered: Entered, *, by: Access, at: dt.datetime) -> None:
    """One conditional update: of two who withdraw at once, one gets a Conflict."""
    if entered.known_at is not None:
        check_known_at(entered.known_at, None, at)
    author = entered.author or Author(by.user)
    known_at = max(entered.known_at or at, record.known_at)
    values = {
        "withdrawn_at": known_at,
        "withdrawal_reason": clean(reason, field="reason", limit=2000, lines=True),
        "withdrawn_by": author.user,
        "withdrawn_by_name": author.name,
    }
    close(record, values, "is withdrawn already")


def close(record: Record, values: Mapping[str, Any], otherwise: str) -> None:
    """Writes closing columns, once. Conflict where the row is withdrawn, or where one of them is written already."""
    empty = {name: None if type(record)._meta.get_field(name).null else "" for name in values}
    rows = type(record)._default_manager.filter(**{"pk": record.pk, "withdrawn_at": None, **empty})
    if not rows.update(**values):
        raise Conflict(f"{record.key} {otherwise}.", field="key", value=record.key)
    for name, value in values.items():
        setattr(record, name, value)


def issues_of(record: Record) -> list[Issue]:
    """Those whose clocks or pages the record concerns."""
    if isinstance(getattr(record, "issue", None), Issue):
        return [record.issue]  # type: ignore[attr-defined]
    if hasattr(record, "issues"):
        return list(record.issues.all())
    return []


def choice(value: str, choices: type[models.Choices], field: str) -> str:
    if value not in choices.values:
        raise InvalidInput(f"is not one of {', '.join(map(str, choices.values))}", field=field, value=value)
    return value
