"""The timeline of an issue as its readers find it."""

from __future__ import annotations

import pytest
from time_machine import TimeMachineFixture

from tests.pages import at, signed_in, text_of
from tests.records import SYSTEM, a_claim, a_note, a_source
from tests.world import NOW, World
from tracker.actions.records import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def test_an_entry_shows_what_was_said_where_when_and_who_recorded_it(world: World) -> None:
    issue = world.issue()
    source = a_source(world, publisher="Reuters")
    a_claim(world, issue, source, quote="We are ready.", by=world.access("editor"))
    page = signed_in(world.people["viewer"]).get(at("issue_timeline", issue.pk))
    said = "Claim US USCN-Q1 “We are ready.” Reuters, 5 Feb 2026 · recorded 9 Feb 2026, 07:00 by editor"
    assert f"5 Feb 2026 {said}" in text_of(page)
    assert at("source_change", source.pk) in page.content.decode()


def test_by_recording_the_days_are_those_of_recording(world: World) -> None:
    issue = world.issue()
    client = signed_in(world.people["viewer"])
    text = text_of(client.get(f"{at('issue_timeline', issue.pk)}?by=recorded"))
    assert "9 Feb 2026 Status Raised USCN-1-H1 Seen in a statement. happened 2 Feb 2026 · recorded" in text


def test_what_was_withdrawn_is_struck(world: World) -> None:
    issue = world.issue()
    withdraw(record=a_claim(world, issue), reason="A slip.", by=SYSTEM, at=NOW)
    page = signed_in(world.people["viewer"]).get(at("issue_timeline", issue.pk))
    assert '<p class="read struck">They said so.</p>' in page.content.decode()
    assert "Withdrawn: A slip." in text_of(page)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 2),
        ("?by=happened&since=&moved=", 2),
        ("?since=2026-02-03", 1),
        ("?since=2026-02-10", 0),
        ("?moved=1", 1),
        ("?by=recorded&since=2026-02-09", 2),
    ],
)
def test_the_filters_show_what_they_say(world: World, query: str, number: int) -> None:
    issue = world.issue()
    a_note(issue)
    page = signed_in(world.people["viewer"]).get(at("issue_timeline", issue.pk) + query)
    assert page.context["number"] == number


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("by=luck", "by"),
        ("by=RECORDED", "by"),
        ("since=soon", "since"),
        ("since=2026-02-30", "since"),
        ("since=٢٠٢٦-٠٢-٠٨", "since"),
        ("since=" + "9" * 5000, "since"),
        ("moved=yes", "moved"),
        ("moved=0", "moved"),
        ("nonsense=1", "nonsense"),
        ("q=soy", "q"),
    ],
)
def test_nonsense_in_the_address_is_refused_by_name(world: World, query: str, field: str) -> None:
    response = signed_in(world.people["viewer"]).get(f"{at('issue_timeline', world.issue().pk)}?{query}")
    assert response.status_code == 400
    assert field in text_of(response)


def test_it_is_read_and_never_written_to(world: World) -> None:
    assert signed_in(world.people["lead"]).post(at("issue_timeline", world.issue().pk)).status_code == 405


def test_only_those_who_may_see_the_issue_find_it_and_what_is_restricted_stays_hidden(world: World) -> None:
    issue = world.issue()
    a_note(issue, text="Kept close.", handling="restricted")
    shown = {
        name: "Kept close." in signed_in(world.people[name]).get(at("issue_timeline", issue.pk)).content.decode()
        for name in ("viewer", "lead", "cleared_viewer")
    }
    assert shown == {"viewer": False, "lead": False, "cleared_viewer": True}
    kept = world.issue("Kept", handling="restricted")
    for name, row in (("stranger", issue), ("viewer", kept)):
        assert signed_in(world.people[name]).get(at("issue_timeline", row.pk)).status_code == 404


def test_the_page_of_the_issue_leads_there(world: World) -> None:
    issue = world.issue()
    body = signed_in(world.people["viewer"]).get(at("issue_change", issue.pk)).content.decode()
    assert at("issue_timeline", issue.pk) in body
