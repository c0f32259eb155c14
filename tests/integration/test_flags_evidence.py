"""The flags about evidence: what rests on a withdrawn claim, and a quote that the held text does not have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import Access
from core.actions.redaction import redact
from core.models import Event
from tests.records import TEXT, a_claim, a_deadline, a_link, a_position, a_source
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.claims import ClaimDraft, replace_claim
from tracker.actions.deadlines import close_deadline
from tracker.actions.flags import Passed, update_flags
from tracker.actions.handling import change_handling
from tracker.actions.held_texts import hold_text
from tracker.actions.issues import edit_issue
from tracker.actions.positions import end_position
from tracker.actions.records import withdraw
from tracker.actions.statuses import change_status, correct_status, void_status
from tracker.models import Claim, Flag, Issue

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db
minutes = count()
Basis = Callable[[World, Issue, Claim], Any]


def run_pass() -> Passed:
    return update_flags(by=Access.system(), at=NOW + dt.timedelta(minutes=next(minutes)), as_of=TODAY)


def flagged(rule: str = "withdrawn_claim") -> list[tuple[str, dt.date, str]]:
    """Key, since and handling of the standing flags."""
    keys = dict(Issue.objects.values_list("pk", "key"))
    flags = Flag.objects.standing().filter(rule=rule)
    return sorted((keys[flag.subject_id], flag.since, flag.handling) for flag in flags)


def by(world: World, name: str = "cleared_lead", at: dt.datetime = NOW) -> dict[str, Any]:
    return {"by": world.access(name), "at": at}


def taken_back(world: World, claim: Claim, at: dt.datetime = NOW) -> None:
    withdraw(record=Claim.objects.get(pk=claim.pk), reason="A misreading.", **by(world, at=at))


def handle(world: World, record: Any, handling: str) -> None:
    change_handling(record=type(record).objects.get(pk=record.pk), handling=handling, **by(world))


def in_a_move(world: World, issue: Issue, claim: Claim) -> Any:
    issue.refresh_from_db()
    return change_status(
        issue=issue, version=issue.version, to="stalled", reason="x", occurred_on=TODAY, claims=[claim], **by(world)
    )


def in_a_position(world: World, issue: Issue, claim: Claim) -> Any:
    return a_position(world, issue, claim=claim)


def in_a_deadline(world: World, issue: Issue, claim: Claim) -> Any:
    return a_deadline(world, issue, claim=claim)


def in_a_link_from(world: World, issue: Issue, claim: Claim) -> Any:
    return a_link(issue, world.issue("Oil"), claim=claim)


def in_a_link_to(world: World, issue: Issue, claim: Claim) -> Any:
    return a_link(world.issue("Oil"), issue, claim=claim)


BASES: list[Basis] = [in_a_move, in_a_position, in_a_deadline, in_a_link_from, in_a_link_to]


@pytest.fixture
def issue(world: World) -> Issue:
    return world.issue()


@pytest.fixture
def claim(world: World, issue: Issue) -> Claim:
    return a_claim(world, issue)


@pytest.mark.parametrize("basis", BASES)
def test_what_rests_on_a_withdrawn_claim_is_flagged_since_the_day_of_the_withdrawal(
    world: World, issue: Issue, claim: Claim, basis: Basis
) -> None:
    basis(world, issue, claim)
    run_pass()
    assert flagged() == []
    taken_back(world, claim, at=NOW + DAY)
    run_pass()
    assert (issue.key, TODAY + DAY, "open") in flagged()


def test_a_link_flags_both_of_its_issues(world: World, issue: Issue, claim: Claim) -> None:
    a_link(issue, world.issue("Oil"), claim=claim)
    taken_back(world, claim)
    run_pass()
    assert [key for key, *_ in flagged()] == ["USCN-1", "USCN-2"]


def test_a_withdrawn_claim_on_which_nothing_rests_is_no_matter(world: World, claim: Claim) -> None:
    taken_back(world, claim)
    assert run_pass() == Passed(raised=0, cleared=0)


def test_the_first_of_several_withdrawals_says_since_when(world: World, issue: Issue, claim: Claim) -> None:
    later = a_claim(world, issue)
    in_a_position(world, issue, later)
    in_a_deadline(world, issue, claim)
    taken_back(world, claim, at=NOW + DAY)
    taken_back(world, later, at=NOW + 2 * DAY)
    run_pass()
    assert flagged() == [(issue.key, TODAY + DAY, "open")]


def void(world: World, issue: Issue, row: Any) -> None:
    issue.refresh_from_db()
    void_status(issue=issue, version=issue.version, seq=row.seq, reason="Not so.", **by(world))


def correct(world: World, issue: Issue, row: Any) -> None:
    issue.refresh_from_db()
    values = {"seq": row.seq, "to": "discussing", "reason": "x", "occurred_on": TODAY}
    correct_status(issue=issue, version=issue.version, **values, **by(world))


ENDS: dict[Basis, list[Callable[[World, Issue, Any], Any]]] = {
    in_a_move: [void, correct],
    in_a_position: [
        lambda world, issue, row: end_position(position=row, until=TODAY, reason="x", **by(world)),
        lambda world, issue, row: withdraw(record=row, reason="x", **by(world)),
    ],
    in_a_deadline: [
        lambda world, issue, row: close_deadline(
            deadline=row, outcome="dropped", closed_on=TODAY, reason="x", **by(world)
        ),
        lambda world, issue, row: withdraw(record=row, reason="x", **by(world)),
    ],
    in_a_link_from: [lambda world, issue, row: withdraw(record=row, reason="x", **by(world))],
}


@pytest.mark.parametrize(("basis", "end"), [(basis, end) for basis, ends in ENDS.items() for end in ends])
def test_it_ends_when_what_rested_on_the_claim_is_out_of_force(
    world: World, issue: Issue, claim: Claim, basis: Basis, end: Callable[[World, Issue, Any], Any]
) -> None:
    row = basis(world, issue, claim)
    taken_back(world, claim)
    run_pass()
    end(world, issue, row)
    run_pass()
    assert flagged() == []
    ended = Flag.objects.filter(rule="withdrawn_claim").first()
    assert ended is not None
    assert ended.cleared_why == "What rested on the withdrawn claim was corrected or replaced."


def test_a_move_that_cites_the_claim_put_in_its_place_is_in_order(world: World, issue: Issue, claim: Claim) -> None:
    move = in_a_move(world, issue, claim)
    draft = ClaimDraft(source=claim.source, issue=issue, summary="Right")
    right = replace_claim(claim=claim, draft=draft, reason="A slip.", **by(world))
    run_pass()
    assert len(flagged()) == 1
    cite(change=move, claims=[right], **by(world))
    run_pass()
    assert flagged() == []
    taken_back(world, right)
    run_pass()
    assert len(flagged()) == 1


def test_another_withdrawal_takes_the_place_of_one_that_was_mended(world: World, issue: Issue, claim: Claim) -> None:
    position = in_a_position(world, issue, claim)
    later = a_claim(world, issue)
    in_a_deadline(world, issue, later)
    taken_back(world, claim)
    taken_back(world, later, at=NOW + DAY)
    run_pass()
    end_position(position=position, until=TODAY, reason="x", **by(world))
    run_pass()
    assert flagged() == [(issue.key, TODAY + DAY, "open")]
    ended = Flag.objects.exclude(cleared_at=None).get(rule="withdrawn_claim")
    assert ended.cleared_why == "Something rests on another withdrawn claim."


def seen_by(world: World, name: str) -> set[str]:
    return set(Flag.objects.visible_to(world.access(name)).values_list("rule", flat=True))


@pytest.mark.parametrize("basis", BASES)
def test_a_restricted_claim_is_flagged_for_the_cleared_alone(world: World, issue: Issue, basis: Basis) -> None:
    claim = a_claim(world, issue, handling="restricted")
    basis(world, issue, claim)
    taken_back(world, claim)
    run_pass()
    assert (issue.key, TODAY, "restricted") in flagged()
    assert "withdrawn_claim" not in seen_by(world, "lead")
    assert "withdrawn_claim" in seen_by(world, "cleared_viewer")


def test_a_restricted_line_on_an_open_claim_is_flagged_for_the_cleared_alone(
    world: World, issue: Issue, claim: Claim
) -> None:
    a_position(world, issue, claim=claim, handling="restricted")
    taken_back(world, claim)
    run_pass()
    assert flagged() == [(issue.key, TODAY, "restricted")]


def test_an_open_flag_does_not_tell_of_an_earlier_withdrawal_that_is_restricted(
    world: World, issue: Issue, claim: Claim
) -> None:
    hidden = a_claim(world, issue, handling="restricted")
    in_a_position(world, issue, hidden)
    taken_back(world, hidden)
    run_pass()
    in_a_deadline(world, issue, claim)
    taken_back(world, claim, at=NOW + DAY)
    run_pass()
    assert flagged() == [(issue.key, TODAY + DAY, "open")]
    assert Flag.objects.visible_to(world.access("lead")).filter(rule="withdrawn_claim").count() == 1


def test_a_restricted_issue_is_flagged_for_the_cleared_alone(world: World) -> None:
    issue = world.issue(handling="restricted")
    claim = a_claim(world, issue)
    in_a_position(world, issue, claim)
    taken_back(world, claim)
    run_pass()
    assert flagged() == [(issue.key, TODAY, "restricted")]


def told(world: World, name: str = "lead") -> tuple[object, ...]:
    """All that a reader can learn of the flags: the rows, and the lines about them."""
    access = world.access(name)
    lines = Event.objects.visible_to(access).filter(kind="flags.updated")
    return list(Flag.objects.visible_to(access).values()), list(lines.values_list("subject_id", "changes"))


@pytest.mark.parametrize("subject", ["claim", "position"])
def test_an_open_flag_whose_subject_is_restricted_ends_and_is_raised_again_out_of_sight(
    world: World, issue: Issue, claim: Claim, subject: str
) -> None:
    position = in_a_position(world, issue, claim)
    taken_back(world, claim)
    run_pass()
    lines_before = told(world)[1]
    handle(world, claim if subject == "claim" else position, "restricted")
    run_pass()
    assert flagged() == [(issue.key, TODAY, "restricted")]
    assert told(world) == ([], lines_before)
    assert run_pass() == Passed(raised=0, cleared=0)


def test_a_claim_takes_its_flags_out_of_sight_at_once_and_not_only_with_the_next_pass(
    world: World, issue: Issue, claim: Claim
) -> None:
    in_a_position(world, issue, claim)
    taken_back(world, claim)
    run_pass()
    handle(world, claim, "restricted")
    assert told(world)[0] == []


def test_what_still_stands_openly_is_raised_again_openly(world: World, issue: Issue, claim: Claim) -> None:
    other = a_claim(world, issue)
    for row in (claim, other):
        in_a_position(world, issue, row)
        taken_back(world, row)
    run_pass()
    handle(world, claim, "restricted")
    run_pass()
    assert flagged() == [(issue.key, TODAY, "open")]


def test_an_issue_that_is_opened_does_not_show_what_it_was_flagged_for_before(world: World) -> None:
    issue = world.issue(status="negotiating", occurred_on=TODAY - 100 * DAY, handling="restricted")
    a_claim(world, issue, source=a_source(world, published_on=TODAY - 50 * DAY), handling="restricted")
    run_pass()
    issue.refresh_from_db()
    edit_issue(issue=issue, version=issue.version, values={"handling": "open"}, **by(world))
    assert told(world)[0] == []
    run_pass()
    assert flagged("silence") == [(issue.key, TODAY - 100 * DAY, "open")]
    assert [row["since"] for row in told(world)[0]] == [TODAY - 100 * DAY]  # type: ignore[attr-defined]


def test_a_silence_that_counted_from_a_claim_is_hidden_with_the_claim(world: World) -> None:
    issue = world.issue(status="negotiating", occurred_on=TODAY - 100 * DAY)
    claim = a_claim(world, issue, source=a_source(world, published_on=TODAY - 50 * DAY))
    run_pass()
    handle(world, claim, "restricted")
    assert told(world)[0] == []
    run_pass()
    assert [row["since"] for row in told(world)[0]] == [TODAY - 100 * DAY]  # type: ignore[attr-defined]


def test_a_quote_that_the_held_text_does_not_have_is_flagged_since_the_text_is_held(world: World, issue: Issue) -> None:
    source = a_source(world)
    wrong = a_claim(world, issue, source=source, quote="quite useful")
    a_claim(world, world.issue("Oil"), source=source, quote="very useful")
    run_pass()
    assert flagged("unmatched_quote") == []
    hold_text(source=source, text=TEXT, **by(world, at=NOW + DAY))
    run_pass()
    assert flagged("unmatched_quote") == [(issue.key, TODAY + DAY, "open")]
    taken_back(world, wrong)
    run_pass()
    assert flagged("unmatched_quote") == []
    ended = Flag.objects.get(rule="unmatched_quote")
    assert ended.cleared_why == "The claim was withdrawn or replaced."


def test_an_unmatched_quote_of_a_restricted_claim_is_flagged_for_the_cleared_alone(world: World, issue: Issue) -> None:
    source = a_source(world)
    a_claim(world, issue, source=source, quote="quite useful", handling="restricted")
    hold_text(source=source, text=TEXT, **by(world))
    run_pass()
    assert flagged("unmatched_quote") == [(issue.key, TODAY, "restricted")]
    assert told(world)[0] == []


def test_a_text_that_was_redacted_has_no_quotes_to_look_for(world: World, issue: Issue) -> None:
    source = a_source(world)
    a_claim(world, issue, source=source, quote="quite useful")
    hold_text(source=source, text=TEXT, **by(world))
    line = Event.objects.get(kind="source.text_held")
    redact(compartment=world.home, seq=line.seq, reason="Not ours to keep.", **by(world, "operator"))
    run_pass()
    assert flagged("unmatched_quote") == []


def test_thirty_findings_take_as_many_statements_as_one(world: World) -> None:
    taken = []
    for number in (1, 30):
        for _ in range(number):
            issue = world.issue()
            claim = a_claim(world, issue)
            in_a_position(world, issue, claim)
            taken_back(world, claim)
        with CaptureQueriesContext(connection) as statements:
            assert run_pass() == Passed(raised=number, cleared=0)
        taken.append(len(statements))
    assert taken[0] == taken[1]
