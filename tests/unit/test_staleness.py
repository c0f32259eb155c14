"""When silence becomes a flag: the table of days, its edges, and the two ways to ask agreeing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.staleness import (
    Cutoff,
    cutoffs,
    days_silent,
    is_stale,
    last_near_day,
    near_deadline_cutoffs,
    next_possible_day,
    silent_days_allowed,
)
from tracker.statuses import Priority, Status

TODAY = date(2026, 2, 9)
ALLOWED = {
    "negotiating": 21, "agreed": 21, "implementing": 21, "raised": 60, "discussing": 60,
    "stalled": 90, "watch": 180, "dormant": 180,
}  # fmt: skip
EDGES = st.sampled_from([days + off for days in (0, 7, 21, 30, 60, 90, 180) for off in (-1, 0, 1)])
COMMITTED = ["negotiating", "agreed", "implementing"]


def before(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(("status", "days"), ALLOWED.items())
def test_an_issue_is_stale_on_the_day_after_the_last_allowed_one(status: str, days: int) -> None:
    assert silent_days_allowed(status, "normal", today=TODAY) == days
    assert not is_stale(status, "normal", before(days), today=TODAY)
    assert is_stale(status, "normal", before(days + 1), today=TODAY)


@pytest.mark.parametrize("status", ["resolved", "closed"])
@pytest.mark.parametrize("priority", Priority.values)
def test_a_settled_issue_is_never_stale(status: str, priority: str) -> None:
    assert silent_days_allowed(status, priority, today=TODAY, next_deadline=TODAY) is None
    assert not is_stale(status, priority, date.min, today=TODAY, next_deadline=TODAY)


@pytest.mark.parametrize("status", ["raised", "discussing"])
def test_high_priority_halves_the_silence_of_what_is_only_talked_about(status: str) -> None:
    assert silent_days_allowed(status, "high", today=TODAY) == 30


@pytest.mark.parametrize("status", sorted(set(ALLOWED) - {"raised", "discussing"}))
def test_high_priority_changes_nothing_elsewhere(status: str) -> None:
    assert silent_days_allowed(status, "high", today=TODAY) == ALLOWED[status]


@pytest.mark.parametrize("status", ALLOWED)
def test_low_priority_is_no_excuse(status: str) -> None:
    assert silent_days_allowed(status, "low", today=TODAY) == ALLOWED[status]


@pytest.mark.parametrize("status", COMMITTED)
@pytest.mark.parametrize(("ahead", "days"), [(0, 7), (30, 7), (31, 21), (-1, 21)])
def test_a_deadline_within_thirty_days_leaves_a_week(status: str, ahead: int, days: int) -> None:
    deadline = TODAY + timedelta(days=ahead)
    assert silent_days_allowed(status, "normal", next_deadline=deadline, today=TODAY) == days


@pytest.mark.parametrize("status", sorted(set(ALLOWED) - set(COMMITTED)))
def test_a_deadline_does_not_hurry_what_is_not_on_the_table(status: str) -> None:
    assert silent_days_allowed(status, "normal", next_deadline=TODAY, today=TODAY) == ALLOWED[status]


@pytest.mark.parametrize(("status", "priority"), [("", "normal"), ("nonsense", "normal"), ("raised", "urgent")])
def test_an_unknown_status_or_priority_is_an_error_and_not_a_quiet_never(status: str, priority: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        silent_days_allowed(status, priority, today=TODAY)


def test_the_days_of_silence_are_whole_days_and_never_negative() -> None:
    assert days_silent(date(2026, 1, 9), TODAY) == 31
    assert days_silent(TODAY, TODAY) == 0
    assert days_silent(TODAY + timedelta(days=1), TODAY) == 0


def test_there_is_one_cutoff_for_each_priority_of_each_status_that_can_become_stale() -> None:
    found = [(cutoff.status, cutoff.priority) for cutoff in cutoffs(TODAY)]
    assert found == [(s, p) for s in Status if s.value in ALLOWED for p in Priority]


@pytest.mark.parametrize("cutoff", cutoffs(TODAY), ids=lambda cutoff: f"{cutoff.status}-{cutoff.priority}")
def test_a_cutoff_is_the_first_day_that_is_still_in_time(cutoff: Cutoff) -> None:
    assert not is_stale(cutoff.status, cutoff.priority, cutoff.before, today=TODAY)
    assert is_stale(cutoff.status, cutoff.priority, cutoff.before - timedelta(days=1), today=TODAY)


@given(
    st.sampled_from(Status),
    st.sampled_from(Priority),
    st.dates(),
    EDGES | st.integers(-4_000_000, 4_000_000),
)
def test_the_cutoffs_and_the_question_of_one_issue_agree(
    status: Status, priority: Priority, today: date, days: int
) -> None:
    last = date.fromordinal(min(max(today.toordinal() - days, 1), date.max.toordinal()))
    by_cutoff = any(
        last < cutoff.before for cutoff in cutoffs(today) if (cutoff.status, cutoff.priority) == (status, priority)
    )
    assert by_cutoff == is_stale(status, priority, last, today=today)


@given(st.sampled_from(Status), st.sampled_from(Priority), st.dates(), st.dates(), st.dates(), st.dates())
def test_what_is_stale_stays_stale_while_nothing_happens(
    status: Status, priority: Priority, last: date, a: date, b: date, deadline: date
) -> None:
    """Without a deadline; with one it may end: the deadline passes and the week is over."""
    earlier, later = sorted((a, b))
    if is_stale(status, priority, last, today=earlier):
        assert is_stale(status, priority, last, today=later)
        assert is_stale(status, priority, last, today=earlier, next_deadline=deadline)


@given(
    st.sampled_from(Status),
    st.sampled_from(Priority),
    st.dates(),
    EDGES | st.integers(0, 4000),
    st.dates(),
    st.dates(),
)
def test_the_cutoffs_of_near_deadlines_and_the_question_of_one_issue_agree(
    status: Status, priority: Priority, today: date, days: int, a: date, b: date
) -> None:
    """With a deadline that may fall on any day between two."""
    last = date.fromordinal(max(today.toordinal() - days, 1))
    earliest, latest = sorted((a, b))
    is_near = earliest <= last_near_day(today) and latest >= today
    by_cutoff = any(last < cutoff.before for cutoff in near_deadline_cutoffs(today) if cutoff.status == status)
    without = is_stale(status, priority, last, today=today)
    due = next_possible_day(earliest, latest, today)
    assert is_stale(status, priority, last, today=today, next_deadline=due) == (without or (is_near and by_cutoff))


def test_a_fuzzy_deadline_falls_on_the_first_day_that_is_left() -> None:
    first, last = date(2026, 2, 1), date(2026, 2, 28)
    assert next_possible_day(first, last, TODAY) == TODAY
    assert next_possible_day(first, last, date(2026, 1, 1)) == first
    assert next_possible_day(first, last, date(2026, 3, 1)) is None


@pytest.mark.parametrize("today", [date.min, date.max])
def test_the_ends_of_the_calendar_have_cutoffs_too(today: date) -> None:
    assert all(cutoff.before <= today for cutoff in cutoffs(today))
    assert all(cutoff.before <= today for cutoff in near_deadline_cutoffs(today))
    assert last_near_day(today) >= today
    assert not is_stale("negotiating", "normal", date.min, today=date.min)
