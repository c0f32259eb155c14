"""An issue with what the API shows around it: its flags, and its history read at two clocks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.access import Access, Right
from tracker.history import effective, offered_moves, status_at
from tracker.models import Flag, Issue, StatusChange


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


def read(issue: Issue, access: Access, *, as_of: dt.date | None, known_at: dt.datetime | None) -> Issue:
    """The same issue, with its `reading`."""
    rows = list(issue.status_changes.select_related("by", "supersedes", "superseded_by").order_by("seq"))
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
