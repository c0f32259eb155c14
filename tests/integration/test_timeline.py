"""Everything that happened or was said on an issue, in the order of happening or of recording."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.fuzzydates import exact, month
from tests.records import SYSTEM, a_claim, a_deadline, a_link, a_note, a_position, a_source, side
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.deadlines import DeadlineDraft, close_deadline, move_deadline
from tracker.actions.history import NewRow, append_rows
from tracker.actions.positions import PositionDraft, change_position, end_position
from tracker.actions.records import Entered, withdraw
from tracker.actions.statuses import change_status, correct_status
from tracker.models import Issue
from tracker.timeline import By, Entry, timeline

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(hours=1)
MOST_STATEMENTS = 8


def of(world: World, issue: Issue, name: str = "viewer", **asked: object) -> list[Entry]:
    return timeline(issue, world.access(name), **asked)  # type: ignore[arg-type]


def told(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.kind.value, entry.label) for entry in entries]


def full(world: World) -> Issue:
    """An issue with something of every kind."""
    issue, other = world.issue(occurred_on=dt.date(2026, 2, 1)), world.issue("Chips")
    claim = a_claim(world, issue, said_on=exact(dt.date(2026, 2, 3)), speaker_name="Guo Jiakun", modality="intends")
    a_position(world, issue, claim=claim, since=dt.date(2026, 2, 4))
    a_deadline(world, issue, claim=claim)
    a_note(issue, noted_on=dt.date(2026, 2, 6))
    a_link(issue, other, asserted_by=side(world, 2))
    return issue


def test_it_holds_what_happened_and_what_was_said_the_latest_first(world: World) -> None:
    entries = of(world, full(world))
    assert told(entries) == [
        ("link", "Given for USCN-2 Chips, as CN asserts"),
        ("note", "Verified, no change"),
        ("position", "US: demand"),
        ("deadline", "Set"),
        ("claim", "Guo Jiakun: intends"),
        ("status", "Raised"),
    ]
    assert [entry.happened_on.day for entry in entries] == [9, 6, 4, 3, 3, 1]
    assert {entry.who for entry in entries} == {"The system"}


def test_each_entry_names_its_sources(world: World) -> None:
    issue = world.issue()
    source = a_source(world)
    claim = a_claim(world, issue, source)
    a_position(world, issue, claim=claim)
    cite(change=issue.status_changes.get(), claims=[claim], by=SYSTEM, at=NOW)
    assert {entry.kind.value: entry.sources for entry in of(world, issue)} == {
        "claim": (source,),
        "position": (source,),
        "status": (source,),
    }


def test_by_recording_what_came_in_last_stands_first_whenever_it_happened(world: World) -> None:
    issue = world.issue()
    a_note(issue, noted_on=dt.date(2026, 1, 1), at=LATER)
    assert [entry.kind.value for entry in of(world, issue)] == ["status", "note"]
    assert [entry.kind.value for entry in of(world, issue, by=By.RECORDED)] == ["note", "status"]


def test_a_late_entry_shows_when_it_was_known(world: World) -> None:
    issue = world.issue()
    known = dt.datetime(2026, 2, 5, 12, tzinfo=dt.UTC)
    a_claim(world, issue, entered=Entered(known_at=known))
    claim = next(entry for entry in of(world, issue) if entry.kind.value == "claim")
    assert (claim.known_at, claim.recorded_at) == (known, NOW)


def test_since_a_day_leaves_out_what_happened_before_it(world: World) -> None:
    issue = full(world)
    assert [entry.happened_on.day for entry in of(world, issue, since=dt.date(2026, 2, 4))] == [9, 6, 4]
    assert len(of(world, issue, since=dt.date(2026, 2, 9), by=By.RECORDED)) == 6
    assert of(world, issue, since=dt.date(2026, 2, 10), by=By.RECORDED) == []


def test_only_what_moved_leaves_statuses_positions_and_moved_deadlines(world: World) -> None:
    issue = full(world)
    deadline = issue.deadlines.get()
    draft = DeadlineDraft(issue, deadline.what, exact(dt.date(2026, 5, 1)))
    move_deadline(deadline=deadline, draft=draft, reason="Asked for time.", by=SYSTEM, at=LATER)
    moved = of(world, issue, only_moved=True)
    assert told(moved) == [("deadline", "Moved"), ("position", "US: demand"), ("status", "Raised")]
    assert (moved[0].before, moved[0].text) == ("in April (April 2026)", "An answer: 1 May 2026")


def test_a_deadline_that_is_over_says_what_became_of_it(world: World) -> None:
    issue = world.issue()
    deadline = a_deadline(world, issue, due=month(2026, 1))
    day = dt.date(2026, 1, 31)
    close_deadline(deadline=deadline, outcome="missed", closed_on=day, reason="No reply.", by=SYSTEM, at=NOW)
    missed = of(world, issue)[-1]
    assert (missed.label, missed.happened_on) == ("Missed", day)
    assert missed.text == "An answer: January 2026 (No reply.)"


def test_a_changed_position_is_one_entry_with_what_was_held_before(world: World) -> None:
    issue = world.issue()
    old = a_position(world, issue, text="More.")
    draft = PositionDraft(issue=issue, party=old.party, kind="demand", text="Less.", claim=old.claim, since=NOW.date())
    change_position(position=old, draft=draft, reason="Softened.", by=SYSTEM, at=LATER)
    positions = [(e.text, e.before) for e in of(world, issue) if e.kind.value == "position"]
    assert positions == [("Less.", "More."), ("More.", "")]


def test_a_position_given_up_is_an_entry_of_its_own(world: World) -> None:
    issue = world.issue()
    position = a_position(world, issue)
    end_position(position=position, until=NOW.date(), reason="Given up.", by=SYSTEM, at=LATER)
    assert told(of(world, issue))[0] == ("position", "US: demand given up")


def test_what_was_withdrawn_or_replaced_stays_and_says_why(world: World) -> None:
    issue = world.issue()
    withdraw(record=a_claim(world, issue), reason="A slip.", by=SYSTEM, at=NOW)
    correct_status(
        issue=issue, version=Issue.objects.get().version, seq=1, to="watch", reason="Nobody raised it.",
        occurred_on=dt.date(2026, 2, 2), by=SYSTEM, at=LATER,
    )  # fmt: skip
    void = {entry.key: entry.void for entry in of(world, issue)}
    assert void == {"USCN-Q1": "Withdrawn: A slip.", "USCN-1-H1": "Replaced by USCN-1-H2", "USCN-1-H2": ""}


def test_a_move_of_the_status_says_from_what_and_a_void_row_what_it_voids(world: World) -> None:
    issue = world.issue()
    day = dt.date(2026, 2, 5)
    change_status(
        issue=issue, version=Issue.objects.get().version, to="stalled", reason="x", occurred_on=day, by=SYSTEM, at=NOW
    )
    void = NewRow(to="", reason="A misreading.", occurred_on=day, supersedes=2)
    append_rows(issue=issue, version=Issue.objects.get().version, rows=[void], by=SYSTEM, at=LATER)
    assert [(entry.before, entry.label) for entry in of(world, issue)][:2] == [("", "Voids H2"), ("Raised", "Stalled")]


def test_what_is_restricted_is_there_for_the_cleared_alone(world: World) -> None:
    issue = world.issue()
    kept: dict[str, Any] = {"handling": "restricted"}
    claim = a_claim(world, issue, **kept)
    cite(change=issue.status_changes.get(), claims=[claim], by=SYSTEM, at=NOW)
    a_position(world, issue, claim=claim)
    a_deadline(world, issue, **kept)
    a_note(issue, **kept)
    a_link(issue, world.issue("Chips"), **kept)
    assert told(of(world, issue)) == [("status", "Raised")]
    assert of(world, issue)[0].sources == ()
    cleared = of(world, issue, "cleared_viewer")
    assert [entry.restricted for entry in cleared] == [True] * 5 + [False]
    assert cleared[-1].sources == (claim.source,)


def test_it_costs_as_many_statements_however_long_it_is(world: World) -> None:
    issue, costs = full(world), []
    access = world.access("viewer")
    for _ in range(2):
        with CaptureQueriesContext(connection) as statements:
            timeline(issue, access)
        costs.append(len(statements))
        for _ in range(5):
            a_position(world, issue)
            a_deadline(world, issue, claim=a_claim(world, issue))
            a_note(issue)
    assert costs[0] == costs[1] <= MOST_STATEMENTS
