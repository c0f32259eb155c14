"""The reading page without a script: a row is sent and saved, or comes back with its reason and all that was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from core.access import Access
from tests.pages import at, errors_of, signed_in, text_of
from tests.readings import QUOTE, TEXT, add_ministry, counts, enter, take_up_source
from tests.world import NOW, World
from tracker.actions.reading import take_up
from tracker.actions.sources import SourceDraft
from tracker.models import Claim, Party, Position, Source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def source(world: World) -> Source:
    return take_up_source(world)


@pytest.fixture
def ministry(world: World) -> Party:
    return add_ministry(world)


def row(**values: str) -> dict[str, str]:
    return {
        "quote": QUOTE,
        "issues": "USCN-1",
        "speaker": "Ministry of Harbours",
        "kind": "said",
        "modality": "discussed",
        **values,
    }


def send(client: Client, source: Source, **values: str) -> Any:
    return client.post(at("source_read", source.pk), row(**values))


def test_a_viewer_may_not_enter_a_row_and_is_offered_no_form(world: World, source: Source) -> None:
    world.issue("Grain")
    client = signed_in(world.people["viewer"])
    assert send(client, source).status_code == 403
    page = client.get(at("source_read", source.pk))
    assert (b'id="row"' in page.content, Claim.objects.exists()) == (False, False)


def test_the_text_is_shown_escaped_whole_and_with_its_quotes_marked(world: World, source: Source) -> None:
    enter(world, source, world.issue("Grain"), said={"quote": "port stays closed & <b>guarded</b>"})
    page = signed_in(world.people["viewer"]).get(at("source_read", source.pk))
    assert b"&lt;b&gt;guarded" in page.content
    assert b"<b>guarded" not in page.content
    assert '<a class="quoted" tabindex="-1" draggable="false" href="#USCN-Q1"' in page.content.decode()
    shown = page.context["paragraphs"]
    assert [paragraph.start for paragraph in shown] == [0, TEXT.index("The other")]


def test_a_sent_row_is_saved_and_the_next_one_carries_over_who_and_when(
    world: World, source: Source, ministry: Party
) -> None:
    world.issue("Grain")
    client = signed_in(world.people["editor"])
    given = {
        "said_on": "2026-02-06",
        "said_words": "on Friday",
        "relayed_by": "A pool reporter",
        "speaker_office": "Spokesperson",
    }
    response = send(client, source, issues="uscn-1; new: Duties", **given)
    assert response["Location"] == at("source_read", source.pk) + "#row"
    first, second = Claim.objects.order_by("number")
    assert (first.speaker, first.capacity, str(first.said_on)) == (
        ministry,
        "government",
        "on Friday (6 February 2026)",
    )
    assert (second.issue.title, second.issue.status) == ("Duties", "raised")
    fresh = client.get(at("source_read", source.pk)).context["form"].initial
    assert {name: fresh[name] for name in given} == given
    assert (fresh["speaker"], fresh["speaker_party"], "quote" in fresh) == ("Ministry of Harbours", "CN-MOH", False)


@pytest.mark.parametrize("typed", ["Ministry of Harbors", "港口部", "MINISTRY of harbours", "cn-moh"])
def test_any_name_of_a_person_finds_them_and_stays_as_it_was_typed(
    world: World, source: Source, ministry: Party, typed: str
) -> None:
    world.issue("Grain")
    assert send(signed_in(world.people["editor"]), source, speaker=typed).status_code == 302
    claim = Claim.objects.get()
    assert (claim.speaker, claim.speaker_name) == (ministry, typed)


def test_a_name_that_nobody_knows_stays_a_name(world: World, source: Source) -> None:
    world.issue("Grain")
    send(signed_in(world.people["editor"]), source, speaker="A bystander")
    claim = Claim.objects.get()
    assert (claim.speaker, claim.speaker_name, claim.capacity) == (None, "A bystander", "other")


def test_unattributed_words_are_the_narrators(world: World, source: Source) -> None:
    world.issue("Grain")
    send(signed_in(world.people["editor"]), source, speaker="Unattributed")
    claim = Claim.objects.get()
    assert (claim.speaker_name, claim.capacity) == ("", "narrator")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("quote", {"quote": ""}),
        ("quote", {"quote": "x" * 100_000}),
        ("quote", {"quote": "We want \u202elower\u202c taxes"}),
        ("issues", {"issues": ""}),
        ("issues", {"issues": "Barley"}),
        ("issues", {"issues": "USRU-1"}),
        ("issues", {"issues": "new:"}),
        ("issues", {"issues": "a;" * 30}),
        ("speaker", {"speaker": ""}),
        ("said_on", {"said_on": "soon"}),
        ("said_on", {"said_on": "2027-01-01"}),
        ("said_words", {"said_words": "on\x07Friday"}),
        ("kind", {"kind": "rumour"}),
        ("position_party", {"kind": "demand", "speaker": "A bystander"}),
        ("responds_to", {"responds_to": "USCN-Q99", "stance": "denies"}),
        ("move_reason", {"move_to": "negotiating"}),
        ("move_to", {"move_reason": "It moved."}),
        ("move_to", {"move_to": "raised", "move_reason": "Again."}),
        ("credibility_reason", {"credibility": "5"}),
        ("translated_by", {"translated_by": "ours"}),
    ],
)
def test_a_refused_row_says_why_at_its_field_and_keeps_all_that_was_typed(
    world: World, source: Source, field: str, values: dict[str, str]
) -> None:
    world.issue("Grain")
    world.issue("Theirs", foreign=True)
    before = counts()
    response = send(signed_in(world.people["editor"]), source, **{"summary": "Kept as it was", **values})
    assert (response.status_code, counts()) == (400, before)
    assert field in errors_of(response)
    form = response.context["form"]
    assert {name: form[name].value() for name in values} == values
    assert form["summary"].value() == "Kept as it was"


def test_a_quote_that_is_nearly_right_offers_the_passage_which_fills_the_form_and_saves_nothing(
    world: World, source: Source
) -> None:
    world.issue("Grain")
    client = signed_in(world.people["editor"])
    response = send(client, source, quote="We wanted lower duty, the Ministry of Harbours said")
    nearest = response.context["nearest"]
    assert nearest in TEXT
    again = send(client, source, quote="whatever", instead=nearest)
    assert (again.status_code, again.context["form"]["quote"].value(), Claim.objects.count()) == (200, nearest, 0)
    assert send(client, source, quote=nearest).status_code == 302


def test_words_that_stand_twice_in_the_text_are_taken_where_they_were_selected(world: World, source: Source) -> None:
    world.issue("Grain")
    words = "The other side said little."
    send(signed_in(world.people["editor"]), source, quote=words, near=str(TEXT.rindex(words)))
    assert Claim.objects.get().quote_start == TEXT.rindex(words) != TEXT.index(words)


def test_a_part_of_the_page_is_the_right_column_and_the_paragraphs_newly_marked(world: World, source: Source) -> None:
    world.issue("Grain")
    client = signed_in(world.people["editor"])
    part = client.post(at("source_read", source.pk), row(), headers={"X-Parley-Part": "1"})
    body = part.content.decode()
    assert (part.status_code, body.count('class="paragraph"'), "<html" in body) == (200, 1, False)
    assert 'data-said="Saved: USCN-Q1."' in body
    refused = client.post(at("source_read", source.pk), row(quote="Not there"), headers={"X-Parley-Part": "1"})
    assert (refused.status_code, 'class="paragraph"' in refused.content.decode()) == (400, False)


def test_without_a_text_rows_are_entered_unchecked_and_the_page_says_so(world: World) -> None:
    world.issue("Grain")
    draft = SourceDraft(title="A broadcast")
    source = take_up(relationship=world.home, draft=draft, by=Access.system(), at=NOW)[0]
    client = signed_in(world.people["editor"])
    assert "No text of this source is held" in text_of(client.get(at("source_read", source.pk)))
    assert send(client, source, quote="Heard on the air").status_code == 302
    assert Claim.objects.get().quote_start is None


def test_our_own_line_is_restricted_so_that_the_uncleared_must_say_that_it_is_open(
    world: World, source: Source
) -> None:
    world.issue("Grain")
    world.home.home_party = Party.objects.get(relationship=world.home, code="US")
    world.home.save()
    client = signed_in(world.people["editor"])
    values = {"kind": "position", "speaker": "US"}
    refused = send(client, source, **values)
    assert (refused.status_code, Claim.objects.count()) == (400, 0)
    assert "position_handling" in errors_of(refused)
    assert send(client, source, **values, position_handling="open").status_code == 302
    assert Position.objects.get().handling == "open"


def test_the_rows_of_what_is_restricted_are_there_for_the_cleared_alone(world: World, source: Source) -> None:
    enter(
        world, source, world.issue("Grain"), said={"handling": "restricted", "summary": "Kept close"}, by="cleared_lead"
    )
    seen = {}
    for name in ("editor", "cleared_editor"):
        page = signed_in(world.people[name]).get(at("source_read", source.pk))
        seen[name] = ("900001" in page.content.decode(), "0 claims" in text_of(page), b'class="quoted"' in page.content)
    assert seen == {"editor": (False, True, False), "cleared_editor": (True, False, True)}
