"""Making an issue and editing its own fields: each is one action, and a refusal is told at its field."""

from __future__ import annotations

import pytest
from time_machine import TimeMachineFixture

from core.models import Event
from tests.pages import at, errors_of, sent, signed_in
from tests.world import NOW, World
from tracker.models import Issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def test_an_edit_is_saved_through_its_action_and_stands_on_the_ledger(world: World) -> None:
    parent, issue = world.issue("Trade"), world.issue("Soya")
    changes = {
        "title": "Soybeans",
        "assignee": "lead",
        "parent": "uscn-1",
        "summary": "One.\r\nTwo.",
        "next_review": "2026-03-01",
    }
    assert sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk), changes).status_code == 302
    issue.refresh_from_db()
    assert (issue.title, issue.parent, issue.summary) == ("Soybeans", parent, "One.\nTwo.")
    event = Event.objects.latest("pk")
    assert (event.kind, (event.changes or {})["title"], event.actor) == (
        "issue.edited",
        ["Soya", "Soybeans"],
        world.people["editor"],
    )


def test_saving_what_was_not_changed_writes_nothing(world: World) -> None:
    issue = world.issue(summary="One.\nTwo.")
    before = Event.objects.count()
    assert sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk)).status_code == 302
    assert (Event.objects.count(), Issue.objects.get().version) == (before, issue.version)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "\u2060"),
        ("title", "x" * 1_000_000),
        ("category", "gossip"),
        ("priority", ""),
        ("assignee", "stranger"),
        ("assignee", "none-such"),
        ("parent", "USRU-1"),
        ("parent", "USCN-999"),
        ("parent", "USCN-1"),
        ("parent", "' OR 1=1"),
        ("next_review", "soon"),
        ("summary", "x" * 5001),
    ],
)
def test_a_refused_edit_says_why_at_its_field(world: World, field: str, value: str) -> None:
    issue = world.issue()
    world.issue("Theirs", foreign=True)
    response = sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk), {field: value})
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert Issue.objects.get(pk=issue.pk).version == issue.version


def test_a_foreign_parent_is_refused_in_the_words_of_a_missing_one(world: World) -> None:
    issue, theirs = world.issue(), world.issue("Theirs", foreign=True)
    client = signed_in(world.people["editor"])
    said = [errors_of(sent(client, at("issue_edit", issue.pk), {"parent": key})) for key in (theirs.key, "USRU-404")]
    assert said[0] == said[1]


def test_only_the_cleared_may_restrict_an_issue(world: World) -> None:
    issue = world.issue()
    assert "handling" not in signed_in(world.people["editor"]).get(at("issue_edit", issue.pk)).context["form"].fields
    sent(signed_in(world.people["cleared_editor"]), at("issue_edit", issue.pk), {"handling": "restricted"})
    assert Issue.objects.get().handling == "restricted"


def test_a_new_issue_begins_with_its_first_status(world: World) -> None:
    client = signed_in(world.people["editor"])
    values = {
        "title": "Rare earths",
        "status": "negotiating",
        "reason": "A draft was put.",
        "occurred_on": "2026-02-01",
    }
    response = sent(client, at("issue_add"), values)
    issue = Issue.objects.get()
    assert response["Location"] == at("issue_change", issue.pk)
    assert (issue.key, issue.status, issue.status_changes.get().reason) == ("USCN-1", "negotiating", "A draft was put.")


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("status", "gone"), ("reason", ""), ("occurred_on", "2027-01-01"), ("relationship", "us-ru")],
)
def test_a_refused_new_issue_says_why_at_its_field_and_is_not_made(world: World, field: str, value: str) -> None:
    values = {"title": "Rare earths", "reason": "A draft was put.", field: value}
    response = sent(signed_in(world.people["editor"]), at("issue_add"), values)
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert not Issue.objects.exists()
