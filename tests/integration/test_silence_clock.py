"""The clock of silence: what starts it anew, what gives it back, and what it never tells."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.fuzzydates import FuzzyDate
from tests.records import a_claim, a_source
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.claims import ClaimDraft, replace_claim
from tracker.actions.handling import change_handling
from tracker.actions.issues import edit_issue
from tracker.actions.notes import NoteDraft, add_note
from tracker.actions.records import withdraw
from tracker.actions.sources import edit_source
from tracker.models import Claim, Issue, Note, Source

BEGAN, EARLIER, LATER, TODAY = dt.date(2025, 1, 1), dt.date(2026, 1, 5), dt.date(2026, 2, 4), NOW.date()
pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(world: World) -> Issue:
    return world.issue(occurred_on=BEGAN)


def said(world: World, issue: Issue, day: dt.date = LATER, **draft: Any) -> Claim:
    return a_claim(world, issue, said_on=FuzzyDate(day, day), by=world.access("cleared_lead"), **draft)


def searched(world: World, *issues: Issue, day: dt.date = LATER, **draft: Any) -> Note:
    values = {"kind": "no_change", "searched": "The two ministries' pages.", "noted_on": day, **draft}
    return add_note(draft=NoteDraft(issues=issues, **values), by=world.access("cleared_lead"), at=NOW)


def clock_of(issue: Issue) -> dt.date:
    return Issue.objects.get(pk=issue.pk).last_substantive_on


def taken_back(world: World, record: Claim | Note) -> None:
    withdraw(record=record, reason="A misreading.", by=world.access("cleared_lead"), at=NOW)


def handle(world: World, record: Any, handling: str) -> None:
    change_handling(record=record, handling=handling, by=world.access("cleared_lead"), at=NOW)


def test_a_claim_starts_it_anew_on_the_day_on_which_it_was_said_and_not_on_that_of_its_entry(
    world: World, issue: Issue
) -> None:
    said(world, issue)
    assert clock_of(issue) == LATER


def test_a_claim_of_long_ago_leaves_it_where_it_is(world: World, issue: Issue) -> None:
    said(world, issue)
    said(world, issue, EARLIER)
    assert clock_of(issue) == LATER


def test_a_fuzzy_date_counts_by_its_last_day_and_never_by_one_that_nobody_has_reached(
    world: World, issue: Issue
) -> None:
    a_claim(world, issue, said_on=FuzzyDate(dt.date(2026, 1, 1), dt.date(2026, 1, 31), "in January"))
    assert clock_of(issue) == dt.date(2026, 1, 31)
    a_claim(world, issue, said_on=FuzzyDate(dt.date(2026, 2, 1), dt.date(2026, 2, 28), "in February"))
    assert clock_of(issue) == TODAY


def test_a_claim_without_a_date_counts_by_the_publication_of_its_source(world: World, issue: Issue) -> None:
    a_claim(world, issue, source=a_source(world, published_on=EARLIER))
    assert clock_of(issue) == EARLIER


def test_a_withdrawn_claim_gives_it_back(world: World, issue: Issue) -> None:
    said(world, issue, EARLIER)
    taken_back(world, said(world, issue))
    assert clock_of(issue) == EARLIER


def test_a_replaced_claim_counts_by_what_it_says_now(world: World, issue: Issue) -> None:
    claim = said(world, issue)
    draft = ClaimDraft(source=claim.source, issue=issue, summary="x", said_on=FuzzyDate(EARLIER, EARLIER))
    replace_claim(claim=claim, draft=draft, reason="Misdated.", by=world.access("editor"), at=NOW)
    assert clock_of(issue) == EARLIER


def test_a_claim_that_is_replaced_on_another_issue_moves_the_clocks_of_both(world: World, issue: Issue) -> None:
    other, claim = world.issue("Oil", occurred_on=BEGAN), said(world, issue)
    draft = ClaimDraft(source=claim.source, issue=other, summary="x", said_on=FuzzyDate(LATER, LATER))
    replace_claim(claim=claim, draft=draft, reason="Of another matter.", by=world.access("lead"), at=NOW)
    assert (clock_of(issue), clock_of(other)) == (BEGAN, LATER)


@pytest.mark.parametrize("tie", ["derives_from", "translation_of"])
def test_a_rewrite_and_a_translation_are_no_news(world: World, issue: Issue, tie: str) -> None:
    origin: dict[str, Any] = {tie: a_source(world)}
    said(world, issue, source=a_source(world, **origin))
    assert clock_of(issue) == BEGAN


def test_a_source_found_to_be_a_rewrite_gives_it_back(world: World, issue: Issue) -> None:
    claim = said(world, issue)
    for origin, day in ((a_source(world), BEGAN), (None, LATER)):
        source = Source.objects.get(pk=claim.source_id)
        values = {"derives_from": origin}
        edit_source(source=source, version=source.version, values=values, by=world.access("editor"), at=NOW)
        assert clock_of(issue) == day


def test_the_same_statement_from_another_source_is_no_news(world: World, issue: Issue) -> None:
    first = said(world, issue, EARLIER)
    said(world, issue, repeats=first)
    assert clock_of(issue) == EARLIER


def test_it_is_news_to_an_issue_that_did_not_have_the_first(world: World, issue: Issue) -> None:
    first = said(world, world.issue("Oil"), EARLIER)
    said(world, issue, repeats=first)
    assert clock_of(issue) == LATER


def test_a_repetition_of_what_was_withdrawn_is_the_first_word_again(world: World, issue: Issue) -> None:
    first = said(world, issue, EARLIER)
    said(world, issue, repeats=first)
    taken_back(world, first)
    assert clock_of(issue) == LATER


def test_a_repetition_of_what_was_corrected_stays_one(world: World, issue: Issue) -> None:
    first = said(world, issue, EARLIER)
    said(world, issue, repeats=first)
    draft = ClaimDraft(source=first.source, issue=issue, summary="Right", said_on=FuzzyDate(EARLIER, EARLIER))
    replace_claim(claim=first, draft=draft, reason="A slip.", by=world.access("editor"), at=NOW)
    assert clock_of(issue) == EARLIER


def test_an_edit_a_plain_note_and_a_citation_do_not_move_it(world: World, issue: Issue) -> None:
    elsewhere = said(world, world.issue("Oil"))
    by = world.access("editor")
    issue.refresh_from_db()
    edit_issue(issue=issue, version=issue.version, values={"title": "Soya", "priority": "high"}, by=by, at=NOW)
    add_note(draft=NoteDraft(issues=[issue], text="Ask the embassy."), by=by, at=NOW)
    cite(change=issue.status_changes.get(), claims=[elsewhere], by=by, at=NOW)
    assert clock_of(issue) == BEGAN


def test_one_note_of_no_change_starts_those_of_many_issues(world: World, issue: Issue) -> None:
    others = [world.issue(f"Matter {number}", occurred_on=BEGAN) for number in range(5)]
    note = searched(world, issue, *others)
    assert {clock_of(each) for each in (issue, *others)} == {LATER}
    taken_back(world, note)
    assert {clock_of(each) for each in (issue, *others)} == {BEGAN}


@pytest.mark.parametrize("name", ["claim", "note"])
def test_what_is_restricted_never_shows_in_the_clock_of_an_open_issue(world: World, issue: Issue, name: str) -> None:
    record: Any = (said if name == "claim" else searched)(world, issue, handling="restricted")
    assert clock_of(issue) == BEGAN
    handle(world, record, "open")
    assert clock_of(issue) == LATER
    handle(world, record, "restricted")
    assert clock_of(issue) == BEGAN


def test_a_restricted_source_takes_its_claims_out_of_the_clock(world: World, issue: Issue) -> None:
    handle(world, said(world, issue).source, "restricted")
    assert clock_of(issue) == BEGAN


def test_a_restricted_issue_counts_what_is_restricted_until_it_is_opened(world: World) -> None:
    issue = world.issue(occurred_on=BEGAN, handling="restricted")
    said(world, issue)
    assert clock_of(issue) == LATER
    issue.refresh_from_db()
    edit_issue(issue=issue, version=issue.version, values={"handling": "open"}, by=world.access("cleared_lead"), at=NOW)
    assert clock_of(issue) == BEGAN


def test_an_issue_read_before_it_was_opened_still_tells_nothing(world: World) -> None:
    """Its writer holds it as it was: restricted."""
    stale = world.issue(occurred_on=BEGAN, handling="restricted")
    fresh = Issue.objects.get(pk=stale.pk)
    edit_issue(issue=fresh, version=fresh.version, values={"handling": "open"}, by=world.access("cleared_lead"), at=NOW)
    said(world, stale, handling="restricted")
    assert clock_of(stale) == BEGAN


@pytest.mark.parametrize("record", [said, searched])
def test_a_parent_takes_what_was_said_and_searched_on_its_children(world: World, record: Any) -> None:
    parent = world.issue("Trade", occurred_on=BEGAN)
    child = world.issue(parent=parent, occurred_on=BEGAN)
    row = record(world, child)
    assert clock_of(parent) == LATER
    taken_back(world, row)
    assert clock_of(parent) == BEGAN


def test_an_open_parent_takes_nothing_of_a_restricted_child(world: World) -> None:
    parent = world.issue("Trade", occurred_on=BEGAN)
    child = world.issue(parent=parent, occurred_on=BEGAN, handling="restricted")
    said(world, child)
    assert (clock_of(child), clock_of(parent)) == (LATER, BEGAN)
