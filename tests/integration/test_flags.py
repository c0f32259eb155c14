"""The pass that raises and clears flags, on the database at hand."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import Access
from core.errors import Forbidden
from core.models import Event
from tests.world import NOW, World
from tracker.actions.flags import Passed, update_flags
from tracker.actions.issues import edit_issue
from tracker.actions.statuses import change_status, void_status
from tracker.models import Flag, Issue, Relationship

TODAY = NOW.date()
YESTERDAY = TODAY - dt.timedelta(days=1)
pytestmark = pytest.mark.django_db
seconds = count()


def run_pass(as_of: dt.date = TODAY) -> Passed:
    """Each at an instant of its own, as passes are."""
    return update_flags(by=Access.system(), at=NOW + dt.timedelta(seconds=next(seconds)), as_of=as_of)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def move(world: World, issue: Issue, to: str, occurred_on: dt.date = YESTERDAY) -> None:
    issue.refresh_from_db()
    by = world.access("cleared_lead")
    change_status(issue=issue, version=issue.version, to=to, reason="Said.", occurred_on=occurred_on, by=by, at=NOW)


def edit(world: World, issue: Issue, **values: Any) -> None:
    issue.refresh_from_db()
    edit_issue(issue=issue, version=issue.version, values=values, by=world.access("cleared_lead"), at=NOW)


def many_quiet_issues(relationship: Relationship, number: int) -> None:
    Issue.objects.bulk_create(
        Issue(
            relationship=relationship,
            number=n,
            key=f"{relationship.key_prefix}-{n}",
            title="Quiet",
            status="negotiating",
            last_substantive_on=ago(100),
            created_at=NOW,
        )
        for n in range(1, number + 1)
    )


def test_an_issue_that_went_quiet_is_flagged_with_the_day_from_which_the_silence_counts(world: World) -> None:
    issue = world.issue(status="negotiating", occurred_on=ago(22))
    assert run_pass() == Passed(raised=1, cleared=0)
    flag = Flag.objects.get()
    assert (flag.subject_kind, flag.subject_id, flag.rule, flag.level) == ("issue", issue.pk, "silence", "notice")
    assert (flag.relationship_id, flag.since, flag.handling) == (world.home.pk, ago(22), "open")
    assert (flag.cleared_at, flag.cleared_why) == (None, "")


def test_an_issue_that_is_still_in_time_is_not(world: World) -> None:
    world.issue(status="negotiating", occurred_on=ago(21))
    world.issue(status="resolved", occurred_on=ago(4000))
    assert run_pass() == Passed(raised=0, cleared=0)


def test_a_second_pass_changes_nothing_and_says_nothing(world: World) -> None:
    world.issue(status="negotiating", occurred_on=ago(22))
    run_pass()
    before = (list(Flag.objects.values()), Event.objects.count())
    assert run_pass() == Passed(raised=0, cleared=0)
    assert (list(Flag.objects.values()), Event.objects.count()) == before


def test_a_move_ends_the_flag_and_the_next_silence_is_an_episode_of_its_own(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=ago(61))
    run_pass()
    move(world, issue, "negotiating")
    assert run_pass() == Passed(raised=0, cleared=1)
    assert run_pass(as_of=YESTERDAY + dt.timedelta(days=22)) == Passed(raised=1, cleared=0)
    first, second = Flag.objects.order_by("pk")
    assert first.cleared_at is not None
    assert first.cleared_why == "Something happened on the issue."
    assert (second.since, second.cleared_at) == (YESTERDAY, None)


def test_a_settled_issue_loses_its_flag_for_being_settled(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=ago(61))
    run_pass()
    move(world, issue, "closed")
    run_pass()
    assert Flag.objects.get().cleared_why == "The issue is resolved or closed."


def test_a_lower_priority_may_end_a_flag_and_a_higher_one_raise_it(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=ago(40))
    assert run_pass() == Passed(raised=0, cleared=0)
    edit(world, issue, priority="high")
    assert run_pass() == Passed(raised=1, cleared=0)
    edit(world, issue, priority="low")
    assert run_pass() == Passed(raised=0, cleared=1)
    assert Flag.objects.get().cleared_why == "Its status or priority allows a longer silence now."


def test_an_event_found_out_late_begins_another_episode_of_a_silence_that_lasts(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=ago(200))
    run_pass()
    move(world, issue, "discussing", occurred_on=ago(100))
    assert run_pass() == Passed(raised=1, cleared=1)
    standing = Flag.objects.standing().get()
    assert standing.since == ago(100)
    assert Flag.objects.exclude(pk=standing.pk).get().cleared_why == "Something happened on the issue."


def test_an_event_taken_back_lets_the_silence_count_from_before_it(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=ago(200))
    move(world, issue, "discussing", occurred_on=ago(100))
    run_pass()
    issue.refresh_from_db()
    void_status(issue=issue, version=issue.version, seq=2, reason="A misreading.", by=world.access("lead"), at=NOW)
    run_pass()
    ended, standing = Flag.objects.order_by("pk")
    assert ended.cleared_why == "The event from which the silence counted was taken back."
    assert (standing.since, standing.cleared_at) == (ago(200), None)


@pytest.mark.parametrize(
    "values", [{"title": "Soya"}, {"category": "trade"}, {"assignee": "editor"}], ids=lambda values: next(iter(values))
)
def test_an_edit_does_not_start_the_clock_anew(world: World, values: dict[str, Any]) -> None:
    issue = world.issue(status="negotiating", occurred_on=ago(22))
    run_pass()
    if "assignee" in values:
        values = {"assignee": world.people["editor"]}
    edit(world, issue, **values)
    assert run_pass() == Passed(raised=0, cleared=0)
    assert Flag.objects.standing().get().since == ago(22)


def test_a_pass_leaves_the_issue_as_it_was(world: World) -> None:
    world.issue(status="negotiating", occurred_on=ago(22))
    before = Issue.objects.values().get()
    with CaptureQueriesContext(
        connection,
    ) as statements:
        run_pass()
    assert Issue.objects.values().get() == before
    assert not [query for query in statements.captured_queries if query["sql"].startswith('UPDATE "tracker_issue"')]


def test_a_parent_is_not_quiet_while_its_sub_issues_speak(world: World) -> None:
    parent = world.issue("Trade", status="negotiating", occurred_on=ago(100))
    world.issue("Soybeans", status="negotiating", parent=parent, occurred_on=ago(2))
    assert run_pass() == Passed(raised=0, cleared=0)


def test_the_flag_of_a_restricted_issue_exists_for_the_cleared_alone(world: World) -> None:
    world.issue(status="negotiating", occurred_on=ago(22), handling="restricted")
    run_pass()
    assert not Flag.objects.visible_to(world.access("lead")).exists()
    assert Flag.objects.visible_to(world.access("cleared_viewer")).exists()
    assert not Flag.objects.visible_to(world.access("stranger")).exists()


def test_a_flag_follows_the_handling_of_its_issue(world: World) -> None:
    issue = world.issue(status="negotiating", occurred_on=ago(22))
    run_pass()
    edit(world, issue, handling="restricted")
    assert Flag.objects.get().handling == "restricted"


def test_the_ledger_of_each_relationship_has_a_line_and_what_is_restricted_is_counted_apart(world: World) -> None:
    for handling in ("open", "open", "restricted"):
        world.issue(status="negotiating", occurred_on=ago(22), handling=handling)
    world.issue(status="negotiating", occurred_on=ago(22), foreign=True)
    run_pass()
    lines = Event.objects.filter(kind="flags.updated").order_by("compartment", "seq")
    told = [(line.subject_id, line.handling, line.changes, line.actor) for line in lines]
    assert told == [
        ("us-cn", "open", {"raised": [None, 2]}, None),
        ("us-cn/restricted", "restricted", {"raised": [None, 1]}, None),
        ("us-ru", "open", {"raised": [None, 1]}, None),
    ]
    assert lines.visible_to(world.access("lead")).count() == 1
    assert lines.visible_to(world.access("cleared_lead")).count() == 2


def test_a_line_counts_this_pass_alone(world: World) -> None:
    issue = world.issue(status="negotiating", occurred_on=ago(22))
    run_pass()
    world.issue(status="negotiating", occurred_on=ago(22))
    move(world, issue, "stalled")
    run_pass()
    line = Event.objects.filter(kind="flags.updated").latest("seq")
    assert line.changes == {"raised": [None, 1], "cleared": [None, 1]}


@pytest.mark.parametrize("moment", ["raise", "nothing", "clear"])
def test_a_thousand_issues_take_as_many_statements_as_ten(world: World, moment: str) -> None:
    taken = []
    for relationship, number in ((world.home, 10), (world.foreign, 1000)):
        many_quiet_issues(relationship, number)
        if moment != "raise":
            run_pass()
        if moment == "clear":
            relationship.issues.update(status="resolved")
        with CaptureQueriesContext(connection) as statements:
            passed = run_pass()
        assert sum((passed.raised, passed.cleared)) == (0 if moment == "nothing" else number)
        taken.append(len(statements))
    assert taken[0] == taken[1]
    assert taken[0] <= 14


def test_sqlite_finds_the_flags_of_an_issue_by_the_issue_and_not_by_its_relationship(world: World) -> None:
    """Among all flags of the relationship it would look through a hundred thousand for each issue of a list. PostgreSQL
    counts its rows, and chooses by that."""
    rows = Flag.objects.visible_to(world.access("viewer")).standing().of_issues().filter(subject_id=1)
    plan = rows.order_by().explain()
    if connection.vendor == "sqlite":
        assert "flag_one_standing_per_subject_and_rule (subject_kind=? AND subject_id=?)" in plan


@pytest.mark.parametrize("name", ["viewer", "lead", "cleared_lead", "operator"])
def test_people_do_not_raise_flags(world: World, name: str) -> None:
    with pytest.raises(Forbidden):
        update_flags(by=world.access(name), at=NOW, as_of=TODAY)
