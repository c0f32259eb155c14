"""Why a flag stands: what rests on which withdrawn claim, which quote was not found, since when it is silent."""

from __future__ import annotations

import datetime as dt

import pytest
from time_machine import TimeMachineFixture

from tests.pages import at, signed_in, text_of
from tests.records import SYSTEM, a_claim, a_deadline, a_link, a_position, a_source
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.flags import update_flags
from tracker.actions.held_texts import hold_text
from tracker.actions.records import withdraw
from tracker.models import Claim

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def withdrawn(claim: Claim) -> None:
    withdraw(record=claim, reason="A slip.", by=SYSTEM, at=NOW)


def flags_for(world: World, name: str) -> str:
    return text_of(signed_in(world.people[name]).get(at("flag_changelist") + "?state=standing"))


def raise_flags() -> None:
    update_flags(by=SYSTEM, at=NOW, as_of=NOW.date())


def test_silence_says_since_when(world: World) -> None:
    world.issue(occurred_on=dt.date(2025, 10, 1))
    raise_flags()
    assert "Nothing since 1 Oct 2025." in flags_for(world, "viewer")


def test_each_row_that_rests_on_a_withdrawn_claim_is_named(world: World) -> None:
    issue, other = world.issue(), world.issue("Chips")
    claim = a_claim(world, issue)
    a_position(world, issue, claim=claim)
    a_deadline(world, issue, claim=claim)
    a_link(issue, other, claim=claim)
    cite(change=issue.status_changes.get(), claims=[claim], by=SYSTEM, at=NOW)
    withdrawn(claim)
    raise_flags()
    page = flags_for(world, "viewer")
    key = claim.key
    rows = f"USCN-P1 on {key} , USCN-D1 on {key} , USCN-L1 on {key} , USCN-1-H1 on {key}"
    assert f"Something in force rests on a claim that was withdrawn. {rows}" in page
    assert page.count("Rests on a withdrawn claim") >= 2
    assert "Needs a look All flags USCN-" in text_of(signed_in(world.people["viewer"]).get("/admin/"))


def test_what_is_restricted_is_named_to_the_cleared_alone(world: World) -> None:
    issue = world.issue()
    for handling in ("open", "restricted"):
        claim = a_claim(world, issue, handling=handling)
        a_position(world, issue, claim=claim)
        cite(change=issue.status_changes.get(), claims=[claim], by=SYSTEM, at=NOW)
        withdrawn(claim)
    raise_flags()
    assert "900001" not in flags_for(world, "viewer")
    cleared = flags_for(world, "cleared_viewer")
    assert "USCN-P900001 on USCN-Q900001" in cleared
    assert "USCN-1-H1 on USCN-Q900001" in cleared


def test_a_quote_that_is_not_in_its_text_is_named(world: World) -> None:
    issue = world.issue()
    source = a_source(world)
    claim = a_claim(world, issue, source, quote="We never said that.")
    hold_text(source=source, text="Something else.", by=SYSTEM, at=NOW)
    raise_flags()
    assert f"A quote is not in the held text of its source. {claim.key}" in flags_for(world, "viewer")


def test_no_panel_asks_for_a_look_where_there_is_nothing(world: World) -> None:
    world.issue(occurred_on=dt.date(2025, 10, 1))
    raise_flags()
    assert "Needs a look" not in text_of(signed_in(world.people["viewer"]).get("/admin/"))
