"""What a party holds, and what it held before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, Forbidden, InvalidInput
from core.models import Event
from tests.records import SYSTEM, a_claim, a_position, a_source, side
from tests.world import NOW, World
from tracker.actions.parties import add_party
from tracker.actions.positions import PositionDraft, add_position, change_position, end_position
from tracker.actions.records import withdraw
from tracker.actions.relationships import edit_relationship
from tracker.models import Position

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def test_a_position_is_held_since_the_day_of_its_claim(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    position = a_position(world, issue, claim=claim, by=world.access("editor"))
    assert (position.key, position.since) == ("USCN-P1", claim.happened_on)
    assert Event.objects.filter(compartment=world.home).latest("seq").kind == "position.added"


def test_a_changed_position_ends_the_old_one_on_the_day_the_new_one_begins(world: World) -> None:
    issue = world.issue()
    old = a_position(world, issue)
    draft = PositionDraft(issue=issue, party=old.party, kind="demand", text="Less.", claim=old.claim, since=TODAY)
    new = change_position(position=old, draft=draft, reason="Softened.", by=world.access("editor"), at=NOW)
    assert (old.until, old.end_reason, new.replaces) == (TODAY, "Softened.", old)
    assert list(Position.objects.held()) == [new]
    assert list(Position.objects.in_force()) == [old, new]


def test_a_position_ends_once(world: World) -> None:
    position = a_position(world, world.issue())
    end_position(position=position, until=TODAY, reason="Given up.", by=SYSTEM, at=NOW)
    with pytest.raises(Conflict, match="has ended"):
        end_position(position=position, until=TODAY, reason="Given up.", by=SYSTEM, at=NOW)


def test_the_end_of_a_position_lies_after_its_beginning_and_not_ahead(world: World) -> None:
    position = a_position(world, world.issue())
    for until, reason in ((dt.date(2026, 1, 1), "before it was first held"), (dt.date(2026, 3, 1), "future")):
        with pytest.raises(InvalidInput, match=reason):
            end_position(position=position, until=until, reason="x", by=SYSTEM, at=NOW)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"disclosure": "internal"}, "claim"),
        ({"claim": None}, "claim"),
        ({"kind": "wish"}, "kind"),
        ({"text": ""}, "text"),
    ],
)
def test_a_wrong_position_is_refused_at_its_field(world: World, draft: dict[str, Any], field: str) -> None:
    issue = world.issue()
    values: dict[str, Any] = {
        "party": side(world, 1),
        "kind": "demand",
        "text": "More.",
        "claim": a_claim(world, issue),
    }
    with pytest.raises(InvalidInput) as refused:
        add_position(draft=PositionDraft(issue=issue, **(values | draft)), by=SYSTEM, at=NOW)
    assert refused.value.field == field
    assert not Position.objects.exists()


def test_what_is_internal_rests_on_no_claim(world: World) -> None:
    position = a_position(world, world.issue(), disclosure="internal", kind="fallback")
    assert (position.claim, position.since) == (None, TODAY)


def test_our_own_lines_are_restricted_unless_somebody_says_that_they_are_open(world: World) -> None:
    edit_relationship(relationship=world.home, name=world.home.name, home="US", by=SYSTEM, at=NOW)
    world.home.refresh_from_db()
    issue, ours, theirs = world.issue(), side(world, 1), side(world, 2)
    office = add_party(relationship=world.home, code="office", kind="agency", parent=ours, by=SYSTEM, at=NOW)
    cleared = world.access("cleared_editor")
    assert a_position(world, issue, party=ours, by=cleared).handling == "restricted"
    assert a_position(world, issue, party=office, disclosure="internal", by=cleared).handling == "restricted"
    assert a_position(world, issue, party=ours, handling="open", by=cleared).handling == "open"
    assert a_position(world, issue, party=theirs, by=cleared).handling == "open"
    with pytest.raises(Forbidden, match="cleared"):
        a_position(world, issue, party=ours, by=world.access("editor"))


def test_a_position_rests_on_no_withdrawn_claim(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue, a_source(world))
    withdraw(record=claim, reason="Wrong.", by=SYSTEM, at=NOW)
    with pytest.raises(InvalidInput, match="is withdrawn"):
        a_position(world, issue, claim=claim)


def test_a_position_of_one_party_is_not_changed_into_that_of_another(world: World) -> None:
    issue = world.issue()
    old = a_position(world, issue)
    draft = PositionDraft(issue=issue, party=side(world, 2), kind="demand", text="Less.", claim=old.claim)
    with pytest.raises(InvalidInput, match="another party or issue"):
        change_position(position=old, draft=draft, reason="x", by=SYSTEM, at=NOW)
    assert Position.objects.held().count() == 1
