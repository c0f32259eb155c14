"""Everything that happened or was said on an issue, in one order: by when it happened, or by when it was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from core.access import Access
from tracker.models import Claim, Deadline, Issue, IssueLink, Note, Position
from tracker.sides import Sides
from tracker.timeline_entries import (
    Entry,
    Kind,
    Later,
    of_claim,
    of_deadlines,
    of_link,
    of_note,
    of_positions,
    of_status,
)

if TYPE_CHECKING:
    from tracker.models.record import Record, Records

    R = TypeVar("R", bound=Record)

__all__ = ["By", "Entry", "timeline"]


KINDS = list(Kind)


class By(StrEnum):
    HAPPENED = "happened"
    RECORDED = "recorded"


def timeline(
    issue: Issue,
    access: Access,
    *,
    by: By = By.HAPPENED,
    since: dt.date | None = None,
    only_moved: bool = False,
) -> list[Entry]:
    """The entries that exist for this reader, the latest first.

    `since` leaves out what happened (or was recorded) before that day, in the time zone that is active; `only_moved`
    leaves status rows, positions taken or given up, and deadlines moved or ended. What was withdrawn or replaced stays,
    and says why it no longer stands (`Entry.void`). Eight statements, however long it is.
    """
    entries = [entry for entry in _entries(issue, access) if entry.moved or not only_moved]
    if since is not None:
        entries = [entry for entry in entries if day_of(entry, by) >= since]
    return sorted(entries, key=lambda entry: _place(entry, by), reverse=True)


def day_of(entry: Entry, by: By) -> dt.date:
    return entry.happened_on if by is By.HAPPENED else timezone.localdate(entry.recorded_at)


def _place(entry: Entry, by: By) -> tuple[Any, ...]:
    """What happened on one day stands in the order of recording, what was recorded at one moment in that of happening,
    and both at once by what rests on what."""
    happened, recorded = entry.happened_on, entry.recorded_at
    clocks = (happened, recorded) if by is By.HAPPENED else (recorded, happened)
    return (*clocks, KINDS.index(entry.kind), getattr(entry.row, "seq", 0), entry.row.pk)


def _entries(issue: Issue, access: Access) -> Iterator[Entry]:
    sides = Sides.of(issue.relationship_id, access)
    claims = list(_seen(Claim.objects.visible_to(access).filter(issue=issue), "source"))
    later: Later = {claim.replaces_id: claim for claim in claims if claim.replaces_id}
    yield from _of_history(issue, access, later)
    for claim in claims:
        yield of_claim(claim, sides, later)
    positions = _seen(Position.objects.visible_to(access).filter(issue=issue), CLAIM)
    yield from of_positions(_by_pk(positions), sides, later)
    yield from of_deadlines(_by_pk(_seen(Deadline.objects.visible_to(access).filter(issue=issue), CLAIM)), later)
    for note in _seen(Note.objects.visible_to(access).filter(issues=issue)):
        yield of_note(note)
    linked = IssueLink.objects.visible_to(access).filter(Q(from_issue=issue) | Q(to_issue=issue))
    for link in _seen(linked, CLAIM, "from_issue", "to_issue"):
        yield of_link(link, issue, sides, later)


CLAIM = "claim__source"


def _of_history(issue: Issue, access: Access, later: Later) -> Iterator[Entry]:
    cited = Prefetch("claims", queryset=Claim.objects.visible_to(access).select_related("source"))
    changes = list(issue.status_changes.select_related("by", "supersedes").prefetch_related(cited))
    replaced = {change.supersedes_id: change for change in changes if change.supersedes_id}
    for change in changes:
        yield of_status(change, issue, replaced.get(change.pk), later)


def _seen(rows: Records[R], *related: str) -> QuerySet[R]:
    return rows.select_related("by", *related)


def _by_pk(rows: Iterable[R]) -> dict[int, R]:
    return {row.pk: row for row in rows}
