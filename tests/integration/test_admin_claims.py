"""Claims in the admin: found by any name of who said it, shown with all that rests on them, replaced and withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from core.access import Access
from core.fuzzydates import exact
from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.world import NOW, World
from tracker.actions.claims import ClaimDraft, add_claim
from tracker.actions.parties import Name, add_party
from tracker.actions.positions import PositionDraft, add_position
from tracker.actions.reading import take_up
from tracker.actions.records import withdraw
from tracker.actions.sources import SourceDraft
from tracker.actions.statuses import change_status
from tracker.models import Claim, Issue, Party, Position, Source

pytestmark = pytest.mark.django_db

TEXT = "“We will answer in spring,” the ministry said. It said nothing else."
QUOTE = "We will answer in spring"


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def source(world: World) -> Source:
    draft = SourceDraft(title="An article", publisher="Reuters", published_on=dt.date(2026, 2, 6))
    return take_up(relationship=world.home, draft=draft, text=TEXT, by=Access.system(), at=NOW)[0]


@pytest.fixture
def ministry(world: World) -> Party:
    state = Party.objects.get(relationship=world.home, code="CN")
    names = [
        Name("Ministry of Harbours"),
        Name("港口部", "zh", "native"),
        Name("Ministry of Harbors", kind="misspelling"),
    ]
    return add_party(
        relationship=world.home, code="CN-MOH", kind="agency", parent=state, names=names, by=Access.system(), at=NOW
    )


def a_claim(world: World, source: Source, issue: Issue | None = None, **draft: Any) -> Claim:
    values = {"summary": "An answer comes in spring.", "quote": QUOTE, **draft}
    return add_claim(
        draft=ClaimDraft(source=source, issue=issue or world.issue(), **values), by=Access.system(), at=NOW
    )


def found(world: World, query: str, name: str = "viewer") -> set[str]:
    response = signed_in(world.people[name]).get(f"{at('claim_changelist')}?{query}")
    assert response.status_code == 200
    return {row.key for row in response.context["cl"].result_list}


@pytest.mark.parametrize(
    "words",
    ["spring", "ANSWER spring", "we will", "harbors", "Ministry of Harbours", "港口", "the ministry", "USCN-Q1"],
)
def test_a_claim_is_found_by_its_words_and_by_any_name_of_whoever_said_it(
    world: World, source: Source, ministry: Party, words: str
) -> None:
    a_claim(world, source, speaker=ministry, speaker_name="the ministry")
    a_claim(world, source, summary="Silence.", quote="It said nothing else.")
    assert found(world, f"q={words}") == {"USCN-Q1"}


def test_a_search_finds_neither_what_is_restricted_nor_what_is_foreign(world: World, source: Source) -> None:
    a_claim(world, source, handling="restricted")
    theirs = SourceDraft(title="Theirs")
    foreign = take_up(relationship=world.foreign, draft=theirs, by=Access.system(), at=NOW)[0]
    a_claim(world, foreign, world.issue("Theirs", foreign=True))
    assert (found(world, "q=spring"), found(world, "q=spring", "cleared_viewer")) == (set(), {"USCN-Q900001"})


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("issue=USCN-1", {"USCN-Q1"}),
        ("source=USCN-S1", {"USCN-Q1", "USCN-Q2"}),
        ("state=withdrawn", {"USCN-Q2"}),
        ("state=in-force", {"USCN-Q1"}),
        ("capacity=government", {"USCN-Q1"}),
        ("modality=intends", {"USCN-Q2"}),
        ("relationship=us-cn", {"USCN-Q1", "USCN-Q2"}),
    ],
)
def test_claims_are_filtered(world: World, source: Source, ministry: Party, query: str, keys: set[str]) -> None:
    a_claim(world, source, speaker=ministry)
    second = a_claim(world, source, modality="intends")
    withdraw(record=second, reason="Misread.", by=world.access("lead"), at=NOW)
    assert found(world, query) == keys


@pytest.mark.parametrize("query", ["issue=USRU-1", "issue=USCN-99", "source=USRU-S1", "state=gone", "modality=loud"])
def test_a_filter_by_what_is_foreign_or_missing_is_refused_alike(world: World, query: str) -> None:
    world.issue("Theirs", foreign=True)
    assert signed_in(world.people["viewer"]).get(f"{at('claim_changelist')}?{query}").status_code == 400


def test_the_page_of_a_claim_shows_the_words_the_judgement_and_all_that_rests_on_it(
    world: World, source: Source, ministry: Party
) -> None:
    issue = world.issue()
    said_on = exact(dt.date(2026, 2, 5), "on Thursday")
    claim = a_claim(
        world, source, issue, speaker=ministry, speaker_name="the ministry", said_on=said_on, translation="春天"
    )
    a_claim(world, source, issue, summary="Denied.", quote="", responds_to=claim, stance="denies")
    second = take_up(relationship=world.home, draft=SourceDraft(title="Another"), by=Access.system(), at=NOW)[0]
    a_claim(world, second, issue, summary="The same.", repeats=claim)
    draft = PositionDraft(issue=issue, party=ministry, kind="offer", text="Spring.", claim=claim)
    add_position(draft=draft, by=Access.system(), at=NOW)
    issue.refresh_from_db()
    given = {"to": "discussing", "reason": "Answered.", "occurred_on": dt.date(2026, 2, 5)}
    change_status(issue=issue, version=issue.version, claims=[claim], by=Access.system(), at=NOW, **given)  # type: ignore[arg-type]
    page = text_of(signed_in(world.people["viewer"]).get(at("claim_change", claim.pk)))
    for words in (
        *(QUOTE, "春天", "Translation: ours", "the ministry (CN-MOH)", "on Thursday (5 February 2026)", "B2"),
        *(
            "by rule",
            "2, of which independent: 2",
            "Denies: Denied.",
            "The same.",
            "USCN-1-H2",
            "CN-MOH, Offer: Spring.",
        ),
    ):
        assert words in page


def test_what_rests_on_a_claim_and_is_restricted_is_shown_to_the_cleared_alone(world: World, source: Source) -> None:
    claim = a_claim(world, source)
    party = Party.objects.get(relationship=world.home, code="CN")
    draft = PositionDraft(
        issue=claim.issue, party=party, kind="offer", text="Kept close", claim=claim, handling="restricted"
    )
    add_position(draft=draft, by=Access.system(), at=NOW)
    seen = {
        name: "Kept close" in text_of(signed_in(world.people[name]).get(at("claim_change", claim.pk)))
        for name in ("viewer", "cleared_viewer")
    }
    assert seen == {"viewer": False, "cleared_viewer": True}


@pytest.mark.parametrize("name", ["viewer", "editor", "lead", "cleared_lead"])
def test_each_is_offered_what_they_may_do(world: World, source: Source, name: str) -> None:
    claim = a_claim(world, source)
    response = signed_in(world.people[name]).get(at("claim_change", claim.pk))
    offered = {action["label"] for action in response.context["actions"]}
    assert (
        offered
        == {
            "viewer": set(),
            "editor": {"Replace"},
            "lead": {"Replace", "Withdraw"},
            "cleared_lead": {"Replace", "Withdraw", "Restrict"},
        }[name]
    )


@pytest.mark.parametrize(
    ("page", "allowed"),
    [("replace", {"editor", "lead", "cleared_editor"}), ("withdraw", {"lead"}), ("handling", {"cleared_editor"})],
)
def test_a_form_opens_for_those_who_may_send_it(world: World, source: Source, page: str, allowed: set[str]) -> None:
    claim = a_claim(world, source)
    names = ("viewer", "auditor", "editor", "cleared_editor", "lead", "stranger")
    statuses = {name: signed_in(world.people[name]).get(at(f"claim_{page}", claim.pk)).status_code for name in names}
    assert {name for name, status in statuses.items() if status == 200} == allowed
    assert statuses["stranger"] == 404


def test_a_claim_is_entered_by_its_form(world: World, source: Source, ministry: Party) -> None:
    world.issue()
    values = {"source": "uscn-s1", "issue": "USCN-1", "quote": QUOTE, "speaker": "Ministry of Harbors"}
    response = sent(signed_in(world.people["editor"]), at("claim_add"), values)
    claim = Claim.objects.get()
    assert response["Location"] == at("claim_change", claim.pk)
    assert (claim.speaker, claim.speaker_name, claim.quote_start) == (ministry, "Ministry of Harbors", 1)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("quote", {"quote": "We shall see"}),
        ("source", {"source": "USRU-S1"}),
        ("issue", {"issue": "USRU-1"}),
        ("stance", {"stance": "denies"}),
        ("said_on", {"said_on": "Thursday"}),
        ("credibility_reason", {"credibility": "2"}),
        ("repeats", {"repeats": "USCN-Q9"}),
    ],
)
def test_a_refused_claim_says_why_at_its_field(
    world: World, source: Source, field: str, values: dict[str, str]
) -> None:
    world.issue()
    given = {"source": "USCN-S1", "issue": "USCN-1", "quote": QUOTE, **values}
    response = sent(signed_in(world.people["editor"]), at("claim_add"), given)
    assert (response.status_code, set(errors_of(response)), Claim.objects.count()) == (400, {field}, 0)


def test_a_replacement_begins_as_the_claim_was_and_both_stay(world: World, source: Source, ministry: Party) -> None:
    given: dict[str, Any] = {
        "speaker": ministry,
        "modality": "intends",
        "said_on": exact(dt.date(2026, 2, 5), "on Thursday"),
    }
    claim = a_claim(world, source, **given, relayed_by="A reporter")
    changes = {"summary": "Right now.", "reason": "Misread."}
    assert sent(signed_in(world.people["editor"]), at("claim_replace", claim.pk), changes).status_code == 302
    claim.refresh_from_db()
    new = Claim.objects.get(replaces=claim)
    same = ("quote", "quote_start", "speaker", "modality", "said_on", "relayed_by", "capacity", "issue", "source")
    assert {name: getattr(new, name) for name in same} == {name: getattr(claim, name) for name in same}
    assert (new.summary, claim.withdrawal_reason) == ("Right now.", "Misread.")
    page = text_of(signed_in(world.people["viewer"]).get(at("claim_change", claim.pk)))
    assert f"Misread. Replaced by {new.key}" in page


def test_a_claim_that_is_withdrawn_meanwhile_is_not_replaced(world: World, source: Source) -> None:
    claim = a_claim(world, source)
    client = signed_in(world.people["editor"])
    form = {**fields_of(client.get(at("claim_replace", claim.pk))), "reason": "Mine."}
    assert (
        sent(signed_in(world.people["lead"]), at("claim_withdraw", claim.pk), {"reason": "First."}).status_code == 302
    )
    response = client.post(at("claim_replace", claim.pk), form)
    assert (response.status_code, Claim.objects.count()) == (400, 1)
    assert "is withdrawn already" in text_of(response)


def test_restricting_a_claim_restricts_what_rests_on_it(world: World, source: Source, ministry: Party) -> None:
    claim = a_claim(world, source)
    draft = PositionDraft(issue=claim.issue, party=ministry, kind="offer", text="Spring.", claim=claim)
    add_position(draft=draft, by=Access.system(), at=NOW)
    assert signed_in(world.people["cleared_editor"]).post(at("claim_handling", claim.pk)).status_code == 302
    assert (Claim.objects.get().handling, Position.objects.get().handling) == ("restricted", "restricted")
    assert signed_in(world.people["lead"]).get(at("claim_change", claim.pk)).status_code == 404
