"""Claims: in these words, by this speaker, this firmly; written once, withdrawn and replaced in the open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.access import Access
from core.errors import Conflict, Forbidden, InvalidInput
from core.fuzzydates import exact, month, undefined
from core.models import Event
from tests.records import PUBLISHED, SYSTEM, TEXT, a_claim, a_source, side
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.claims import ClaimDraft, add_claims, replace_claim
from tracker.actions.parties import Name, add_party
from tracker.actions.records import Entered, withdraw
from tracker.actions.statuses import change_status
from tracker.corroboration import Corroboration
from tracker.models import Claim, StatusChange

pytestmark = pytest.mark.django_db


def test_a_quote_typed_with_other_marks_is_kept_as_it_stands_in_the_source(world: World) -> None:
    claim = a_claim(world, world.issue(), a_source(world, text=TEXT), quote='talks  are "very useful"', summary="")
    assert claim.quote == "talks are “very useful”"
    assert TEXT[claim.quote_start : claim.quote_end] == claim.quote
    assert claim.summary == claim.quote


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("talks are very useless", "not in the text of the source. The nearest passage is: .*very useful"),
        ("very useful”. The other side", "spans two paragraphs"),
        ("会谈非常有益", "not in the text"),
        ("x" * 100_000, "has 100000 characters"),
        ("very us\ud800eful", "surrogate|not in the text"),
    ],
)
def test_a_quote_that_is_not_in_the_text_is_refused_and_nothing_is_written(
    world: World, quote: str, reason: str
) -> None:
    source, issue = a_source(world, text=TEXT), world.issue()
    lines = Event.objects.count()
    with pytest.raises(InvalidInput, match=reason) as refused:
        a_claim(world, issue, source, quote=quote)
    assert refused.value.field == "quote"
    assert (Claim.objects.count(), Event.objects.count()) == (0, lines)


@pytest.mark.parametrize("text", [TEXT, ""])
def test_marks_that_turn_the_direction_of_writing_are_refused_unless_the_text_has_them(world: World, text: str) -> None:
    source, issue = a_source(world, text=text), world.issue()
    with pytest.raises(InvalidInput, match="direction of writing"):
        a_claim(world, issue, source, quote="\u202every useful\u202c")
    marked = a_source(world, text="He wrote \u2067שלום\u2069 twice.")
    assert a_claim(world, issue, marked, quote="\u2067שלום\u2069").quote == "שלום"


def test_of_a_quote_that_stands_twice_the_selected_place_is_kept(world: World) -> None:
    source = a_source(world, text="Yes, he said.\n\nYes, she said.")
    assert a_claim(world, world.issue(), source, quote="Yes", near=15).quote_start == 15


@pytest.mark.parametrize(
    ("draft", "field", "reason"),
    [
        ({"stance": "denies"}, "stance", "nothing"),
        ({"modality": "promised"}, "modality", "is not one of"),
        ({"capacity": "oracle"}, "capacity", "is not one of"),
        ({"capacity": "government", "speaker": None}, "speaker", "must name the party"),
        ({"translated_by": "ours"}, "translated_by", "no translation"),
        ({"credibility": 1}, "credibility_reason", "says why"),
        ({"credibility_reason": "It was so."}, "credibility_reason", "says why"),
        ({"said_on": exact(dt.date(2026, 3, 1))}, "said_on", "future"),
        ({"summary": "x" * 501}, "summary", "at most 500"),
        ({"summary": ""}, "summary", "must not be empty"),
        ({"handling": "secret"}, "handling", "neither open nor restricted"),
    ],
)
def test_a_wrong_claim_is_refused_at_its_field(world: World, draft: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as refused:
        a_claim(world, world.issue(), **draft)
    assert refused.value.field == field
    assert not Claim.objects.exists()


def test_a_claim_concerns_what_is_of_its_own_relationship(world: World) -> None:
    ours, theirs = world.issue(), world.issue(foreign=True)
    their_source = a_source(world, foreign=True)
    wrong: list[dict[str, Any]] = [
        {"issue": theirs, "source": a_source(world)},
        {"issue": ours, "source": a_source(world), "speaker": world.foreign.parties.first()},
    ]
    for values in wrong:
        with pytest.raises(InvalidInput, match="is not known here"):
            a_claim(world, **values)
    draft = ClaimDraft(source=their_source, issue=ours, summary="x")
    with pytest.raises(InvalidInput, match="is not known here"):
        add_claims(relationship=world.home, drafts=[draft], by=SYSTEM, at=NOW)


def test_the_database_refuses_a_claim_across_relationships_too(world: World) -> None:
    claim = a_claim(world, world.issue())
    values = {field.name: getattr(claim, field.name) for field in Claim._meta.concrete_fields if field.name != "id"}
    wrong = values | {"issue": world.issue(foreign=True), "number": 2, "key": "USCN-Q2"}
    with pytest.raises(IntegrityError, match="another compartment"), transaction.atomic():
        Claim.objects.create(**wrong)


def test_a_headline_is_a_lead_and_carries_no_claim(world: World) -> None:
    with pytest.raises(InvalidInput, match="a lead"):
        a_claim(world, world.issue(), a_source(world, kind="headline"))


@pytest.mark.parametrize(
    ("said", "day"),
    [
        (exact(dt.date(2026, 2, 4)), dt.date(2026, 2, 4)),
        (month(2026, 1, "last month"), dt.date(2026, 1, 31)),
        (month(2026, 2), NOW.date()),
        (undefined("this season"), PUBLISHED),
        (None, PUBLISHED),
    ],
)
def test_one_day_stands_for_when_it_was_said(world: World, said: Any, day: dt.date) -> None:
    claim = a_claim(world, world.issue(), said_on=said)
    assert (claim.happened_on, Claim.objects.get().said_on) == (day, said)


def test_the_capacity_follows_from_the_speaker_unless_it_is_said(world: World) -> None:
    issue, state = world.issue(), side(world, 1)
    person = add_party(
        relationship=world.home, code="spokesperson", kind="person", parent=state, names=[Name("S.")], by=SYSTEM, at=NOW
    )
    assert a_claim(world, issue, speaker=person, speaker_name="Mr S").capacity == "government"
    assert a_claim(world, issue, speaker=None).capacity == "narrator"
    assert a_claim(world, issue, speaker=None, speaker_name="A professor").capacity == "other"
    assert a_claim(world, issue, speaker=state, capacity="legislator").capacity == "legislator"


def test_one_quote_may_serve_several_issues_all_or_none(world: World) -> None:
    source, first, second = a_source(world, text=TEXT), world.issue("One"), world.issue("Two")
    drafts = [ClaimDraft(source=source, issue=issue, quote="very useful") for issue in (first, second)]
    claims = add_claims(relationship=world.home, drafts=drafts, by=world.access("editor"), at=NOW)
    assert [claim.key for claim in claims] == ["USCN-Q1", "USCN-Q2"]
    wrong = [drafts[0], ClaimDraft(source=source, issue=second, quote="never said")]
    with pytest.raises(InvalidInput):
        add_claims(relationship=world.home, drafts=wrong, by=world.access("editor"), at=NOW)
    assert Claim.objects.count() == 2


def test_only_a_lead_withdraws_and_says_why_and_the_claim_stays(world: World) -> None:
    claim = a_claim(world, world.issue())
    with pytest.raises(Forbidden):
        withdraw(record=claim, reason="Wrong.", by=world.access("editor"), at=NOW)
    with pytest.raises(InvalidInput, match="reason"):
        withdraw(record=claim, reason=" ", by=world.access("lead"), at=NOW)
    withdraw(record=claim, reason="He was misheard.", by=world.access("lead"), at=NOW)
    kept = Claim.objects.get()
    assert (kept.withdrawal_reason, kept.withdrawn_by, kept.summary) == (
        "He was misheard.",
        world.people["lead"],
        "They said so.",
    )
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw(record=kept, reason="Again.", by=world.access("lead"), at=NOW)


def test_an_editor_replaces_a_claim_and_both_stay(world: World) -> None:
    claim = a_claim(world, world.issue(), modality="committed")
    draft = ClaimDraft(source=claim.source, issue=claim.issue, summary="They consider it.", modality="considering")
    new = replace_claim(claim=claim, draft=draft, reason="Too firm.", by=world.access("editor"), at=NOW)
    assert list(Claim.objects.in_force()) == [new]
    assert (new.replaces, claim.replaced_by) == (claim, new)
    kinds = Event.objects.filter(compartment=world.home).order_by("-seq").values_list("kind", flat=True)[:2]
    assert list(kinds) == ["claim.added", "claim.withdrawn"]


def test_what_was_known_then_has_the_claim_that_was_withdrawn_later(world: World) -> None:
    early = NOW - dt.timedelta(days=2)
    claim = a_claim(world, world.issue(), entered=Entered(known_at=early))
    withdraw(record=claim, reason="Wrong.", by=SYSTEM, at=NOW)
    known = Claim.objects.in_force(known=NOW - dt.timedelta(days=1))
    assert list(known) == [claim]
    assert list(Claim.objects.in_force(known=early - dt.timedelta(days=1))) == []
    assert list(Claim.objects.in_force(known=NOW)) == []


def test_a_move_cites_claims_and_more_may_be_cited_later(world: World) -> None:
    issue = world.issue()
    first, second = a_claim(world, issue), a_claim(world, issue, handling="restricted")
    move = change_status(
        issue=issue,
        version=issue.version,
        to="discussing",
        reason="Both.",
        occurred_on=NOW.date(),
        by=SYSTEM,
        at=NOW,
        claims=[first],
    )
    assert cite(change=move, claims=[first, second], by=SYSTEM, at=NOW) == [second]
    assert set(StatusChange.objects.get(pk=move.pk).claims.all()) == {first, second}
    seen = move.claims.visible_to(world.access("lead"))
    assert list(seen) == [first]


def test_the_line_of_an_open_move_does_not_name_a_restricted_claim(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue, handling="restricted")
    change_status(
        issue=issue,
        version=issue.version,
        to="discussing",
        reason="Both.",
        occurred_on=NOW.date(),
        by=SYSTEM,
        at=NOW,
        claims=[claim],
    )
    lines = Event.objects.visible_to(world.access("lead"))
    assert "issue.status_changed" in {line.kind for line in lines}
    assert not any(claim.key in str(line.changes) + line.subject_id for line in lines)


def test_a_move_cites_no_withdrawn_claim_and_none_of_another_relationship(world: World) -> None:
    issue = world.issue()
    gone = a_claim(world, issue)
    withdraw(record=gone, reason="Wrong.", by=SYSTEM, at=NOW)
    theirs = world.issue(foreign=True)
    foreign = add_claims(
        relationship=world.foreign,
        drafts=[ClaimDraft(source=a_source(world, foreign=True), issue=theirs, summary="x")],
        by=SYSTEM,
        at=NOW,
    )[0]
    for claim, reason in ((gone, "is withdrawn"), (foreign, "is not known here")):
        with pytest.raises(InvalidInput, match=reason):
            cite(change=issue.status_changes.get(), claims=[claim], by=SYSTEM, at=NOW)


def test_ten_rewrites_of_one_report_are_one_source_and_a_second_report_makes_it_probable(world: World) -> None:
    issue, wire = world.issue(), a_source(world, "The wire report")
    first = a_claim(world, issue, wire, speaker_name="The minister")
    for number in range(10):
        rewrite = a_source(world, f"Rewrite {number}", derives_from=wire)
        a_claim(world, issue, rewrite, repeats=first)
    assert _judged(first) == (1, 3)
    a_claim(world, issue, a_source(world, "Another desk's own report"), repeats=first)
    assert _judged(first) == (2, 2)


def test_what_is_hidden_from_a_reader_does_not_count_for_them(world: World) -> None:
    issue = world.issue()
    first = a_claim(world, issue)
    a_claim(world, issue, repeats=first, handling="restricted")
    assert _judged(first, world.access("lead")) == (1, 3)
    assert _judged(first, world.access("cleared_lead")) == (2, 2)


def test_the_speakers_own_text_is_confirmed_and_an_unattributed_word_cannot_be_judged(world: World) -> None:
    issue, state = world.issue(), side(world, 1)
    ministry = add_party(relationship=world.home, code="MFA", kind="agency", parent=state, by=SYSTEM, at=NOW)
    own = a_source(world, kind="government_statement", issued_by=ministry)
    assert _judged(a_claim(world, issue, own, speaker=state))[1] == 1
    assert _judged(a_claim(world, issue, own, speaker=side(world, 2)))[1] == 3
    assert _judged(a_claim(world, issue, speaker=None))[1] == 6


def test_the_rule_is_overridden_with_a_reason(world: World) -> None:
    claim = a_claim(world, world.issue(), credibility=5, credibility_reason="He denied it the same day.")
    assert _judged(claim)[1] == 5


def _judged(claim: Claim, access: Access = SYSTEM) -> tuple[int, int]:
    found = Corroboration.of([claim], access)
    return found.independent(claim), int(found.credibility(claim))


def test_to_replace_a_claim_by_one_on_another_issue_is_the_leads(world: World) -> None:
    """It leaves the first issue without it, which is a withdrawal."""
    claim, other = a_claim(world, world.issue()), world.issue("Other")
    draft = ClaimDraft(source=claim.source, issue=other, summary="On another matter.")
    with pytest.raises(Forbidden):
        replace_claim(claim=claim, draft=draft, reason="Misfiled.", by=world.access("editor"), at=NOW)
    replace_claim(claim=claim, draft=draft, reason="Misfiled.", by=world.access("lead"), at=NOW)
    assert [found.issue for found in Claim.objects.in_force()] == [other]
