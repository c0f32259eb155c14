"""An issue with what the API shows around it: its flags, and its history read at two clocks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from core.access import Access, Right
from tracker.history import effective, offered_moves, status_at
from tracker.models import Claim, Deadline, Flag, Issue, StatusChange
from tracker.models.status_change import StatusChanges


@dataclass(frozen=True)
class Reading:
    """What its status was on the day `as_of` by what was known at `known_at`; each None means to this day."""

    as_of: dt.date | None
    known_at: dt.datetime | None
    status: str
    trend: str
    allowed_moves: Sequence[str]
    rows: Sequence[StatusChange]


def with_flags(issues: Sequence[Issue], access: Access) -> Sequence[Issue]:
    """The same issues, each with its `standing_flags`, in one query."""
    flags = Flag.objects.visible_to(access).standing().of_issues().filter(subject_id__in=[issue.pk for issue in issues])
    found = defaultdict(list)
    for flag in flags:
        found[flag.subject_id].append(flag)
    for issue in issues:
        issue.standing_flags = found[issue.pk]  # type: ignore[attr-defined]
    return issues


def with_next_deadline(issue: Issue, access: Access, today: dt.date) -> Issue:
    """The same issue, with its `next_deadline`: the first standing one that is not over, else the last that is."""
    standing = Deadline.objects.visible_to(access).standing().filter(issue=issue, due_latest__isnull=False)
    rows = list(standing.order_by("due_latest", "id"))
    coming = (row for row in rows if row.due_latest is not None and row.due_latest >= today)
    issue.next_deadline = next(coming, rows[-1] if rows else None)  # type: ignore[attr-defined]
    return issue


def with_claims(rows: StatusChanges, access: Access, *, known: dt.datetime | None = None) -> StatusChanges:
    """The same rows, each with its `claims_shown`: those that the reader sees, and by an instant those known by it."""
    claims = Claim.objects.visible_to(access).order_by("number")
    if known is not None:
        claims = claims.filter(known_at__lte=known)
    return rows.prefetch_related(Prefetch("claims", claims, to_attr="claims_shown"))


def read(issue: Issue, access: Access, *, as_of: dt.date | None, known_at: dt.datetime | None) -> Issue:
    """The same issue, with its `reading`."""
    changes = issue.status_changes.select_related("by", "supersedes", "superseded_by").order_by("seq")
    rows = list(with_claims(changes, access, known=known_at))
    moves = [row.as_move() for row in rows]
    now = as_of is None and known_at is None
    stood = {move.seq for move in effective(moves, known=known_at) if as_of is None or move.occurred_on <= as_of}
    trends = [row.trend for row in sorted(rows, key=lambda r: (r.occurred_on, r.seq)) if row.seq in stood and row.trend]
    issue.reading = Reading(  # type: ignore[attr-defined]
        as_of=as_of,
        known_at=known_at,
        status=status_at(moves, happened=as_of, known=known_at) or "",
        trend=trends[-1] if trends else "",
        allowed_moves=offered_moves(issue.status) if now and access.may(Right.WRITE, issue.relationship_id) else [],
        rows=[row for row in rows if known_at is None or row.known_at <= known_at],
    )
    return issue
