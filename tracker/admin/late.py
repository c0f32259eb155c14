"""Whether a late row would be taken if what follows it were voided: asked before it is offered."""

from __future__ import annotations

import datetime as dt

from tracker.history import IllegalHistory, Move, check_append, following, predecessor
from tracker.models import Issue, StatusChange


def voidable(
    issue: Issue, *, to: str, occurred_on: dt.date, supersedes: StatusChange | None, at: dt.datetime
) -> list[Move]:
    """The rows that would be voided; none where that would not help."""
    moves = issue.status_changes.all().moves()
    target = supersedes.seq if supersedes else None
    without = () if target is None else (target,)
    later = following(moves, occurred_on, without=without)
    seq = len(moves) + 1
    row = Move(seq, predecessor(moves, occurred_on, seq, without=without), to, occurred_on, at, target)
    voids = [Move(seq + place, "", "", move.occurred_on, at, move.seq) for place, move in enumerate(later, start=1)]
    try:
        check_append(moves, [row, *voids])
    except IllegalHistory:
        return []
    return later
