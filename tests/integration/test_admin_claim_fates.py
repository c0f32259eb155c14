"""What rests on a claim says so once the claim is withdrawn, replaced, denied or challenged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from tests.pages import at, signed_in, text_of
from tests.records import SYSTEM, a_claim, a_deadline, a_link, a_position, a_source
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.claims import ClaimDraft, replace_claim
from tracker.actions.records import withdraw
from tracker.actions.statuses import correct_status
from tracker.models import Claim, Issue, Record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def a_link_on(world: World, issue: Issue, claim: Claim) -> Record:
    return a_link(issue, world.issue("Chips"), claim=claim)


RESTING: dict[str, Callable[[World, Issue, Claim], Record]] = {
    "position": lambda world, issue, claim: a_position(world, issue, claim=claim),
    "deadline": lambda world, issue, claim: a_deadline(world, issue, claim=claim),
    "issuelink": a_link_on,
}


def replaced(claim: Claim, handling: str = "") -> Claim:
    draft = ClaimDraft(
        source=claim.source, issue=claim.issue, summary="They said less.", speaker=claim.speaker, handling=handling
    )
    return replace_claim(claim=claim, draft=draft, reason="Misread.", by=SYSTEM, at=NOW)


@pytest.mark.parametrize("kind", RESTING)
def test_what_rests_on_a_withdrawn_claim_says_so_on_every_page(world: World, kind: str) -> None:
    issue = world.issue()
    claim = a_claim(world, issue, a_source(world, publisher="Reuters"))
    row = RESTING[kind](world, issue, claim)
    client = signed_in(world.people["viewer"])
    pages = [at("issue_change", issue.pk), at(f"{kind}_change", row.pk), at("issue_timeline", issue.pk)]
    assert all("withdrawn:" not in text_of(client.get(page)) for page in pages)
    later = replaced(claim)
    shown = [text_of(client.get(page)) for page in pages]
    assert f"{claim.key} , Reuters, 5 Feb 2026 · withdrawn: Misread.; replaced by {later.key}" in shown[0]
    assert f"{claim.key} · withdrawn: Misread. · replaced by {later.key}" in shown[1]
    assert f"Rests on {claim.key} , withdrawn: Misread. · replaced by {later.key}" in shown[2]


def test_a_replacement_that_is_restricted_is_named_to_the_cleared_alone(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    row = a_position(world, issue, claim=claim)
    later = replaced(claim, handling="restricted")
    pages = [at("issue_change", issue.pk), at("position_change", row.pk), at("issue_timeline", issue.pk)]
    for name, sees in (("viewer", False), ("cleared_viewer", True)):
        client = signed_in(world.people[name])
        assert [f"replaced by {later.key}" in text_of(client.get(page)) for page in pages] == [sees] * 3


def test_the_timeline_says_of_a_move_that_a_claim_it_cites_is_withdrawn(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    cite(change=issue.status_changes.get(), claims=[claim], by=SYSTEM, at=NOW)
    withdraw(record=claim, reason="A slip.", by=SYSTEM, at=NOW)
    page = text_of(signed_in(world.people["viewer"]).get(at("issue_timeline", issue.pk)))
    assert f"Rests on {claim.key} , withdrawn: A slip." in page


def test_a_claim_names_the_answers_that_are_in_force_and_may_be_seen(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    a_position(world, issue, claim=claim)
    affirmed = a_claim(world, issue, stance="affirms", responds_to=claim)
    denied = a_claim(world, issue, stance="denies", responds_to=claim)
    kept = a_claim(world, issue, stance="challenges", responds_to=claim, handling="restricted")
    gone = a_claim(world, issue, stance="challenges", responds_to=claim)
    withdraw(record=gone, reason="A slip.", by=SYSTEM, at=NOW)
    address = at("issue_change", issue.pk)
    said = f"denied by {denied.key} , affirmed by {affirmed.key}"
    page = text_of(signed_in(world.people["viewer"]).get(address))
    assert page.count(said) == 2  # under the claim, and under the position that rests on it
    assert "challenged by" not in page
    assert f"challenged by {kept.key}" in text_of(signed_in(world.people["cleared_viewer"]).get(address))


def test_answers_and_replacements_cost_one_statement_however_many_there_are(world: World) -> None:
    issue, costs = world.issue(), []
    client = signed_in(world.people["viewer"])
    for _ in range(2):
        claim = a_claim(world, issue)
        a_position(world, issue, claim=claim)
        a_deadline(world, issue, claim=claim)
        for stance in ("denies", "challenges"):
            a_claim(world, issue, stance=stance, responds_to=claim)
        replaced(claim)
        with CaptureQueriesContext(connection) as statements:
            client.get(at("issue_change", issue.pk))
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(("modality", "shown"), [("discussed", ""), ("announced", "Announced ")])
def test_how_firmly_is_said_only_where_it_is_firmer_than_discussed(world: World, modality: str, shown: str) -> None:
    issue = world.issue()
    claim = a_claim(world, issue, speaker_name="Guo Jiakun", modality=modality)
    client = signed_in(world.people["viewer"])
    assert f"{claim.key} Guo Jiakun (US) {shown}5 Feb 2026" in text_of(client.get(at("issue_change", issue.pk)))
    assert f"Claim Guo Jiakun {shown}{claim.key}" in text_of(client.get(at("issue_timeline", issue.pk)))


@pytest.mark.parametrize(
    ("speaker_name", "said"), [("", "as the source tells it"), ("Guo Jiakun", "as Guo Jiakun says")]
)
def test_a_link_that_no_party_asserts_says_by_whose_word_it_is(world: World, speaker_name: str, said: str) -> None:
    issue = world.issue()
    claim = a_claim(world, issue, speaker=None, speaker_name=speaker_name)
    row = a_link_on(world, issue, claim)
    client = signed_in(world.people["viewer"])
    for page in (at("issue_change", issue.pk), at("issuelink_change", row.pk), at("issue_timeline", issue.pk)):
        assert said in text_of(client.get(page))


def test_the_form_of_a_claim_begins_with_the_issue_from_which_it_was_opened(world: World) -> None:
    issue = world.issue()
    client = signed_in(world.people["editor"])
    address = f"{at('claim_add')}?issue={issue.key}"
    assert address in client.get(at("issue_change", issue.pk)).content.decode()
    form = client.get(address).context["form"]
    assert (form["issue"].value(), form.relationship.key_prefix) == (issue.key, "USCN")


@pytest.mark.parametrize("key", ["USRU-1", "USCN-99"])
def test_an_issue_that_is_not_there_for_the_reader_is_refused_on_the_form_of_a_claim(world: World, key: str) -> None:
    world.issue(foreign=True)
    response = signed_in(world.people["editor"]).get(f"{at('claim_add')}?issue={key}")
    assert response.status_code == 400
    assert "issue" in text_of(response)


def test_the_start_page_names_the_reviews_of_the_next_two_weeks(world: World) -> None:
    issues = [world.issue(title) for title in ("Soybeans", "Chips")]
    for issue, day in zip(issues, (dt.date(2026, 2, 12), dt.date(2026, 2, 24)), strict=True):
        Issue.objects.filter(pk=issue.pk).update(next_review=day)
    page = text_of(signed_in(world.people["viewer"]).get("/admin/"))
    assert "Review: Soybeans 12 Feb 2026 in 3 days" in page
    assert "Review: Chips" not in page


def test_the_start_page_leaves_out_moves_that_were_superseded(world: World) -> None:
    issue = world.issue()
    version = Issue.objects.get().version
    correct_status(
        issue=issue, version=version, seq=1, to="watch", reason="Nobody raised it.",
        occurred_on=dt.date(2026, 2, 2), by=SYSTEM, at=NOW,
    )  # fmt: skip
    moved = text_of(signed_in(world.people["viewer"]).get("/admin/")).partition("Recently moved")[2]
    assert "Nobody raised it." in moved
    assert "Seen in a statement." not in moved
