"""Sources: known again by address and by text, judged by rule, and never crossing into another relationship."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import models

from core.errors import Conflict, Forbidden, InvalidInput, ParleyError, TooLarge
from core.models import Event
from tests.records import SYSTEM, TEXT, a_claim, a_source
from tests.world import NOW, World
from tracker.actions.claims import ClaimDraft, add_claim
from tracker.actions.held_texts import hold_text
from tracker.actions.sources import SourceDraft, add_source, edit_source
from tracker.models import Claim, Source, SourceText

pytestmark = pytest.mark.django_db

PAGE = "https://example.org/news/1"


def test_a_source_has_a_key_a_line_on_the_ledger_and_a_reliability_by_rule(world: World) -> None:
    source = a_source(world, publisher="Reuters", by=world.access("editor"))
    line = Event.objects.filter(compartment=world.home).latest("seq")
    assert (source.key, source.reliability, source.reliability_reason) == ("USCN-S1", "B", "")
    assert (line.kind, line.subject_id, line.actor) == ("source.added", "USCN-S1", world.people["editor"])


@pytest.mark.parametrize(
    "again",
    [
        "https://EXAMPLE.org/news/1",
        "http://example.org:80/news/1#top",
        "https://example.org/news/1?utm_source=letter",
        "https://example.org/a/../news/1",
    ],
)
def test_the_same_page_is_on_record_once_and_the_refusal_names_it(world: World, again: str) -> None:
    known = a_source(world, url=PAGE)
    with pytest.raises(Conflict, match=rf"url: the same page is on record as {known.key}"):
        a_source(world, url=again)
    assert Source.objects.count() == 1


def test_the_same_page_in_another_relationship_is_another_source(world: World) -> None:
    ours, theirs = a_source(world, url=PAGE), a_source(world, url=PAGE, foreign=True)
    assert (ours.key, theirs.key) == ("USCN-S1", "USRU-S1")


def test_a_restricted_source_does_not_tell_the_uncleared_of_itself(world: World) -> None:
    a_source(world, url=PAGE, text=TEXT, handling="restricted", by=world.access("cleared_editor"))
    open_one = a_source(world, url=PAGE, text=TEXT, by=world.access("editor"))
    assert open_one.number == 1


def test_the_same_text_is_held_once_and_the_refusal_names_who_holds_it(world: World) -> None:
    known, other = a_source(world, text=TEXT), a_source(world, "Another")
    with pytest.raises(Conflict, match=f"text: the same text is held by {known.key}"):
        hold_text(source=other, text=TEXT, by=SYSTEM, at=NOW)
    with pytest.raises(Conflict, match="holds another text"):
        hold_text(source=known, text="Other words.", by=SYSTEM, at=NOW)


def test_a_held_text_stays_as_it_is_character_by_character(world: World) -> None:
    odd = "\ufeffOne “line”\r\n\u00a0 two\u200b \t\n\ncafe\u0301 \n"
    source = a_source(world, text=odd)
    assert SourceText.objects.get(source=source).text == odd
    assert len(source.text_sha256) == 64


@pytest.mark.parametrize(
    ("text", "refusal", "reason"),
    [
        ("\0" * 10, InvalidInput, r"U\+0000"),
        ("half \ud800 a pair", InvalidInput, r"U\+D800"),
        (" \n", InvalidInput, "empty"),
        ("x" * 1_000_001, TooLarge, "1000001 characters"),
    ],
)
def test_what_is_no_text_is_refused_and_nothing_is_held(
    world: World, text: str, refusal: type[ParleyError], reason: str
) -> None:
    source = a_source(world)
    with pytest.raises(refusal, match=reason):
        hold_text(source=source, text=text, by=SYSTEM, at=NOW)
    assert not SourceText.objects.exists()


def test_a_text_that_comes_later_finds_the_quotes_that_cite_it(world: World) -> None:
    source, issue = a_source(world), world.issue()
    found = a_claim(world, issue, source, quote='"very useful"')
    missing = a_claim(world, issue, source, quote="quite useless")
    rechecked = hold_text(source=source, text=TEXT, by=SYSTEM, at=NOW)
    assert ([c.key for c in rechecked.found], [c.key for c in rechecked.missing]) == ([found.key], [missing.key])
    found.refresh_from_db()
    missing.refresh_from_db()
    assert TEXT[found.quote_start : found.quote_end] == "“very useful”"
    assert (found.quote, missing.quote_start) == ('"very useful"', None)


@pytest.mark.parametrize(
    ("draft", "field", "reason"),
    [
        ({"url": "javascript:alert(1)"}, "url", "http"),
        ({"url": "file:///etc/passwd"}, "url", "http"),
        ({"published_on": dt.date(2026, 2, 6), "retrieved_on": dt.date(2026, 2, 5)}, "published_on", "after the day"),
        ({"published_on": dt.date(2026, 3, 1)}, "published_on", "future"),
        ({"retrieved_on": dt.date(2026, 3, 1)}, "retrieved_on", "future"),
        ({"title": " \u200b "}, "title", "empty"),
        ({"kind": "rumour"}, "kind", "is not one of"),
        ({"reliability": "A"}, "reliability_reason", "the rule gives C"),
        ({"reliability": "Z", "reliability_reason": "x"}, "reliability", "is not one of"),
    ],
)
def test_a_wrong_source_is_refused_at_its_field(world: World, draft: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as refused:
        a_source(world, **draft)
    assert refused.value.field == field
    assert not Source.objects.exists()


def test_a_document_dated_tomorrow_where_it_came_out_may_be_read_today(world: World) -> None:
    """Published on the tenth in Beijing, while it is still the ninth in Greenwich."""
    at = dt.datetime(2026, 2, 9, 20, 0, tzinfo=dt.UTC)
    source = a_source(world, published_on=dt.date(2026, 2, 10), at=at)
    assert source.retrieved_on == dt.date(2026, 2, 10)


def test_no_source_derives_from_itself_at_whatever_remove(world: World) -> None:
    first = a_source(world)
    second = a_source(world, derives_from=first)
    third = a_source(world, translation_of=second)
    for origin in (first, third):
        with pytest.raises(InvalidInput, match="its own origin"):
            edit_source(source=first, version=first.version, values={"derives_from": origin}, by=SYSTEM, at=NOW)
        first.refresh_from_db()


@pytest.mark.parametrize("field", ["derives_from", "translation_of"])
def test_a_rewrite_never_crosses_into_another_relationship(world: World, field: str) -> None:
    origin: dict[str, Any] = {field: a_source(world, foreign=True)}
    with pytest.raises(InvalidInput, match="is not known here"):
        a_source(world, **origin)


def test_an_edit_names_the_version_that_it_read(world: World) -> None:
    source, by = a_source(world), world.access("editor")
    edit_source(source=source, version=1, values={"title": "Better"}, by=by, at=NOW)
    with pytest.raises(Conflict):
        edit_source(source=Source.objects.get(), version=1, values={"title": "Worse"}, by=by, at=NOW)
    assert Source.objects.get().title == "Better"


def test_an_edit_that_changes_nothing_leaves_no_trace(world: World) -> None:
    source = a_source(world)
    lines = Event.objects.count()
    edit_source(source=source, version=1, values={"title": source.title}, by=SYSTEM, at=NOW)
    assert (Event.objects.count(), Source.objects.get().version) == (lines, 1)


def test_the_rule_follows_the_publisher_unless_somebody_said_otherwise_and_why(world: World) -> None:
    source = a_source(world, publisher="The Village Post")
    edit_source(source=source, version=1, values={"publisher": "Reuters"}, by=SYSTEM, at=NOW)
    assert source.reliability == "B"
    values = {"reliability": "D", "reliability_reason": "Twice wrong this year."}
    edit_source(source=source, version=2, values=values, by=SYSTEM, at=NOW)
    edit_source(source=source, version=3, values={"title": "A better title"}, by=SYSTEM, at=NOW)
    assert (source.reliability, source.reliability_reason) == ("D", "Twice wrong this year.")


@pytest.mark.parametrize("role", ["viewer", "auditor", "stranger"])
def test_who_does_not_write_adds_and_edits_nothing(world: World, role: str) -> None:
    source, by = a_source(world), world.access(role)
    deeds: list[Any] = [
        lambda: a_source(world, "Mine", by=by),
        lambda: edit_source(source=source, version=1, values={"title": "Mine"}, by=by, at=NOW),
        lambda: hold_text(source=source, text=TEXT, by=by, at=NOW),
        lambda: add_claim(draft=ClaimDraft(source=source, issue=world.issue(), summary="x"), by=by, at=NOW),
    ]
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed()
    assert not Claim.objects.exists()


def test_only_the_cleared_record_what_is_restricted(world: World) -> None:
    with pytest.raises(Forbidden, match="cleared"):
        a_source(world, handling="restricted", by=world.access("editor"))
    kept = add_source(
        relationship=world.home,
        draft=SourceDraft(title="A cable", handling="restricted"),
        by=world.access("cleared_editor"),
        at=NOW,
    )
    assert kept.key == "USCN-S900001"
    rows: models.QuerySet[Source] = Source.objects.visible_to(world.access("lead"))
    assert list(rows) == []


def test_who_holds_a_text_is_told_of_those_claims_alone_that_are_there_for_them(world: World) -> None:
    source, issue = a_source(world), world.issue()
    for quote in ("very useful", "not in there"):
        a_claim(world, issue, source, quote=quote, handling="restricted")
    told = hold_text(source=source, text=TEXT, by=world.access("editor"), at=NOW)
    assert (told.found, told.missing) == ([], [])
    assert Claim.objects.exclude(quote_start=None).count() == 1


def test_a_letter_under_a_pile_of_accents_is_refused_at_once(world: World) -> None:
    with pytest.raises(InvalidInput, match="30 accents"):
        hold_text(source=a_source(world), text="a" + "\u0301\u0323" * 400_000, by=SYSTEM, at=NOW)


def test_no_source_becomes_a_lead_whether_or_not_a_hidden_claim_rests_on_it(world: World) -> None:
    """Else the answer would tell the uncleared of what they cannot see."""
    source, other = a_source(world), a_source(world, "Another")
    a_claim(world, world.issue(), source, handling="restricted")
    for row in (source, other):
        with pytest.raises(InvalidInput, match="is a lead"):
            edit_source(source=row, version=1, values={"kind": "headline"}, by=world.access("editor"), at=NOW)
