"""By when what is due on an issue: what is next, how a day was moved, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from core.access import Access, Right
from core.admin.show import day
from core.fuzzydates import FuzzyDate
from tracker.admin.claim_fates import CitedClaim, Fates, cited
from tracker.admin.tones import handling_badge, outcome_badge
from tracker.evidence import DeadlineOutcome
from tracker.models import Deadline, Issue

NEVER = dt.date.max


@dataclass(frozen=True)
class ShownDeadline:
    """`moved_from` are the days for which it stood before, the last one first."""

    deadline: Deadline
    left: str
    is_late: bool
    moved_from: list[Deadline]
    moved_to: Deadline | None
    handling: SafeString | str
    outcome: SafeString | str
    url: str
    cited: CitedClaim | None
    deeds: list[tuple[str, str]]


@dataclass(frozen=True)
class Deadlines:
    standing: list[ShownDeadline]
    past: list[ShownDeadline]


@dataclass(frozen=True)
class Next:
    """What is next on an issue and by when; `left` is empty where the words fix no day."""

    what: str
    due: str
    left: str
    is_late: bool = False


def read_deadlines(issue: Issue, access: Access) -> list[Deadline]:
    """One statement."""
    return list(Deadline.objects.visible_to(access).filter(issue=issue).select_related("claim__source"))


def deadlines_of(issue: Issue, rows: Iterable[Deadline], access: Access, today: dt.date, fates: Fates) -> Deadlines:
    """Those that stand by their day, the others by when they ended, the last one first."""
    by_pk = {row.pk: row for row in rows}
    later: dict[int | None, Deadline] = {row.replaces_id: row for row in by_pk.values() if row.replaces_id}
    writes = access.may(Right.WRITE, issue.relationship_id)
    withdraws = access.may(Right.WITHDRAW, issue.relationship_id)
    shown = [
        _shown(row, by_pk, later, today, deeds_on(row, writes=writes, withdraws=withdraws), fates)
        for row in by_pk.values()
    ]
    standing = [one for one in shown if stands(one.deadline)]
    past = [one for one in shown if not stands(one.deadline)]
    return Deadlines(
        sorted(standing, key=lambda one: by_day(one.deadline)),
        sorted(past, key=lambda one: one.deadline.closed_at or one.deadline.withdrawn_at or one.deadline.known_at)[
            ::-1
        ],
    )


def next_of(issue: Issue, standing: Iterable[Deadline], today: dt.date) -> Next | None:
    """The first standing deadline that is not over; else the one that is over and still open; else the next review."""
    rows = sorted(standing, key=by_day)
    coming = [row for row in rows if row.due_latest is not None and row.due_latest >= today]
    late = [row for row in rows if row.due_latest is not None and row.due_latest < today]
    # Of those without a day, whose words fix none, the first stands last.
    chosen = next(iter([*coming, *late[::-1], *rows]), None)
    if chosen is not None:
        return Next(chosen.what, due_text(chosen), days_left(chosen.due, today), chosen in late)
    if issue.next_review is None:
        return None
    review = FuzzyDate(issue.next_review, issue.next_review)
    return Next("Review", day(issue.next_review), days_left(review, today), issue.next_review < today)


def days_left(due: FuzzyDate | None, today: dt.date) -> str:
    """`in 12 days`, `today`, `3 days ago`, and between two days what the earlier and the later one leave."""
    if due is None or due.days is None:
        return ""
    first, last = ((one - today).days for one in due.days)
    if last < 0:
        return "yesterday" if last == -1 else f"{-last} days ago"
    if first == last:
        return {0: "today", 1: "tomorrow"}.get(last, f"in {last} days")
    return f"in {first} to {last} days" if first > 0 else f"within {last} days"


def due_text(deadline: Deadline) -> str:
    due = deadline.due
    if due is None:
        return ""
    return day(due.earliest) if due.is_exact and not due.words else str(due)


def stands(row: Deadline) -> bool:
    return row.closed_at is None and not row.is_withdrawn


def by_day(row: Deadline) -> tuple[dt.date, int]:
    return (row.due_latest or NEVER, row.pk)


def deeds_on(row: Deadline, *, writes: bool, withdraws: bool) -> list[tuple[str, str]]:
    """Label and address of what this reader may do with it."""
    names: list[tuple[str, str]] = []
    if not row.is_withdrawn:
        if writes and row.closed_at is None:
            names += [("Close", "close"), ("Move", "move")]
        if withdraws:
            names.append(("Withdraw", "withdraw"))
    return [(label, reverse(f"admin:tracker_deadline_{name}", args=[row.pk])) for label, name in names]


def _shown(
    row: Deadline,
    by_pk: dict[int, Deadline],
    later: dict[int | None, Deadline],
    today: dt.date,
    deeds: list[tuple[str, str]],
    fates: Fates,
) -> ShownDeadline:
    return ShownDeadline(
        deadline=row,
        left=days_left(row.due, today) if stands(row) else "",
        is_late=stands(row) and row.due_latest is not None and row.due_latest < today,
        moved_from=_chain(row, by_pk),
        moved_to=later.get(row.pk) if row.outcome == DeadlineOutcome.MOVED else None,
        handling=handling_badge(row.handling),
        outcome=outcome_badge(row.outcome) if row.outcome else "",
        url=reverse("admin:tracker_deadline_change", args=[row.pk]),
        cited=cited(row.claim, fates),
        deeds=deeds,
    )


def _chain(row: Deadline, by_pk: dict[int, Deadline]) -> list[Deadline]:
    found: list[Deadline] = []
    former = by_pk.get(row.replaces_id or 0)
    while former is not None and former not in found:
        found.append(former)
        former = by_pk.get(former.replaces_id or 0)
    return found
