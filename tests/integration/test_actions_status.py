"""Moving an issue through its action, on the database at hand."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Conflict, Forbidden, InvalidInput
from core.models import Event
from tests.world import A_WEEK_AGO, NOW, World
from tracker.actions.statuses import change_status, correct_status, void_status
from tracker.models import Issue, StatusChange
from tracker.queries import status_of

YESTERDAY = dt.date(2026, 2, 8)
pytestmark = pytest.mark.django_db


def move(world: World, issue: Issue, to: str, **given: object) -> StatusChange:
    values = {"version": issue.version, "reason": "Said in Beijing.", "occurred_on": YESTERDAY, "at": NOW, **given}
    return change_status(issue=issue, to=to, by=world.access("editor"), **values)  # type: ignore[arg-type]


def test_a_move_changes_the_status_the_version_and_the_clock_of_silence(world: World) -> None:
    issue = world.issue(status="raised")
    version = issue.version
    move(world, issue, "discussing", trend="easing")
    issue.refresh_from_db()
    assert (issue.status, issue.trend, issue.version) == ("discussing", "easing", version + 1)
    assert issue.last_substantive_on == YESTERDAY


def test_a_move_stands_on_the_ledger_with_old_and_new_status(world: World) -> None:
    issue = world.issue(status="raised")
    move(world, issue, "discussing")
    event = Event.objects.filter(subject_id=issue.key).latest("seq")
    assert event.kind == "issue.status_changed"
    assert event.changes is not None
    assert event.changes["status"] == ["raised", "discussing"]
    assert event.actor == world.people["editor"]


@pytest.mark.parametrize(
    ("to", "given", "field"),
    [
        ("implementing", {}, "to_status"),
        ("nonsense", {}, "to_status"),
        ("", {}, "to_status"),
        ("discussing", {"reason": "  "}, "reason"),
        ("discussing", {"reason": "\u200b"}, "reason"),
        ("discussing", {"reason": "a\x00b"}, "reason"),
        ("discussing", {"reason": "\ud800"}, "reason"),
        ("discussing", {"occurred_on": dt.date(2026, 2, 10)}, "occurred_on"),
        ("discussing", {"occurred_on": dt.date(1, 1, 1)}, "occurred_on"),
        ("discussing", {"trend": "sideways"}, "trend"),
        ("discussing", {"known_at": NOW + dt.timedelta(seconds=1)}, "known_at"),
        ("discussing", {"known_at": dt.datetime(2026, 2, 6, tzinfo=dt.UTC)}, "known_at"),
    ],
)
def test_a_move_that_cannot_be_is_refused_by_field_and_nothing_is_written(
    world: World, to: str, given: dict[str, object], field: str
) -> None:
    issue = world.issue(status="raised")
    before = (Event.objects.count(), StatusChange.objects.count(), issue.version)
    with pytest.raises(InvalidInput) as refused:
        move(world, issue, to, **given)
    assert refused.value.field == field
    assert (Event.objects.count(), StatusChange.objects.count(), Issue.objects.get().version) == before


def test_a_date_that_has_begun_somewhere_on_earth_is_no_future_date(world: World) -> None:
    issue = world.issue(status="raised")
    evening = dt.datetime(2026, 2, 9, 10, 0, tzinfo=dt.UTC)
    move(world, issue, "discussing", occurred_on=dt.date(2026, 2, 10), at=evening)
    assert Issue.objects.get().status == "discussing"


def test_the_second_of_two_editors_gets_a_conflict(world: World) -> None:
    issue = world.issue(status="raised")
    version = issue.version
    move(world, issue, "discussing")
    with pytest.raises(Conflict) as refused:
        move(world, Issue.objects.get(), "negotiating", version=version)
    assert refused.value.field == "version"


@pytest.mark.parametrize("name", ["viewer", "auditor", "stranger", "operator"])
def test_only_editors_and_leads_of_the_relationship_move(world: World, name: str) -> None:
    issue = world.issue(status="raised")
    with pytest.raises(Forbidden):
        change_status(
            issue=issue,
            version=issue.version,
            to="discussing",
            reason="x",
            occurred_on=YESTERDAY,
            by=world.access(name),
            at=NOW,
        )


def test_a_correction_changes_what_was_and_not_what_we_thought(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=A_WEEK_AGO)
    wrong = move(world, issue, "negotiating")
    thought_then = NOW
    correct_status(
        issue=issue,
        version=issue.version,
        seq=wrong.seq,
        to="discussing",
        reason="No offer was put.",
        occurred_on=YESTERDAY,
        by=world.access("editor"),
        at=NOW + dt.timedelta(days=3),
    )
    assert status_of(issue, happened=YESTERDAY) == "discussing"
    assert status_of(issue, happened=YESTERDAY, known=thought_then) == "negotiating"
    assert Issue.objects.get().status == "discussing"


def test_a_late_row_that_breaks_what_follows_is_refused_unless_it_voids_it(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=dt.date(2026, 1, 1))
    move(world, issue, "discussing", occurred_on=YESTERDAY)
    late = {"occurred_on": dt.date(2026, 1, 15)}
    with pytest.raises(InvalidInput, match="Negotiating on 2026-01-15 may not be followed by Discussing"):
        move(world, Issue.objects.get(), "negotiating", **late)
    move(world, Issue.objects.get(), "negotiating", void_following=True, **late)
    assert Issue.objects.get().status == "negotiating"
    assert StatusChange.objects.count() == 4


def test_voiding_the_last_move_restores_the_status_before_it(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=A_WEEK_AGO)
    wrong = move(world, issue, "agreed", trend="easing")
    issue = Issue.objects.get()
    void_status(
        issue=issue, version=issue.version, seq=wrong.seq, reason="A misreading.", by=world.access("lead"), at=NOW
    )
    issue = Issue.objects.get()
    assert (issue.status, issue.trend, issue.last_substantive_on) == ("raised", "", A_WEEK_AGO)


def test_the_only_row_cannot_be_voided(world: World) -> None:
    issue = world.issue()
    with pytest.raises(InvalidInput, match="always has a status"):
        void_status(issue=issue, version=issue.version, seq=1, reason="x", by=world.access("lead"), at=NOW)


def test_a_parent_takes_its_childrens_clock(world: World) -> None:
    parent = world.issue("Trade", occurred_on=dt.date(2025, 1, 1))
    world.issue("Soybeans", parent=parent, occurred_on=YESTERDAY)
    parent.refresh_from_db()
    assert parent.last_substantive_on == YESTERDAY


def test_correcting_the_earlier_of_two_moves_of_one_day_does_not_let_them_change_places(world: World) -> None:
    issue = world.issue(status="raised")
    wrong = move(world, issue, "negotiating")
    move(world, Issue.objects.get(), "stalled")
    again = {"seq": wrong.seq, "to": "negotiating", "reason": "Said better.", "occurred_on": YESTERDAY}
    issue = Issue.objects.get()
    with pytest.raises(InvalidInput, match="came after row 2 on the same day"):
        correct_status(issue=issue, version=issue.version, by=world.access("editor"), at=NOW, **again)  # type: ignore[arg-type]
    assert Issue.objects.get().status == "stalled"
    correct_status(
        issue=issue,
        version=Issue.objects.get().version,
        by=world.access("editor"),
        at=NOW,
        void_following=True,
        **again,  # type: ignore[arg-type]
    )
    assert Issue.objects.get().status == "negotiating"


def test_an_open_parent_does_not_tell_when_its_restricted_child_moves(world: World) -> None:
    parent = world.issue("Trade", occurred_on=dt.date(2025, 1, 1))
    child = world.issue("Hidden", parent=parent, handling="restricted", occurred_on=A_WEEK_AGO)
    change_status(
        issue=child,
        version=child.version,
        to="discussing",
        reason="Said.",
        occurred_on=YESTERDAY,
        by=world.access("cleared_editor"),
        at=NOW,
    )
    parent.refresh_from_db()
    assert parent.last_substantive_on == dt.date(2025, 1, 1)
