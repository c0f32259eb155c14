"""Links between issues, in words and from both ends, and the same matter in another relationship."""

from __future__ import annotations

import pytest
from time_machine import TimeMachineFixture

from core.actions.members import add_member
from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.records import SYSTEM, a_claim, a_link, side
from tests.world import NOW, World
from tracker.actions.links import link_same_matter
from tracker.models import Issue, IssueLink, SameMatter

pytestmark = pytest.mark.django_db

GOOD = {"direction": "given_for", "to_issue": "USCN-2", "asserted_by": "CN", "text": "Purchases for licences."}


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def section(world: World, issue: Issue, name: str = "viewer") -> str:
    text = text_of(signed_in(world.people[name]).get(at("issue_change", issue.pk)))
    return text.rpartition(" Links ")[2].partition(" Relationship ")[0]


def joined(world: World, name: str, role: str, *, cleared: bool = True) -> None:
    person = world.people[name]
    add_member(compartment=world.foreign, user=person, role=role, cleared=cleared, by=SYSTEM, at=NOW)


def test_a_link_is_recorded_and_reads_in_words_from_both_ends(world: World) -> None:
    soy, chips = world.issue(), world.issue("Chips")
    claim = a_claim(world, soy)
    client = signed_in(world.people["editor"])
    response = sent(client, at("issue_link_add", soy.pk), {**GOOD, "claim": claim.key})
    assert response["Location"] == f"{at('issue_change', soy.pk)}#links"
    link = IssueLink.objects.get()
    assert (link.from_issue, link.to_issue, link.kind, link.claim) == (soy, chips, "traded_for", claim)
    assert "Given for USCN-2 Chips, as CN asserts Raised Purchases for licences. USCN-L1 · USCN-Q1" in section(
        world, soy
    )
    assert "In return for USCN-1 Soybeans, as CN asserts" in section(world, chips)


@pytest.mark.parametrize(
    ("direction", "here", "there"),
    [
        ("related", "Related to USCN-2", "Related to USCN-1"),
        ("part_of", "Part of USCN-2", "Has as a part USCN-1"),
        ("has_part", "Has as a part USCN-2", "Part of USCN-1"),
        ("in_return_for", "In return for USCN-2", "Given for USCN-1"),
    ],
)
def test_a_link_may_be_said_from_either_end(world: World, direction: str, here: str, there: str) -> None:
    soy, chips = world.issue(), world.issue("Chips")
    values = {"direction": direction, "to_issue": "uscn-2"}
    assert sent(signed_in(world.people["editor"]), at("issue_link_add", soy.pk), values).status_code == 302
    assert here in section(world, soy)
    assert there in section(world, chips)
    assert "as we see it" in section(world, soy)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to_issue": ""}, "to_issue"),
        ({"to_issue": "USCN-1"}, "to_issue"),
        ({"to_issue": "USCN-99"}, "to_issue"),
        ({"to_issue": "USRU-1"}, "to_issue"),
        ({"to_issue": "USCN-900001"}, "to_issue"),
        ({"direction": "sideways"}, "direction"),
        ({"asserted_by": "RU"}, "asserted_by"),
        ({"text": "x" * 501}, "text"),
        ({"claim": "USCN-Q9"}, "claim"),
    ],
)
def test_a_refused_link_says_why_at_its_field_and_keeps_what_was_typed(
    world: World, changes: dict[str, str], field: str
) -> None:
    soy = world.issue()
    world.issue("Chips")
    world.issue("Theirs", foreign=True)
    world.issue("Kept close", handling="restricted")
    response = sent(signed_in(world.people["editor"]), at("issue_link_add", soy.pk), {**GOOD, **changes})
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert fields_of(response)["text"] == {**GOOD, **changes}["text"]


def test_the_same_link_twice_is_refused_with_the_one_on_record(world: World) -> None:
    soy, chips = world.issue(), world.issue("Chips")
    a_link(soy, chips, asserted_by=side(world, 2))
    response = sent(signed_in(world.people["editor"]), at("issue_link_add", soy.pk), GOOD)
    assert "on record as USCN-L1" in str(errors_of(response)["to_issue"])


def test_only_the_lead_withdraws_a_link(world: World) -> None:
    soy, chips = world.issue(), world.issue("Chips")
    link = a_link(soy, chips)
    address = at("issuelink_withdraw", link.pk)
    for name in ("viewer", "editor"):
        assert signed_in(world.people[name]).post(address, {"reason": "A slip."}).status_code == 403
        assert "Withdraw" not in section(world, soy, name)
    assert "Withdraw" in section(world, chips, "lead")
    assert sent(signed_in(world.people["lead"]), address, {"reason": "A slip."}).status_code == 302
    assert "Withdrawn: A slip." in section(world, chips)


def test_a_restricted_link_shows_to_the_cleared_alone(world: World) -> None:
    soy = world.issue()
    link = a_link(soy, world.issue("Chips"), text="Kept close.", handling="restricted")
    assert "Kept close." in section(world, soy, "cleared_viewer")
    lead = signed_in(world.people["lead"])
    for address in (at("issue_change", soy.pk), at("issuelink_changelist")):
        assert "Kept close." not in lead.get(address).content.decode()
    assert lead.get(at("issuelink_change", link.pk)).status_code == 404


def test_the_same_matter_is_linked_and_shown_only_to_those_who_may_see_both_ends(world: World) -> None:
    here, there = world.issue(), world.issue("New START", foreign=True)
    joined(world, "editor", "editor")
    client = signed_in(world.people["editor"])
    assert sent(client, at("issue_matter_add", here.pk), {"other": "usru-1"}).status_code == 302
    assert "The same matter as USRU-1 New START" in section(world, here, "editor")
    assert "The same matter as USCN-1 Soybeans" in section(world, there, "editor")
    for name, issue in (("lead", here), ("stranger", there)):
        assert "same matter as" not in section(world, issue, name).lower()


@pytest.mark.parametrize("key", ["", "USCN-1", "USCN-2", "USRU-1", "USRU-99"])
def test_a_matter_that_cannot_be_meant_is_refused_at_its_field(world: World, key: str) -> None:
    issue = world.issue()
    world.issue("Chips")
    world.issue("New START", foreign=True)
    response = sent(signed_in(world.people["editor"]), at("issue_matter_add", issue.pk), {"other": key})
    assert response.status_code == 400
    assert set(errors_of(response)) == {"other"}


def test_whoever_only_reads_the_other_end_cannot_link_it_nor_take_it_back(world: World) -> None:
    here, there = world.issue(), world.issue("New START", foreign=True)
    joined(world, "editor", "viewer")
    client = signed_in(world.people["editor"])
    assert set(errors_of(sent(client, at("issue_matter_add", here.pk), {"other": there.key}))) == {"other"}
    link_same_matter(one=here, other=there, by=SYSTEM, at=NOW)
    assert "The same matter as USRU-1" in section(world, here, "editor")
    assert "Take it back" not in section(world, here, "editor")
    assert client.get(at("issue_matter_end", here.pk)).status_code == 404


def test_a_link_to_the_same_matter_is_taken_back(world: World) -> None:
    here, there = world.issue(), world.issue("New START", foreign=True)
    joined(world, "editor", "editor")
    client = signed_in(world.people["editor"])
    assert client.get(at("issue_matter_end", here.pk)).status_code == 404
    link_same_matter(one=here, other=there, by=SYSTEM, at=NOW)
    assert client.post(at("issue_matter_end", here.pk), {"other": "USRU-9"}).status_code == 400
    assert client.post(at("issue_matter_end", here.pk), {"other": there.key}).status_code == 302
    assert SameMatter.objects.get().ended_at is not None
    assert "same matter as" not in section(world, there, "editor")
