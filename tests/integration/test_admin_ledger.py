"""The ledger as its readers see it: lines to read, and nothing of what they may not."""

from __future__ import annotations

import pytest
from time_machine import TimeMachineFixture

from tests.pages import at, sent, signed_in, text_of
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def test_a_line_says_when_who_what_about_what_and_from_what_to_what(world: World) -> None:
    issue = world.issue()
    sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk), {"title": "Soya"})
    page = signed_in(world.people["auditor"]).get(at("event_changelist"))
    assert "9 Feb 2026, 07:00 editor Issue edited USCN-1 Title: Soybeans → Soya" in text_of(page)
    assert at("issue_change", issue.pk) in page.content.decode()


def test_people_are_named_on_it_and_not_numbered(world: World) -> None:
    text = text_of(signed_in(world.people["auditor"]).get(at("event_changelist")))
    assert "Member added viewer" in text


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("subject=tracker.issue", "Issue created", "Member added"),
        ("subject=core.membership", "Member added", "Issue created"),
        ("who=editor", "Issue edited", "Member added"),
        ("who=-", "Member added", "Issue edited"),
        ("relationship=us-cn", "Issue edited", "us-ru"),
        ("q=uscn", "Issue edited", "Member added"),
        ("q=member", "Member added", "Issue edited"),
    ],
)
def test_its_filters_and_its_search(world: World, query: str, there: str, not_there: str) -> None:
    issue = world.issue()
    sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk), {"title": "Soya"})
    text = text_of(signed_in(world.people["auditor"]).get(f"{at('event_changelist')}?{query}")).partition("Changes")[2]
    assert there in text
    assert not_there not in text


@pytest.mark.parametrize(
    "query", ["subject=core.user2", "who=stranger", "relationship=us-ru", "kind=x", "changes__title=x", "o=1"]
)
def test_other_filters_are_refused(world: World, query: str) -> None:
    assert signed_in(world.people["auditor"]).get(f"{at('event_changelist')}?{query}").status_code == 400


def test_an_operator_reads_the_ledger_of_the_site_and_no_other(world: World) -> None:
    world.issue()
    text = text_of(signed_in(world.people["operator"]).get(at("event_changelist")))
    assert "User created" in text
    assert "USCN-1" not in text


def test_lines_about_what_is_restricted_and_the_gaps_they_leave_are_for_the_cleared(world: World) -> None:
    world.issue("Kept close", handling="restricted")
    world.issue("Soybeans")
    shown = {name: signed_in(world.people[name]) for name in ("auditor", "cleared_auditor")}
    lists = {name: text_of(client.get(at("event_changelist"))) for name, client in shown.items()}
    assert "Kept close" not in lists["auditor"]
    assert "Kept close" in lists["cleared_auditor"]
    line = shown["auditor"].get(at("event_changelist")).context["cl"].result_list[0]
    assert "Hash before" not in text_of(shown["auditor"].get(at("event_change", line.pk)))
    assert "Hash before" in text_of(shown["cleared_auditor"].get(at("event_change", line.pk)))


def test_a_line_cannot_be_written_to(world: World) -> None:
    world.issue()
    client = signed_in(world.people["lead"])
    line = client.get(at("event_changelist")).context["cl"].result_list[0]
    assert client.post(at("event_change", line.pk), {"kind": "x"}).status_code == 405
    assert client.get(at("event_add")).status_code == 404
