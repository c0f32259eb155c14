"""How long an issue may be silent before somebody is told.

Silence is counted in whole days from the last substantive event, by when it happened. An issue is stale when
*more* days have passed than its status allows: with 21 days allowed, day 21 is still in time and day 22 is
stale. Resolved and closed issues have nothing to be silent about and never are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.statuses import Priority, Status

SILENT_DAYS: dict[Status, int] = {
    Status.NEGOTIATING: 21,
    Status.AGREED: 21,
    Status.IMPLEMENTING: 21,
    Status.RAISED: 60,
    Status.DISCUSSING: 60,
    Status.STALLED: 90,
    Status.WATCH: 180,
    Status.DORMANT: 180,
}
HIGH_PRIORITY_DAYS: dict[Status, int] = {Status.RAISED: 30, Status.DISCUSSING: 30}
NEAR_DEADLINE_DAYS: dict[Status, int] = {Status.NEGOTIATING: 7, Status.AGREED: 7, Status.IMPLEMENTING: 7}
DEADLINE_IS_NEAR = 30


@dataclass(frozen=True, slots=True)
class Cutoff:
    """An issue of this status and priority is stale if its last substantive event was before this day."""

    status: Status
    priority: Priority
    before: date


@dataclass(frozen=True, slots=True)
class NearCutoff:
    """Of whatever priority, an issue of this status that has a near deadline is stale if its last substantive event was
    before this day."""

    status: Status
    before: date


def silent_days_allowed(status: str, priority: str, *, next_deadline: date | None = None, today: date) -> int | None:
    """The days an issue may be silent; None for one that never becomes stale.

    A deadline is near from 30 days ahead to its own day. One that has passed no longer shortens the silence:
    a missed deadline is another finding than silence.
    """
    status, priority = Status(status), Priority(priority)
    is_near = next_deadline is not None and today <= next_deadline <= last_near_day(today)
    if is_near and status in NEAR_DEADLINE_DAYS:
        return NEAR_DEADLINE_DAYS[status]
    if priority is Priority.HIGH and status in HIGH_PRIORITY_DAYS:
        return HIGH_PRIORITY_DAYS[status]
    return SILENT_DAYS.get(status)


def days_silent(last: date, today: date) -> int:
    """Whole days since the last substantive event; 0 where it is already tomorrow for those it happened to."""
    return max((today - last).days, 0)


def is_stale(
    status: str,
    priority: str,
    last_substantive_on: date,
    *,
    today: date,
    next_deadline: date | None = None,
) -> bool:
    """Whether strictly more days have passed than the issue may be silent."""
    allowed = silent_days_allowed(status, priority, next_deadline=next_deadline, today=today)
    return allowed is not None and days_silent(last_substantive_on, today) > allowed


def cutoffs(today: date) -> list[Cutoff]:
    """The same rule turned round, for one set-based statement over all issues: a day for each status and priority.

    Those that never become stale have no row. Deadlines are not in it; they belong to single issues: see
    `near_deadline_cutoffs`.
    """
    found = []
    for status in Status:
        for priority in Priority:
            allowed = silent_days_allowed(status, priority, today=today)
            if allowed is not None:
                found.append(Cutoff(status, priority, _days_before(today, allowed)))
    return found


def near_deadline_cutoffs(today: date) -> list[NearCutoff]:
    """The shorter silence of issues with a deadline that may fall from today to `last_near_day`."""
    return [NearCutoff(status, _days_before(today, allowed)) for status, allowed in NEAR_DEADLINE_DAYS.items()]


def last_near_day(today: date) -> date:
    """The last day on which a deadline is near, or the last that there is."""
    return date.fromordinal(min(today.toordinal() + DEADLINE_IS_NEAR, date.max.toordinal()))


def next_possible_day(earliest: date, latest: date, today: date) -> date | None:
    """The first day from today on to which a fuzzy deadline may fall; None where it has passed."""
    return max(earliest, today) if latest >= today else None


def _days_before(day: date, days: int) -> date:
    """That many days earlier, or the first day there is: before it nothing can be stale."""
    return date.fromordinal(max(day.toordinal() - days, 1))
