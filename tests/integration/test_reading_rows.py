"""The deed behind the reading page: a row is entered whole, with all that rests on it, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from core.access import Access
from core.errors import InvalidInput, ParleyError, Problems
from tests.readings import QUOTE, TEXT, add_ministry, counts, enter, take_up_source
from tests.world import NOW, World
from tracker.actions import reading
from tracker.actions.reading import Line, Step, take_up
from tracker.actions.sources import SourceDraft
from tracker.models import Issue, Party, Source

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


def test_a_row_makes_a_claim_for_each_issue_with_the_line_and_the_move_that_rest_on_it(
    world: World, source: Source, ministry: Party
) -> None:
    first, second = world.issue("Grain"), world.issue("Duties")
    done = enter(
        world,
        source,
        first,
        second,
        new_issues=["Ports"],
        said={"speaker": ministry},
        line=Line("demand"),
        step=Step("negotiating", "A number was put."),
    )
    assert [claim.issue.title for claim in done.claims] == ["Grain", "Duties", "Ports"]
    assert {TEXT[claim.quote_start : claim.quote_end] for claim in done.claims} == {QUOTE}
    assert {(line.party.code, line.kind, line.text) for line in done.positions} == {("CN", "demand", QUOTE)}
    assert {issue.status for issue in Issue.objects.all()} == {"negotiating"}
    assert {tuple(move.claims.all()) for move in done.moves} == {(claim,) for claim in done.claims}


def test_a_new_issue_is_raised_where_a_government_speaks_and_else_on_watch(
    world: World, source: Source, ministry: Party
) -> None:
    raised = enter(world, source, new_issues=["Duties"], said={"speaker": ministry}).new_issues[0]
    watched = enter(world, source, new_issues=["Ports"]).new_issues[0]
    assert (raised.status, watched.status) == ("raised", "watch")
    first = raised.status_changes.get()
    assert [claim.issue for claim in first.claims.all()] == [raised]
    assert (first.occurred_on, QUOTE in first.reason) == (dt.date(2026, 2, 6), False)


def test_a_new_issue_of_a_restricted_source_is_restricted(world: World) -> None:
    draft = SourceDraft(title="A cable", handling="restricted")
    source = take_up(relationship=world.home, draft=draft, text=TEXT, by=Access.system(), at=NOW)[0]
    done = enter(world, source, new_issues=["Kept close"], by="cleared_editor")
    assert (done.new_issues[0].handling, done.claims[0].handling) == ("restricted", "restricted")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("quote", {"said": {"quote": " "}}),
        ("quote", {"said": {"quote": "We want higher duties."}}),
        ("quote", {"said": {"quote": "on Friday. The other side said little."}}),
        ("issues", {"issues": []}),
        ("issues", {"new_issues": ["grain"]}),
        ("speaker", {"said": {"speaker_name": ""}}),
        ("speaker", {"unattributed": True}),
        ("stance", {"said": {"stance": "denies"}}),
        ("position_party", {"line": Line("red_line")}),
        ("to_status", {"step": Step("raised", "Again.")}),
        ("reason", {"step": Step("negotiating", " ")}),
        ("title", {"new_issues": ["\u2060"]}),
    ],
)
def test_a_row_with_anything_wrong_is_refused_whole(
    world: World, source: Source, field: str, given: dict[str, Any]
) -> None:
    issues = given.pop("issues", [world.issue("Grain")])
    before = counts()
    with pytest.raises(ParleyError) as refused:
        enter(world, source, *issues, **given)
    errors = refused.value.problems if isinstance(refused.value, Problems) else [refused.value]
    assert ({error.field for error in errors}, counts()) == ({field}, before)


def test_an_issue_of_another_relationship_is_unknown(world: World, source: Source) -> None:
    with pytest.raises(InvalidInput, match="is not known here"):
        enter(world, source, world.issue("Theirs", foreign=True))


def test_a_form_that_is_sent_twice_is_entered_once(world: World, source: Source) -> None:
    issue = world.issue("Grain")
    enter(world, source, issue)
    before = counts()
    with pytest.raises(InvalidInput, match="already, as USCN-Q1"):
        enter(world, source, issue)
    assert counts() == before
    enter(world, source, issue, said={"summary": "Something else about the same words."})


def test_a_new_title_that_is_written_twice_is_one_issue_and_the_order_stays() -> None:
    assert reading._once(["Ports", "Tariffs", "ports "]) == ["Ports", "Tariffs"]
