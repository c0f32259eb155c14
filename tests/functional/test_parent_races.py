"""Two edits that concern the same parents at once: a parent takes its sub-issues' clock, so all of them write it."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from django.db import OperationalError, connection

from core.access import Access
from tests.together import together
from tests.world import NOW, World
from tracker import queries
from tracker.actions import issues as actions
from tracker.actions.issues import edit_issue
from tracker.actions.statuses import change_status
from tracker.models import Issue

LONG_AGO, YESTERDAY = dt.date(2025, 1, 1), dt.date(2026, 2, 8)


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each clock takes a while to set, so that two writers do meet."""
    original = queries._set_last_substantive

    def slowly(issue: Issue) -> None:
        original(issue)
        time.sleep(0.3)

    monkeypatch.setattr(queries, "_set_last_substantive", slowly)


def family(world: World, name: str) -> tuple[Issue, Issue]:
    parent = world.issue(name, occurred_on=LONG_AGO)
    return parent, world.issue(f"Part of {name}", parent=parent, occurred_on=LONG_AGO)


def adopt(child: Issue, parent: Issue | None, by: Access) -> Issue:
    return edit_issue(issue=child, version=child.version, values={"parent": parent}, by=by, at=NOW)


def exchange(world: World) -> list[Any]:
    """Each of two sub-issues goes to the other's parent."""
    (trade, soybeans), (energy, oil) = family(world, "Trade"), family(world, "Energy")
    by = world.access("editor")
    return together([lambda: adopt(soybeans, energy, by), lambda: adopt(oil, trade, by)])


def test_two_issues_that_exchange_their_parents_do_not_wait_for_each_other(committed_world: World) -> None:
    assert all(isinstance(result, Issue) for result in exchange(committed_world))


def test_without_an_order_of_the_locks_the_same_exchange_stands_still(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control, in which they do not queue for their relationship either. SQLite lets one transaction write
    at a time, and so knows no such standstill."""

    def the_new_parent_first(issue: Issue, *, former_parent: Issue | None = None) -> None:
        queries.recount_silence(issue)
        if former_parent is not None:
            queries._set_last_substantive(Issue.objects.select_for_update().get(pk=former_parent.pk))

    monkeypatch.setattr(actions, "hold_relationship", lambda relationship: None)
    monkeypatch.setattr(actions, "recount_silence", the_new_parent_first)
    results = exchange(committed_world)
    stood_still = any(isinstance(result, OperationalError) for result in results)
    assert stood_still == (connection.vendor == "postgresql"), results


def test_a_parent_that_loses_a_sub_issue_does_not_overlook_the_move_of_another(committed_world: World) -> None:
    trade, soybeans = family(committed_world, "Trade")
    oil = committed_world.issue("Oil", parent=trade, occurred_on=LONG_AGO)
    by = committed_world.access("editor")
    moved = {"to": "discussing", "reason": "Both spoke of it.", "occurred_on": YESTERDAY}
    together(
        [
            lambda: adopt(soybeans, None, by),
            lambda: change_status(issue=oil, version=oil.version, by=by, at=NOW, **moved),  # type: ignore[arg-type]
        ]
    )
    trade.refresh_from_db()
    assert trade.last_substantive_on == YESTERDAY
