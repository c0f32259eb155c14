"""Two writers of one issue, at the same moment, each committing for real."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db.models import F

from core.access import Access
from core.errors import Conflict
from tests.together import together
from tests.world import NOW, World
from tracker.actions import history
from tracker.actions.statuses import change_status
from tracker.models import Issue, StatusChange

YESTERDAY = dt.date(2026, 2, 8)


def mover(issue: Issue, version: int, to: str, by: Access, occurred_on: dt.date = YESTERDAY) -> Callable[[], object]:
    """What one editor does who has the page open in that version."""

    def move() -> object:
        row = Issue.objects.get(pk=issue.pk)
        return change_status(issue=row, version=version, to=to, reason="Said.", occurred_on=occurred_on, by=by, at=NOW)

    return move


def test_of_two_moves_from_one_version_one_is_made_and_the_other_is_a_conflict(committed_world: World) -> None:
    issue = committed_world.issue(status="raised")
    by = committed_world.access("editor")
    results = together([mover(issue, issue.version, to, by) for to in ("discussing", "negotiating")])
    made = [result for result in results if isinstance(result, StatusChange)]
    refused = [result for result in results if isinstance(result, Conflict)]
    assert (len(made), len(refused)) == (1, 1), results
    assert Issue.objects.get().status == made[0].to_status


def test_without_the_claim_by_version_the_same_race_makes_both_moves(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the test above fails where the guard is gone."""

    def unguarded(issue: Issue, version: int) -> None:
        Issue.objects.filter(pk=issue.pk).update(version=F("version") + 1)
        issue.refresh_from_db()

    monkeypatch.setattr(history, "claim_version", unguarded)
    issue = committed_world.issue(status="raised")
    by = committed_world.access("editor")
    results = together([mover(issue, issue.version, to, by) for to in ("discussing", "negotiating")])
    # Both may be legal one after the other; then the slower editor has overwritten what they never saw.
    assert not any(isinstance(result, Conflict) for result in results)


def test_of_two_children_that_move_at_once_the_parent_overlooks_neither(committed_world: World) -> None:
    parent = committed_world.issue("Trade", occurred_on=dt.date(2025, 1, 1))
    children = [
        committed_world.issue(title, parent=parent, occurred_on=dt.date(2025, 1, 2)) for title in ("Soybeans", "Oil")
    ]
    by = committed_world.access("editor")
    days = [dt.date(2026, 2, 7), YESTERDAY]
    results = together(
        [
            mover(child, child.version, "discussing", by, occurred_on=day)
            for child, day in zip(children, days, strict=True)
        ]
    )
    assert all(isinstance(result, StatusChange) for result in results), results
    parent.refresh_from_db()
    assert parent.last_substantive_on == YESTERDAY
