"""The page of an issue with what it rests on: claims under the moves that cite them, the newest ones, what is next."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from core.fuzzydates import exact
from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.records import SYSTEM, a_claim, a_deadline, a_link, a_note, a_position, a_source
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.claims import ClaimDraft, replace_claim
from tracker.actions.records import withdraw
from tracker.models import Claim, Issue, IssueParty, StatusChange

pytestmark = pytest.mark.django_db

# Five more than the page of a bare issue: which sources are rewrites, who repeats whom, whose parties are parts, and
# the claims in the place of withdrawn ones.
MOST_STATEMENTS = 23


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def cited(issue: Issue, *claims: Claim) -> StatusChange:
    change = issue.status_changes.latest("seq")
    cite(change=change, claims=claims, by=SYSTEM, at=NOW)
    return change


def page_of(world: World, issue: Issue, name: str = "viewer") -> str:
    return text_of(signed_in(world.people[name]).get(at("issue_change", issue.pk)))


def test_a_move_shows_each_claim_with_speaker_firmness_words_and_source(world: World) -> None:
    issue = world.issue()
    source = a_source(world, publisher="Reuters")
    claim = a_claim(world, issue, source, summary="Talks go on.", speaker_name="Guo Jiakun", modality="intends")
    cited(issue, claim)
    client = signed_in(world.people["viewer"])
    page = client.get(at("issue_change", issue.pk))
    assert "USCN-Q1 Guo Jiakun (US) Intends 5 Feb 2026 Talks go on. Reuters, 5 Feb 2026" in text_of(page)
    assert at("source_change", source.pk) in page.content.decode()
    assert at("claim_change", claim.pk) in page.content.decode()


def test_sources_of_a_move_are_counted_with_the_number_of_independent_ones(world: World) -> None:
    issue = world.issue()
    wire = a_source(world, "The wire")
    rewrite = a_source(world, "A rewrite", derives_from=wire)
    first = a_claim(world, issue, wire)
    cited(issue, first, a_claim(world, issue, rewrite, repeats=first))
    text = page_of(world, issue)
    assert "2 claims from 2 sources, 1 independent" in text
    assert text.count("2 sources, 1 independent") == 6  # both lines twice, the move, the panel


def test_a_withdrawn_claim_stays_struck_with_its_reason_and_what_replaced_it(world: World) -> None:
    issue = world.issue()
    wrong = a_claim(world, issue, summary="Twenty million tons.")
    cited(issue, wrong)
    draft = ClaimDraft(source=wrong.source, issue=issue, summary="Up to twenty million tons.", speaker=wrong.speaker)
    new = replace_claim(claim=wrong, draft=draft, reason="It said up to.", by=SYSTEM, at=NOW)
    page = signed_in(world.people["viewer"]).get(at("issue_change", issue.pk))
    assert "Withdrawn: It said up to. · replaced by USCN-Q2" in text_of(page)
    assert '<p class="said struck">Twenty million tons.</p>' in page.content.decode()
    assert at("claim_change", new.pk) in page.content.decode()


def test_what_replaced_a_claim_is_named_only_to_those_who_may_see_it(world: World) -> None:
    issue = world.issue()
    wrong = a_claim(world, issue)
    cited(issue, wrong)
    draft = ClaimDraft(source=wrong.source, issue=issue, summary="Kept close.", handling="restricted")
    new = replace_claim(claim=wrong, draft=draft, reason="Another said it.", by=SYSTEM, at=NOW)
    assert f"replaced by {new.key}" in page_of(world, issue, "cleared_viewer")
    assert new.key not in page_of(world, issue)


def test_restricted_claims_show_on_an_open_move_to_the_cleared_alone(world: World) -> None:
    issue = world.issue()
    cited(issue, a_claim(world, issue, summary="Kept close.", handling="restricted"))
    cleared, others = page_of(world, issue, "cleared_viewer"), page_of(world, issue)
    assert "Restricted Kept close." in cleared
    assert "Kept close." not in others
    assert "USCN-Q" not in others
    assert "1 source" not in others


def test_the_panel_shows_the_newest_claims_and_how_many_more_there_are(world: World) -> None:
    issue, source = world.issue(), a_source(world)
    for number in range(1, 12):
        a_claim(world, issue, source, summary=f"Number {number}.", said_on=exact(dt.date(2026, 1, number)))
    panel = page_of(world, issue).partition("11 claims from 1 source")[2].partition("Positions")[0]
    assert "Number 11." in panel
    assert "Number 6." not in panel
    assert "6 earlier claims" in panel


def test_the_page_has_a_fixed_cost_however_much_is_on_record(world: World) -> None:
    costs = []
    issue, other = world.issue(), world.issue("Chips")
    source = a_source(world)
    client = signed_in(world.people["cleared_lead"])
    for _ in range(2):
        for _ in range(5):
            claim = a_claim(world, issue, source)
            a_position(world, issue, claim=claim)
            a_deadline(world, issue, claim=claim)
            a_note(issue, other)
            cited(issue, claim)
        withdraw(record=a_claim(world, issue, source), reason="A slip.", by=SYSTEM, at=NOW)
        with CaptureQueriesContext(connection) as statements:
            client.get(at("issue_change", issue.pk))
        costs.append(len(statements))
    a_link(issue, other)
    assert costs[0] == costs[1] <= MOST_STATEMENTS


@pytest.mark.parametrize("page", ["cite", "party", "position_add", "deadline_add", "link_add", "matter_add"])
def test_a_reader_opens_no_form_and_is_offered_none(world: World, page: str) -> None:
    issue = world.issue()
    address = at(f"issue_{page}", issue.pk, *([1] if page == "cite" else []))
    for name in ("viewer", "auditor"):
        client = signed_in(world.people[name])
        assert {client.get(address).status_code, client.post(address, {}).status_code} == {403}
        assert address not in client.get(at("issue_change", issue.pk)).content.decode()
    client = signed_in(world.people["editor"])
    assert client.get(address).status_code == 200
    assert address in client.get(at("issue_change", issue.pk)).content.decode()
    assert signed_in(world.people["stranger"]).get(address).status_code == 404


def test_a_party_is_given_its_role_and_the_second_of_two_editors_is_told(world: World) -> None:
    issue = world.issue()
    client = signed_in(world.people["editor"])
    address = at("issue_party", issue.pk)
    values = {**fields_of(client.get(address)), "party": "CN", "role": "principal"}
    assert client.post(address, values).status_code == 302
    assert IssueParty.objects.get().role == "principal"
    again = client.post(address, {**values, "role": "affected"})
    assert again.status_code == 409
    assert "Somebody was faster" in text_of(again)
    assert client.post(address, {**fields_of(again), "role": "affected"}).status_code == 302
    assert IssueParty.objects.get().role == "affected"


@pytest.mark.parametrize(("field", "value"), [("party", "RU"), ("role", "boss"), ("party", "")])
def test_a_party_or_role_that_is_not_there_is_refused(world: World, field: str, value: str) -> None:
    address = at("issue_party", world.issue().pk)
    refused = sent(signed_in(world.people["editor"]), address, {"party": "CN", "role": "affected", field: value})
    assert refused.status_code == 400
    assert set(errors_of(refused)) == {field}


def test_the_head_of_the_page_and_the_list_say_what_is_next(world: World) -> None:
    issue = world.issue(next_review=dt.date(2026, 2, 20))
    assert "Next: Review, 20 Feb 2026 (in 11 days)" in page_of(world, issue)
    a_deadline(world, issue, what="Overdue", due=exact(dt.date(2026, 2, 1)))
    a_deadline(world, issue, what="A reply", due=exact(dt.date(2026, 3, 1)))
    a_deadline(world, issue, what="Kept close", due=exact(dt.date(2026, 2, 10)), handling="restricted")
    assert "Next: A reply, 1 Mar 2026 (in 20 days)" in page_of(world, issue)
    assert "Next: Kept close, 10 Feb 2026 (tomorrow)" in page_of(world, issue, "cleared_viewer")
    lists = {
        name: text_of(signed_in(world.people[name]).get(at("issue_changelist")))
        for name in ("viewer", "cleared_viewer")
    }
    assert "A reply, 1 Mar 2026 in 20 days" in lists["viewer"]
    assert "Kept close" not in lists["viewer"]
    assert "Kept close, 10 Feb 2026 tomorrow" in lists["cleared_viewer"]


def test_the_start_page_names_the_deadlines_that_are_over_and_those_of_the_next_two_weeks(world: World) -> None:
    issue = world.issue()
    for what, day in (("Past", dt.date(2026, 2, 5)), ("Soon", dt.date(2026, 2, 23)), ("Far", dt.date(2026, 2, 24))):
        a_deadline(world, issue, what=what, due=exact(day))
    a_deadline(world, issue, what="Kept close", due=exact(dt.date(2026, 2, 10)), handling="restricted")
    panel = text_of(signed_in(world.people["viewer"]).get("/admin/")).partition("Next two weeks")[2]
    panel = panel.partition("Recently moved")[0]
    assert "USCN-1 Soon 23 Feb 2026 in 14 days" in panel
    assert panel.index("USCN-1 Past 5 Feb 2026 4 days ago") < panel.index("USCN-1 Soon")
    assert not {"Far", "Kept"} & set(panel.split())


def test_the_panel_leads_to_the_list_of_this_issues_claims(world: World) -> None:
    issue = world.issue()
    a_claim(world, issue)
    a_claim(world, world.issue("Chips"))
    client = signed_in(world.people["viewer"])
    address = f"{at('claim_changelist')}?issue={issue.key}"
    assert address in client.get(at("issue_change", issue.pk)).content.decode()
    assert [claim.issue for claim in client.get(address).context["cl"].result_list] == [issue]
