"""Two who write about one issue at once: its clock of silence overlooks neither."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from django.db import OperationalError, connection

from core.fuzzydates import FuzzyDate
from tests.records import a_claim, a_source
from tests.together import together
from tests.world import NOW, World
from tracker.actions import claims, notes
from tracker.actions.notes import NoteDraft, add_note
from tracker.models import Issue

BEGAN, EARLIER, LATER = dt.date(2025, 1, 1), dt.date(2026, 2, 3), dt.date(2026, 2, 5)


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading what there is and setting the clock a while goes by: longer for the earlier of the two days."""
    original = Issue.save

    def slowly(issue: Issue, **options: Any) -> None:
        if options.get("update_fields") == ["last_substantive_on"] and issue.last_substantive_on != BEGAN:
            time.sleep(0.3 if issue.last_substantive_on == LATER else 1)
        original(issue, **options)

    monkeypatch.setattr(Issue, "save", slowly)


def write_at_once(world: World) -> tuple[Issue, list[Exception]]:
    """One records what was said, the other that nothing was found on a day before."""
    issue, by, source = world.issue(occurred_on=BEGAN), world.access("editor"), a_source(world)
    note = NoteDraft(issues=[issue], kind="no_change", searched="The web.", noted_on=EARLIER)
    copy = Issue.objects.get(pk=issue.pk)
    deeds: list[Any] = [
        lambda: a_claim(world, copy, source=source, said_on=FuzzyDate(LATER, LATER)),
        lambda: add_note(draft=note, by=by, at=NOW),
    ]
    results = together(deeds)
    issue.refresh_from_db()
    return issue, [result for result in results if isinstance(result, Exception)]


def test_the_clock_is_that_of_the_later_of_the_two(committed_world: World) -> None:
    issue, refused = write_at_once(committed_world)
    assert (issue.last_substantive_on, refused) == (LATER, [])


def test_without_the_locks_the_slower_sets_it_back_or_neither_gets_on(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control. Each has come to rest on the issue, which the other's guard then holds against it. SQLite
    lets one transaction write at a time."""
    for module in (claims, notes):
        monkeypatch.setattr(module, "hold_relationship", lambda relationship: None)
        monkeypatch.setattr(module, "hold_issues", lambda issues: None)
    issue, refused = write_at_once(committed_world)
    went_wrong = issue.last_substantive_on == EARLIER or any(isinstance(error, OperationalError) for error in refused)
    assert went_wrong == (connection.vendor == "postgresql")
