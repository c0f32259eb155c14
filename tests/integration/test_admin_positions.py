"""Positions on the page of an issue and the forms that write them."""

from __future__ import annotations

import pytest
from time_machine import TimeMachineFixture

from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.records import SYSTEM, a_claim, a_position, side
from tests.world import NOW, World
from tracker.actions.parties import add_party
from tracker.actions.positions import end_position
from tracker.actions.relationships import edit_relationship
from tracker.models import Issue, Position

pytestmark = pytest.mark.django_db

INTERNAL = {"party": "CN", "kind": "red_line", "text": "No licences.", "disclosure": "internal"}
READERS = ("viewer", "auditor")


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def section(world: World, issue: Issue, name: str = "viewer") -> str:
    text = text_of(signed_in(world.people[name]).get(at("issue_change", issue.pk)))
    return text.rpartition(" Positions ")[2].partition(" Deadlines ")[0]


def ours(world: World) -> None:
    edit_relationship(relationship=world.home, name="US – CN", home="US", by=SYSTEM, at=NOW)


def test_the_two_sides_stand_side_by_side_and_third_parties_below(world: World) -> None:
    issue, claim = world.issue(), None
    claim = a_claim(world, issue)
    minister = add_party(
        relationship=world.home, code="CN-MFA", kind="agency", parent=side(world, 2), by=SYSTEM, at=NOW
    )
    third = add_party(relationship=world.home, code="BR", kind="state", by=SYSTEM, at=NOW)
    a_position(world, issue, text="More.", claim=claim)
    a_position(world, issue, text="Less.", claim=claim, party=minister)
    a_position(world, issue, text="Us too.", claim=claim, party=third)
    page = signed_in(world.people["viewer"]).get(at("issue_change", issue.pk)).context["positions"]
    assert [[one.position.text for one in column.held] for column in page.sides] == [["More."], ["Less."]]
    assert [one.position.text for one in page.others.held] == ["Us too."]
    assert "Demand CN-MFA Public Less." in section(world, issue)


def test_interests_stand_before_demands_and_demands_before_red_lines(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    for kind in ("red_line", "interest", "demand"):
        a_position(world, issue, kind=kind, text=kind, claim=claim)
    column = signed_in(world.people["viewer"]).get(at("issue_change", issue.pk)).context["positions"].sides[0]
    assert [one.position.kind for one in column.held] == ["interest", "demand", "red_line"]


def test_a_position_is_recorded_with_its_claim_and_stands_there_with_its_source(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    client = signed_in(world.people["editor"])
    values = {"party": "US", "kind": "offer", "text": "One.\r\nTwo.", "disclosure": "public", "claim": claim.key}
    response = sent(client, at("issue_position_add", issue.pk), values)
    assert response["Location"] == f"{at('issue_change', issue.pk)}#positions"
    position = Position.objects.get()
    assert (position.text, position.claim, position.since) == ("One.\nTwo.", claim, claim.happened_on)
    assert "Offer Public One. Two. USCN-P1 since 5 Feb 2026 · USCN-Q1" in section(world, issue)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"party": "RU"}, "party"),
        ({"kind": "whim"}, "kind"),
        ({"since": "2026-02-30"}, "since"),
        ({"since": "2026-03-01"}, "since"),
        ({"disclosure": "public"}, "claim"),
        ({"claim": "USCN-Q1"}, "claim"),
        ({"claim": "USCN-Q99"}, "claim"),
        ({"handling": "restricted"}, "handling"),
    ],
)
def test_a_refused_position_says_why_at_its_field_and_keeps_what_was_typed(
    world: World, changes: dict[str, str], field: str
) -> None:
    issue = world.issue()
    a_claim(world, issue)
    client = signed_in(world.people["editor"])
    response = sent(client, at("issue_position_add", issue.pk), {**INTERNAL, **changes})
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert fields_of(response)["text"] == {**INTERNAL, **changes}["text"]
    assert not Position.objects.exists()


def test_our_own_line_is_restricted_by_rule_and_somebody_uncleared_is_told_at_the_field(world: World) -> None:
    ours(world)
    issue = world.issue()
    line = {**INTERNAL, "party": "US"}
    refused = sent(signed_in(world.people["editor"]), at("issue_position_add", issue.pk), line)
    assert set(errors_of(refused)) == {"handling"}
    opened = sent(signed_in(world.people["editor"]), at("issue_position_add", issue.pk), {**line, "handling": "open"})
    assert opened.status_code == 302
    kept = {**line, "text": "Kept close."}
    assert sent(signed_in(world.people["cleared_editor"]), at("issue_position_add", issue.pk), kept).status_code == 302
    assert Position.objects.get(text="Kept close.").handling == "restricted"
    assert "Kept close." in section(world, issue, "cleared_viewer")
    for name in ("viewer", "editor", "lead", "auditor"):
        body = signed_in(world.people[name]).get(at("issue_change", issue.pk)).content.decode()
        assert "Kept close." not in body
        assert "USCN-P900001" not in body


def test_a_restricted_position_is_not_there_for_the_uncleared(world: World) -> None:
    position = a_position(world, world.issue(), handling="restricted")
    client = signed_in(world.people["lead"])
    for page in ("change", "replace", "end", "withdraw", "handling"):
        assert client.get(at(f"position_{page}", position.pk)).status_code == 404
    assert position.key not in text_of(client.get(at("position_changelist")))


def test_a_change_ends_the_old_position_which_then_stands_under_held_before(world: World) -> None:
    issue = world.issue()
    old = a_position(world, issue, text="More.")
    client = signed_in(world.people["editor"])
    changes = {"text": "Less.", "claim": "USCN-Q1", "since": "2026-02-07", "reason": "Softened."}
    assert sent(client, at("position_replace", old.pk), changes).status_code == 302
    text = section(world, issue)
    assert "Demand Public Less. USCN-P2 since 7 Feb 2026" in text
    assert "Held before (1) Demand Public More. USCN-P1 5 Feb 2026 to 7 Feb 2026" in text
    assert "Softened." in text


def test_a_change_of_what_has_ended_meanwhile_is_a_conflict_that_keeps_the_text(world: World) -> None:
    old = a_position(world, world.issue())
    client = signed_in(world.people["editor"])
    values = {**fields_of(client.get(at("position_replace", old.pk))), "claim": "USCN-Q1", "reason": "Softened."}
    end_position(position=old, until=NOW.date(), reason="Given up.", by=SYSTEM, at=NOW)
    response = client.post(at("position_replace", old.pk), {**values, "text": "Less."})
    assert response.status_code == 409
    assert "Somebody was faster" in text_of(response)
    assert fields_of(response)["text"] == "Less."


def test_a_position_ends_on_a_day_and_with_a_reason(world: World) -> None:
    issue = world.issue()
    position = a_position(world, issue)
    client = signed_in(world.people["editor"])
    for field, value in (("until", "2026-01-01"), ("until", ""), ("reason", " ")):
        values = {"until": "2026-02-08", "reason": "Given up.", field: value}
        assert set(errors_of(sent(client, at("position_end", position.pk), values))) == {field}
    assert sent(client, at("position_end", position.pk), {"reason": "Given up."}).status_code == 302
    assert "5 Feb 2026 to 9 Feb 2026" in section(world, issue)


def test_only_the_lead_withdraws_and_is_offered_it(world: World) -> None:
    issue = world.issue()
    position = a_position(world, issue)
    address = at("position_withdraw", position.pk)
    for name in ("viewer", "auditor", "editor"):
        client = signed_in(world.people[name])
        assert client.post(address, {"reason": "A slip."}).status_code == 403
        assert "Withdraw" not in section(world, issue, name)
        assert "Withdraw" not in text_of(client.get(at("position_change", position.pk)))
    lead = signed_in(world.people["lead"])
    assert address in lead.get(at("issue_change", issue.pk)).content.decode()
    assert sent(lead, address, {"reason": " "}).status_code == 400
    assert sent(lead, address, {"reason": "A slip."}).status_code == 302
    body = lead.get(at("issue_change", issue.pk)).content.decode()
    assert '<p class="read struck">More of it.</p>' in body
    assert "Withdrawn: A slip." in section(world, issue)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("page", ["replace", "end", "handling"])
def test_a_reader_opens_the_page_of_a_position_and_none_of_its_forms(world: World, name: str, page: str) -> None:
    position = a_position(world, world.issue())
    client = signed_in(world.people[name])
    shown = client.get(at("position_change", position.pk))
    assert "More of it." in text_of(shown)
    assert shown.context["actions"] == []
    assert client.get(at(f"position_{page}", position.pk)).status_code == 403
    assert client.post(at(f"position_{page}", position.pk), {"reason": "x"}).status_code == 403


def test_a_cleared_writer_restricts_a_position_and_opens_it_again(world: World) -> None:
    position = a_position(world, world.issue())
    client, address = signed_in(world.people["cleared_editor"]), at("position_handling", position.pk)
    assert sent(client, address, {"handling": "restricted"}).status_code == 302
    assert signed_in(world.people["editor"]).get(at("position_change", position.pk)).status_code == 404
    assert sent(client, address, {"handling": "open"}).status_code == 302
    assert signed_in(world.people["editor"]).get(address).status_code == 403
