"""The one writer of an issue's history. Moves, corrections, voids and imports are all rows appended here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import F

from core import clock, ledger
from core.access import Access, Right
from core.errors import Conflict, InvalidInput
from core.ledger import Entry
from core.models import User
from core.text import clean
from tracker.actions.citations import attached, checked_claims
from tracker.history import IllegalHistory, Move, check_append, predecessor
from tracker.models import Claim, Issue, StatusChange
from tracker.models.status_change import VOID
from tracker.queries import recount_silence
from tracker.statuses import Status, Trend, may_move

EARLIEST = dt.date(1800, 1, 1)
# The kinds of a row's line on the ledger.
KINDS = (MOVED, CORRECTED, VOIDED) = ("issue.status_changed", "issue.status_corrected", "issue.status_voided")
# What the first line of a deed says besides, of the issue.
OF_THE_ISSUE = ("status", "trend")


@dataclass(frozen=True)
class Author:
    """Who is credited with an imported row: a user here, a name where there is no such user, or nobody."""

    user: User | None = None
    name: str = ""


@dataclass(frozen=True)
class NewRow:
    """A row to be appended. `to` empty voids the row numbered `supersedes`. `known_at` is stated only for a late
    entry or an import, and `author` for an import alone: else it is whoever enters the row. `claims` are what
    it cites."""

    to: str
    reason: str
    occurred_on: dt.date
    trend: str = ""
    supersedes: int | None = None
    known_at: dt.datetime | None = None
    author: Author | None = None
    claims: Sequence[Claim] = ()


@transaction.atomic
def append_rows(
    *, issue: Issue, version: int, rows: Sequence[NewRow], by: Access, at: dt.datetime
) -> list[StatusChange]:
    """Appends rows to the issue's history, all or none, and brings the issue up to date with it.

    1. The issue is claimed by its version: of two writers who read the same version, one goes on, and the other
       gets a Conflict. From here to the commit nobody else appends to this issue.
    2. The rows are judged against the history that stands, together: a late row may come with those that it voids.
    3. They are inserted; status, trend and the day of the last substantive event follow from the history.
    4. The ledger is written.

    InvalidInput names field and reason: unknown status, empty reason, a date that nobody on Earth has reached yet,
    a forbidden move (with both statuses and dates), a row that is not there or already superseded.
    """
    by.require(Right.WRITE, issue.relationship_id)
    claim_version(issue, version)
    before = (issue.status, issue.trend)
    existing = list(issue.status_changes.select_related("supersedes").order_by("seq"))
    added = judged_rows(issue, existing, rows, by=by, at=at)
    citations: list[Entry] = []
    for row, given in zip(added, rows, strict=True):
        checked_claims(given.claims, issue.relationship_id)
        row.save(force_insert=True)
        citations += attached(row, given.claims)
    _follow_history(issue)
    ledger.record(issue.relationship_id, [*row_entries(issue, added, before), *citations], by=by, at=at)
    return added


def judged_rows(
    issue: Issue, existing: Sequence[StatusChange], rows: Sequence[NewRow], *, by: Access, at: dt.datetime
) -> list[StatusChange]:
    """The rows as they would be saved after the existing ones. InvalidInput where they may not be."""
    added = _build(issue, existing, [checked_row(row, at) for row in rows], by=by, at=at)
    try:
        check_append([row.as_move() for row in existing], [row.as_move() for row in added])
    except IllegalHistory as error:
        raise InvalidInput(error.reason, field=error.field) from error
    _check_seen(added)
    return added


def claim_version(issue: Issue, version: int) -> None:
    """Conflict unless the issue is still in the version that the caller has read; then it is one further, and ours."""
    claimed = Issue.objects.filter(pk=issue.pk, version=version).update(version=F("version") + 1)
    issue.refresh_from_db()
    if not claimed:
        raise Conflict(f"{issue.key} is now in version {issue.version}.", field="version", value=version)


def checked_row(row: NewRow, at: dt.datetime) -> NewRow:
    """The row with its texts cleaned. InvalidInput for what is wrong in itself, whatever the history around it."""
    if row.to != VOID and row.to not in Status.values:
        raise InvalidInput("is not a status", field="to_status", value=row.to)
    if row.trend and row.trend not in Trend.values:
        raise InvalidInput("is not a trend", field="trend", value=row.trend)
    check_day(row.occurred_on, "occurred_on", at)
    if row.known_at is not None:
        check_known_at(row.known_at, row.occurred_on, at)
    return replace(row, reason=clean(row.reason, field="reason", limit=2000, lines=True))


def check_day(day: dt.date, field: str, at: dt.datetime) -> None:
    """InvalidInput for a day that has begun nowhere on Earth, or that no record of ours can concern."""
    if day > clock.latest_today(at):
        raise InvalidInput("lies in the future", field=field, value=day)
    if day < EARLIEST:
        raise InvalidInput("lies before 1800", field=field, value=day)


def check_known_at(known_at: dt.datetime, occurred_on: dt.date | None, at: dt.datetime) -> None:
    """Nothing is known before the day on which it happened has begun somewhere, nor later than it is recorded."""
    if known_at.utcoffset() is None:
        raise InvalidInput("needs a time zone", field="known_at", value=known_at)
    begun = dt.datetime.combine(occurred_on or EARLIEST, dt.time(), tzinfo=dt.UTC) - clock.FIRST_ZONE
    if known_at < begun:
        raise InvalidInput("lies before the day on which it happened", field="known_at", value=known_at)
    if known_at > at:
        raise InvalidInput("lies in the future", field="known_at", value=known_at)


def _build(
    issue: Issue, existing: Sequence[StatusChange], rows: Sequence[NewRow], *, by: Access, at: dt.datetime
) -> list[StatusChange]:
    """The rows as they would be saved, each with the status that stood before its place when it is entered."""
    by_seq = {row.seq: row for row in existing}
    added: list[StatusChange] = []
    for seq, row in enumerate(rows, start=len(existing) + 1):
        moves: list[Move] = [known.as_move() for known in by_seq.values()]
        author = row.author or Author(by.user)
        superseded = by_seq.get(row.supersedes) if row.supersedes is not None else None
        if row.supersedes is not None and superseded is None:
            raise InvalidInput("there is no such row to supersede", field="supersedes", value=row.supersedes)
        without = () if row.supersedes is None else (row.supersedes,)
        by_seq[seq] = StatusChange(
            issue=issue,
            seq=seq,
            from_status=predecessor(moves, row.occurred_on, seq, without=without),
            to_status=row.to,
            trend=row.trend,
            reason=row.reason,
            occurred_on=row.occurred_on,
            known_at=row.known_at or at,
            known_at_stated=row.known_at is not None and row.known_at != at,
            recorded_at=at,
            by=author.user,
            author_name=author.name,
            supersedes=superseded,
        )
        added.append(by_seq[seq])
    return added


def _check_seen(added: Sequence[StatusChange]) -> None:
    """A move must be allowed from what its author saw, too: the rows of one action might take that away only later."""
    for row in added:
        if row.to_status != VOID and not may_move(row.from_status, row.to_status):
            reason = f"may not follow {row.get_from_status_display()}, which stood there when it was entered"
            raise InvalidInput(reason, field="to_status", value=row.to_status)


def _follow_history(issue: Issue) -> None:
    """Status and trend are what the last row in force says; the clock of silence starts at its day."""
    in_force = list(issue.status_changes.in_force().order_by("occurred_on", "seq"))
    trends = [row.trend for row in in_force if row.trend]
    issue.status = in_force[-1].to_status
    issue.trend = trends[-1] if trends else ""
    issue.save(update_fields=["status", "trend"])
    recount_silence(issue)


def row_entries(issue: Issue, added: Sequence[StatusChange], before: tuple[str, str]) -> list[Entry]:
    """One line a row; the first carries the change of the issue's own status and trend."""
    entries: list[Entry] = []
    for row in added:
        changes = changes_of(row)
        if not entries:
            after = (issue.status, issue.trend)
            pairs = zip(OF_THE_ISSUE, before, after, strict=True)
            changes |= {name: [old, new] for name, old, new in pairs if old != new}
        entries.append(Entry(kind_of(row), "tracker.issue", issue.key, changes, issue.handling))
    return entries


def changes_of(row: StatusChange) -> dict[str, list[str | None]]:
    """What the row's line says of the row itself."""
    changes: dict[str, list[str | None]] = {
        "row": [None, row.external_id],
        "to_status": [None, row.to_status],
        "occurred_on": [None, row.occurred_on.isoformat()],
        "reason": [None, row.reason],
    }
    if row.supersedes:
        changes["supersedes"] = [None, row.supersedes.external_id]
    return changes


def kind_of(row: StatusChange) -> str:
    if row.supersedes is None:
        return MOVED
    return VOIDED if row.to_status == VOID else CORRECTED
