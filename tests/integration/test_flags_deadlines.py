"""A near deadline shortens the silence: in the pass, and in what was stale on a past day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Access
from core.fuzzydates import FuzzyDate, month
from tests.records import a_claim, a_deadline, a_note
from tests.world import NOW, World
from tracker.actions.deadlines import DeadlineDraft, close_deadline, move_deadline
from tracker.actions.flags import Passed, update_flags
from tracker.actions.handling import change_handling
from tracker.actions.records import withdraw
from tracker.models import Deadline, Flag, Issue
from tracker.past_silence import silent_as_known
from tracker.staleness import is_stale, next_possible_day

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def exact(days: int) -> FuzzyDate:
    return FuzzyDate(TODAY + days * DAY, TODAY + days * DAY)


def stale(day: dt.date = TODAY) -> set[str]:
    return set(Issue.objects.stale_on(day).values_list("key", flat=True))


def stale_then(day: dt.date = TODAY) -> set[str]:
    return {row["key"] for row in silent_as_known(day)}


def run_pass(minute: int = 0, as_of: dt.date = TODAY) -> Passed:
    return update_flags(by=Access.system(), at=NOW + dt.timedelta(minutes=minute), as_of=as_of)


@pytest.fixture
def quiet(world: World) -> Issue:
    """Silent for eight days: in time without a near deadline, and late with one."""
    return world.issue(status="negotiating", occurred_on=TODAY - 8 * DAY)


@pytest.mark.parametrize(
    ("due", "is_late"),
    [
        (exact(0), True),
        (exact(30), True),
        (exact(31), False),
        (exact(-1), False),
        (month(2026, 3, "in March"), True),
        (FuzzyDate(TODAY - 40 * DAY, TODAY, "this winter"), True),
        (FuzzyDate(TODAY + 31 * DAY, TODAY + 90 * DAY, "in spring"), False),
        (FuzzyDate(None, None, "soon"), False),
    ],
    ids=["today", "in 30 days", "in 31 days", "passed", "may be near", "may be today", "later", "words alone"],
)
def test_a_deadline_within_thirty_days_leaves_a_week(world: World, quiet: Issue, due: FuzzyDate, is_late: bool) -> None:
    a_deadline(world, quiet, due=due)
    assert stale() == ({quiet.key} if is_late else set())
    assert stale_then() == stale()


@pytest.mark.parametrize("status", ["raised", "stalled", "watch", "resolved"])
def test_it_does_not_hurry_what_is_not_on_the_table(world: World, status: str) -> None:
    issue = world.issue(status=status, occurred_on=TODAY - 8 * DAY)
    a_deadline(world, issue, due=exact(3))
    assert stale() == stale_then() == set()


def test_a_restricted_deadline_hurries_no_open_issue_and_a_restricted_one_alone(world: World, quiet: Issue) -> None:
    a_deadline(world, quiet, due=exact(3), handling="restricted")
    hidden = world.issue(status="negotiating", occurred_on=TODAY - 8 * DAY, handling="restricted")
    a_deadline(world, hidden, due=exact(3))
    assert stale() == stale_then() == {hidden.key}


@pytest.mark.parametrize("how", ["moved", "met", "withdrawn", "restricted"])
def test_a_deadline_that_is_gone_gives_the_time_back_and_says_so(world: World, quiet: Issue, how: str) -> None:
    deadline = a_deadline(world, quiet, due=exact(3))
    assert run_pass() == Passed(raised=1, cleared=0)
    _end(world, deadline, how)
    assert run_pass(1) == Passed(raised=0, cleared=1)
    assert Flag.objects.get().cleared_why == "No deadline is near any more: it was moved or closed, or has passed."
    assert stale_then() == stale() == set()


def _end(world: World, deadline: Deadline, how: str) -> None:
    by: dict[str, Any] = {"by": world.access("cleared_lead"), "at": NOW}
    if how == "moved":
        draft = DeadlineDraft(issue=deadline.issue, what="An answer", due=exact(60))
        move_deadline(deadline=deadline, draft=draft, reason="They asked for it.", **by)
    elif how == "met":
        close_deadline(deadline=deadline, outcome="met", closed_on=TODAY, reason="It came.", **by)
    elif how == "withdrawn":
        withdraw(record=deadline, reason="Misread.", **by)
    else:
        change_handling(record=deadline, handling="restricted", **by)


def test_a_deadline_that_passes_gives_the_time_back(world: World, quiet: Issue) -> None:
    a_deadline(world, quiet, due=exact(2))
    run_pass()
    assert run_pass(1, as_of=TODAY + 3 * DAY) == Passed(raised=0, cleared=1)
    assert "has passed" in Flag.objects.get().cleared_why


def test_one_that_draws_near_shortens_it(world: World, quiet: Issue) -> None:
    a_deadline(world, quiet, due=exact(33))
    assert run_pass() == Passed(raised=0, cleared=0)
    assert run_pass(1, as_of=TODAY + 3 * DAY) == Passed(raised=1, cleared=0)


def test_a_past_day_knows_the_deadlines_that_stood_then(world: World) -> None:
    """Set on the fourth day before, met today."""
    then = NOW - 4 * DAY
    issue = world.issue(status="negotiating", occurred_on=TODAY - 15 * DAY, at=NOW - 15 * DAY)
    deadline = a_deadline(world, issue, due=exact(3), at=then)
    close_deadline(
        deadline=deadline, outcome="met", closed_on=TODAY, reason="It came.", by=world.access("editor"), at=NOW
    )
    days = {number: issue.key in stale_then(TODAY - number * DAY) for number in (5, 4, 1, 0)}
    assert days == {5: False, 4: True, 1: True, 0: False}


def test_a_past_day_knows_the_claims_and_notes_that_stood_then(world: World) -> None:
    began = TODAY - 60 * DAY
    issue = world.issue(status="negotiating", occurred_on=began, at=NOW - 60 * DAY)
    said = TODAY - 25 * DAY
    claim = a_claim(world, issue, said_on=FuzzyDate(said, said), at=NOW - 24 * DAY)
    withdraw(record=claim, reason="Misread.", by=world.access("lead"), at=NOW - 20 * DAY)
    a_note(issue, noted_on=TODAY - 10 * DAY, at=NOW - 5 * DAY)
    days = {number: issue.key in stale_then(TODAY - number * DAY) for number in (30, 25, 24, 21, 20, 6, 5, 0)}
    assert days == {30: True, 25: True, 24: False, 21: False, 20: True, 6: True, 5: False, 0: False}


def test_a_past_day_is_read_in_one_statement(world: World, quiet: Issue, django_assert_num_queries: Any) -> None:
    a_deadline(world, quiet, due=exact(3))
    a_claim(world, quiet)
    with django_assert_num_queries(1):
        stale_then()


def test_the_past_reads_today_as_the_pass_does(world: World) -> None:
    """Parents, children, restricted rows, repetitions, notes on several issues, deadlines."""
    issues = []
    for status in ("negotiating", "raised"):
        for above in ("open", "restricted"):
            parent = world.issue(f"{above} {status}", status=status, occurred_on=TODAY - 200 * DAY, handling=above)
            issues += [parent, _child(world, parent, "restricted")]
            issues += [_child(world, parent, "open")] if above == "open" else []
    for number, issue in enumerate(issues):
        day = TODAY - (3 + 17 * number) * DAY
        first = a_claim(world, issue, said_on=FuzzyDate(day - 50 * DAY, day - 50 * DAY))
        hidden = "restricted" if number % 2 else ""
        a_claim(world, issue, said_on=FuzzyDate(day, day), handling=hidden, repeats=first if number % 3 == 0 else None)
        a_deadline(world, issue, due=exact(number * 9), handling=hidden)
    a_note(*issues[:3], noted_on=TODAY - 9 * DAY)
    a_note(*issues[3:], noted_on=TODAY - 30 * DAY, handling="restricted")
    assert stale() == stale_then()
    told = {row["key"]: row["since"] for row in silent_as_known(TODAY)}
    assert told == dict(Issue.objects.stale_on(TODAY).values_list("key", "last_substantive_on"))
    assert 0 < len(told) < len(issues)


def _child(world: World, parent: Issue, handling: str) -> Issue:
    return world.issue(
        f"Part of {parent.title}",
        status=parent.status,
        parent=parent,
        occurred_on=TODAY - 200 * DAY,
        handling=handling,
    )


@given(st.integers(0, 40), st.integers(-50, 50), st.integers(0, 60))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_and_the_pure_rule_agree(world: World, silent: int, begins: int, lasts: int) -> None:
    last, earliest = TODAY - silent * DAY, TODAY + begins * DAY
    latest = earliest + lasts * DAY
    issue = world.issue(status="agreed", occurred_on=last)
    a_deadline(world, issue, due=FuzzyDate(earliest, latest, "some day"))
    near = next_possible_day(earliest, latest, TODAY)
    expected = is_stale("agreed", "normal", last, today=TODAY, next_deadline=near)
    assert (issue.key in stale()) == (issue.key in stale_then()) == expected
