"""Creating and editing issues."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.access import Access
from core.errors import Conflict, Forbidden, InvalidInput, ParleyError, Problems
from core.models import Event
from tests.world import A_WEEK_AGO, NOW, World
from tracker.actions.history import NewRow
from tracker.actions.issues import Draft, create_issue, edit_issue
from tracker.models import Flag, Issue, Party

pytestmark = pytest.mark.django_db


def edit(world: World, issue: Issue, *, name: str = "cleared_editor", **values: Any) -> Issue:
    return edit_issue(issue=issue, version=issue.version, values=values, by=world.access(name), at=NOW)


def test_creation_is_the_first_row_of_the_history(world: World) -> None:
    issue = world.issue("Soybeans", status="watch")
    row = issue.status_changes.get()
    assert (row.external_id, row.from_status, row.to_status) == ("USCN-1-H1", "", "watch")
    assert (issue.key, issue.status, issue.last_substantive_on) == ("USCN-1", "watch", A_WEEK_AGO)


def test_numbers_run_within_one_relationship(world: World) -> None:
    keys = [world.issue().key, world.issue(foreign=True).key, world.issue().key]
    assert keys == ["USCN-1", "USRU-1", "USCN-2"]


def test_restricted_issues_leave_no_gap_in_the_open_series(world: World) -> None:
    keys = [world.issue(handling=handling).key for handling in ("open", "restricted", "open", "restricted")]
    assert keys == ["USCN-1", "USCN-900001", "USCN-2", "USCN-900002"]


def test_an_issue_without_a_first_status_is_refused_and_not_half_written(world: World) -> None:
    with pytest.raises(InvalidInput, match="first status"):
        create_issue(relationship=world.home, draft=Draft(title="x"), history=[], by=Access.system(), at=NOW)
    assert not Issue.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " \u200b"}, "title"),
        ({"title": "x" * 1_000_000}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"title": 7}, "title"),
        ({"summary": "\ud800"}, "summary"),
        ({"category": "gossip"}, "category"),
        ({"priority": "urgent"}, "priority"),
        ({"status": "agreed"}, "status"),
        ({"version": 9}, "version"),
    ],
)
def test_a_bad_edit_names_its_field_and_writes_nothing(world: World, values: dict[str, Any], field: str) -> None:
    issue = world.issue()
    version, lines = issue.version, Event.objects.count()
    with pytest.raises(ParleyError) as refused:
        edit(world, issue, **values)
    error = refused.value
    assert field in {part.field for part in (error.problems if isinstance(error, Problems) else [error])}
    stored = Issue.objects.get()
    assert (stored.title, stored.version, Event.objects.count()) == ("Soybeans", version, lines)


def test_an_edit_keeps_old_and_new_on_the_ledger_and_leaves_the_clock_of_silence(world: World) -> None:
    issue = world.issue()
    edit(world, issue, title="Soya beans", category="trade", assignee=world.people["editor"])
    event = Event.objects.latest("seq")
    assert event.changes == {
        "title": ["Soybeans", "Soya beans"],
        "category": ["other", "trade"],
        "assignee": [None, "editor"],
    }
    assert Issue.objects.get().last_substantive_on == A_WEEK_AGO


def test_an_edit_that_changes_nothing_writes_no_line_and_no_version(world: World) -> None:
    issue = world.issue()
    before = (Event.objects.count(), issue.version)
    edit(world, issue, title="Soybeans")
    assert (Event.objects.count(), Issue.objects.get().version) == before


def test_the_second_of_two_editors_gets_a_conflict_and_overwrites_nothing(world: World) -> None:
    mine, theirs = world.issue(), Issue.objects.get()
    edit(world, theirs, title="Theirs")
    with pytest.raises(Conflict):
        edit_issue(issue=mine, version=1, values={"title": "Mine"}, by=world.access("editor"), at=NOW)
    assert Issue.objects.get().title == "Theirs"


@pytest.mark.parametrize("name", ["stranger", "operator"])
def test_an_assignee_from_outside_is_refused(world: World, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        edit(world, world.issue(), assignee=world.people[name])
    assert refused.value.field == "assignee"


def test_a_restricted_issue_is_assigned_to_cleared_members_alone(world: World) -> None:
    issue = world.issue(handling="restricted")
    with pytest.raises(InvalidInput):
        edit(world, issue, assignee=world.people["editor"])
    edit(world, Issue.objects.get(), assignee=world.people["cleared_lead"])
    assert Issue.objects.get().assignee == world.people["cleared_lead"]


def test_only_a_cleared_member_restricts_and_its_flags_follow(world: World) -> None:
    issue = world.issue()
    Flag.objects.create(
        relationship=world.home,
        subject_kind="issue",
        subject_id=issue.pk,
        rule="silence",
        since=A_WEEK_AGO,
        raised_at=NOW,
    )
    with pytest.raises(Forbidden):
        edit(world, issue, name="editor", handling="restricted")
    edit(world, Issue.objects.get(), handling="restricted")
    assert Flag.objects.get().handling == "restricted"
    assert not Issue.objects.visible_to(world.access("lead")).exists()
    assert Issue.objects.visible_to(world.access("cleared_viewer")).exists()


def test_issues_nest_one_level_within_one_relationship(world: World) -> None:
    parent, child, other = world.issue("Trade"), world.issue("Soybeans"), world.issue("Beans")
    edit(world, child, parent=parent)
    child.refresh_from_db()
    for bad, into in ((other, child), (parent, other), (other, world.issue(foreign=True))):
        with pytest.raises(InvalidInput) as refused:
            edit(world, Issue.objects.get(pk=bad.pk), parent=into)
        assert refused.value.field == "parent"


def test_an_open_issue_is_not_put_under_a_restricted_one(world: World) -> None:
    parent = world.issue(handling="restricted")
    with pytest.raises(InvalidInput, match="restricted sub-issues"):
        edit(world, world.issue(), parent=parent)


def test_a_new_parent_takes_the_clock_and_the_former_one_gives_it_back(world: World) -> None:
    first = world.issue("Trade", occurred_on=dt.date(2025, 1, 1))
    second = world.issue("Farming", occurred_on=dt.date(2025, 1, 1))
    child = world.issue("Soybeans", parent=first)
    edit(world, child, parent=second)
    days = [Issue.objects.get(pk=issue.pk).last_substantive_on for issue in (first, second)]
    assert days == [dt.date(2025, 1, 1), A_WEEK_AGO]


def test_a_party_of_another_relationship_is_refused(world: World) -> None:
    draft = Draft(title="x", parties={Party.objects.get(relationship=world.foreign, code="RU"): "affected"})
    first = NewRow(to="raised", reason="Seen.", occurred_on=A_WEEK_AGO)
    with pytest.raises(InvalidInput) as refused:
        create_issue(relationship=world.home, draft=draft, history=[first], by=Access.system(), at=NOW)
    assert refused.value.field == "parties"
    assert not Issue.objects.exists()


def test_a_parents_clock_forgets_a_child_that_becomes_restricted_and_takes_it_back_when_opened(world: World) -> None:
    parent = world.issue("Trade", occurred_on=dt.date(2025, 1, 1))
    child = world.issue("Soybeans", parent=parent)
    days = []
    for handling in ("restricted", "open"):
        edit(world, Issue.objects.get(pk=child.pk), handling=handling)
        days.append(Issue.objects.get(pk=parent.pk).last_substantive_on)
    assert days == [dt.date(2025, 1, 1), A_WEEK_AGO]
