"""The next row of the reading page: what it has from the one above is in sight, and what was written is told."""

from __future__ import annotations

from typing import Any

import pytest
from time_machine import TimeMachineFixture

from core.access import Access
from core.fuzzydates import undefined
from tests.pages import at, errors_of, signed_in, text_of
from tests.readings import QUOTE, add_ministry, enter, take_up_source
from tests.world import NOW, World
from tracker.actions.parties import Name, add_party
from tracker.models import Source

pytestmark = pytest.mark.django_db

PART = {"X-Parley-Part": "1"}


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def source(world: World) -> Source:
    return take_up_source(world)


def opened(world: World, source: Source, *, by: str = "editor") -> Any:
    return signed_in(world.people[by]).get(at("source_read", source.pk))


def sent(world: World, source: Source, **values: str) -> Any:
    row = {"quote": QUOTE, "issues": "USCN-1", "speaker": "A bystander", "kind": "said", "modality": "discussed"}
    client = signed_in(world.people["editor"])
    return client.post(at("source_read", source.pk), {**row, **values}, headers=PART)


def test_what_is_carried_under_more_is_told_above_it_and_more_is_open(world: World, source: Source) -> None:
    said = {"relayed_by": "Truth Social", "said_on": undefined("late Wednesday"), "capacity": "expert"}
    enter(world, source, world.issue("Grain"), said=said)
    page = opened(world, source)
    assert page.context["form"].carried == {
        "relayed_by": "via Truth Social",
        "said_words": "late Wednesday",
        "capacity": "as expert",
    }
    assert "Carried: via Truth Social late Wednesday as expert" in text_of(page)
    assert b'<details class="further" open>' in page.content


def test_a_row_that_carries_nothing_unseen_keeps_more_closed(world: World, source: Source) -> None:
    enter(world, source, world.issue("Grain"))
    page = opened(world, source)
    assert (page.context["form"].carried, page.context["form"].shows_more) == ({}, False)
    assert b"data-carried" not in page.content


def test_a_language_is_carried_only_where_it_is_not_that_of_the_source(world: World, source: Source) -> None:
    enter(world, source, world.issue("Grain"), said={"language": "zh"})
    assert opened(world, source).context["form"].carried == {"language": "quoted in zh"}


def test_what_was_typed_over_what_is_carried_is_not_told_as_carried(world: World, source: Source) -> None:
    enter(world, source, world.issue("Grain"), said={"relayed_by": "Truth Social"})
    carried = {
        given: sent(world, source, issues="Barley", relayed_by=given).context["form"].carried
        for given in ("Truth Social", "A pool reporter")
    }
    assert carried == {"Truth Social": {"relayed_by": "via Truth Social"}, "A pool reporter": {}}


def test_a_named_speaker_of_no_party_is_marked_and_one_of_a_party_or_nobody_is_not(
    world: World, source: Source
) -> None:
    issue, ministry = world.issue("Grain"), add_ministry(world)
    enter(world, source, issue, said={"speaker": ministry})
    enter(world, source, issue, said={"speaker_name": ""}, unattributed=True)
    assert "No party" not in text_of(opened(world, source))
    enter(world, source, issue, said={"speaker_name": "A bystander"})
    assert text_of(opened(world, source)).count("No party") == 1


def test_all_issues_that_are_not_there_are_named(world: World, source: Source) -> None:
    world.issue("Grain")
    response = sent(world, source, issues="Barley; USCN-1; Oats; new: Rye")
    assert errors_of(response)["issues"] == [
        "There is no issue Barley. Write new: Barley to make it.",
        "There is no issue Oats. Write new: Oats to make it.",
    ]


def test_what_was_saved_and_what_was_refused_is_told_beside_the_button(world: World, source: Source) -> None:
    world.issue("Grain")
    assert "data-told>Saved: USCN-Q1.</p>" in sent(world, source).content.decode()
    refused = sent(world, source, quote="Not there", said_on="soon").content.decode()
    assert 'data-said="Not saved. Said on: ' in refused
    assert 'error" data-told>Not saved. Said on: ' in refused


def test_a_refused_move_of_several_issues_says_which_of_them_it_concerns(world: World, source: Source) -> None:
    world.issue("Grain", status="negotiating")
    world.issue("Ports")
    move = {"move_to": "negotiating", "move_reason": "A number was put."}
    both = errors_of(sent(world, source, issues="USCN-2; USCN-1", **move))
    alone = errors_of(sent(world, source, issues="USCN-1", **move))
    assert both["move_to"][0].startswith("USCN-1: ")
    assert not alone["move_to"][0].startswith("USCN-1: ")


def test_the_two_sides_come_first_among_the_parties_and_then_the_others_by_name(world: World, source: Source) -> None:
    for code, name in (("AAA", "Zebra union"), ("ZZZ", "alfalfa growers")):
        names = [Name(name)]
        add_party(relationship=world.home, code=code, kind="organisation", names=names, by=Access.system(), at=NOW)
    choices = opened(world, source).context["form"].fields["speaker_party"].choices
    codes = [code for code, _ in choices]
    assert (codes[0], codes[-2:]) == ("", ["ZZZ", "AAA"])
    assert set(codes[1:3]) == {"US", "CN"}


def test_the_page_says_who_may_mend_a_row_to_those_who_write(world: World, source: Source) -> None:
    enter(world, source, world.issue("Grain"))
    said = {name: "a lead may withdraw it" in text_of(opened(world, source, by=name)) for name in ("editor", "viewer")}
    assert said == {"editor": True, "viewer": False}
