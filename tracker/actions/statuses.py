"""Moving an issue, correcting a move, voiding one: each is one or more rows appended to its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.access import Access
from core.errors import InvalidInput
from tracker.actions.history import NewRow, append_rows
from tracker.history import following
from tracker.models import Claim, Issue, StatusChange
from tracker.models.status_change import VOID


def change_status(
    *,
    issue: Issue,
    version: int,
    to: str,
    reason: str,
    occurred_on: dt.date,
    by: Access,
    at: dt.datetime,
    trend: str = "",
    known_at: dt.datetime | None = None,
    void_following: bool = False,
    claims: Sequence[Claim] = (),
) -> StatusChange:
    """Moves the issue on the day it happened. A date before the latest move makes it a late entry: what follows must
    stay legal, or is voided in the same action (`void_following`). Errors: see `append_rows`."""
    if not to:
        raise InvalidInput("must say the new status", field="to_status")
    row = NewRow(to=to, reason=reason, occurred_on=occurred_on, trend=trend, known_at=known_at, claims=claims)
    rows = [row, *(_voids_after(issue, row) if void_following else [])]
    return append_rows(issue=issue, version=version, rows=rows, by=by, at=at)[0]


def correct_status(
    *,
    issue: Issue,
    version: int,
    seq: int,
    to: str,
    reason: str,
    occurred_on: dt.date,
    by: Access,
    at: dt.datetime,
    trend: str = "",
    void_following: bool = False,
    claims: Sequence[Claim] = (),
) -> StatusChange:
    """Replaces row `seq` by a right one. The wrong one stays in the record, superseded."""
    if not to:
        raise InvalidInput("must say the right status", field="to_status")
    row = NewRow(to=to, reason=reason, occurred_on=occurred_on, trend=trend, supersedes=seq, claims=claims)
    rows = [row, *(_voids_after(issue, row) if void_following else [])]
    return append_rows(issue=issue, version=version, rows=rows, by=by, at=at)[0]


def void_status(*, issue: Issue, version: int, seq: int, reason: str, by: Access, at: dt.datetime) -> StatusChange:
    """Takes row `seq` out of force and puts nothing in its place."""
    row = NewRow(to=VOID, reason=reason, occurred_on=_day_of(issue, seq), supersedes=seq)
    return append_rows(issue=issue, version=version, rows=[row], by=by, at=at)[0]


def _voids_after(issue: Issue, row: NewRow) -> list[NewRow]:
    """Read before the issue is claimed: if another writer comes between, the claim by version fails."""
    without = () if row.supersedes is None else (row.supersedes,)
    later = following(issue.status_changes.all().moves(), row.occurred_on, without=without)
    return [
        NewRow(to=VOID, reason=row.reason, occurred_on=move.occurred_on, supersedes=move.seq, known_at=row.known_at)
        for move in later
    ]


def _day_of(issue: Issue, seq: int) -> dt.date:
    row = issue.status_changes.filter(seq=seq).first()
    if row is None:
        raise InvalidInput("there is no such row", field="supersedes", value=seq)
    return row.occurred_on
