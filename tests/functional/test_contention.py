"""Deeds that take several issues, beside a move of one of them: nobody waits for somebody who waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from core.api.problems import error_of
from core.contention import conflict_of
from core.errors import Conflict
from tests.records import SYSTEM, a_claim, a_source
from tests.world import NOW, World
from tracker.actions import handling, history
from tracker.actions.handling import change_handling
from tracker.actions.sources import edit_source
from tracker.actions.statuses import change_status
from tracker.models import Issue

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")


def beside_a_move(monkeypatch: pytest.MonkeyPatch, issue: Issue, deed: Callable[[], Any]) -> list[BaseException]:
    """The move holds its issue, and goes on to what else it needs only when the deed waits or is done."""
    holds, go_on = threading.Event(), threading.Event()
    original = history._follow_history

    def pause(moved: Issue) -> None:
        holds.set()
        go_on.wait(30)
        original(moved)

    def closing(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    def move() -> Any:
        day = NOW.date()
        return change_status(
            issue=issue, version=issue.version, to="discussing", reason="Said.", occurred_on=day, by=SYSTEM, at=NOW
        )

    monkeypatch.setattr(history, "_follow_history", pause)
    with ThreadPoolExecutor(2) as pool:
        moving = pool.submit(closing, move)
        assert holds.wait(30)
        other = pool.submit(closing, deed)
        other_waits_or_is_done(other)
        go_on.set()
        return [error for error in (moving.exception(30), other.exception(30)) if error is not None]


def other_waits_or_is_done(other: Any) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(3000):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if other.done() or cursor.fetchone()[0]:
                return
    raise TimeoutError("the other deed neither waits nor ends")


def family(world: World) -> tuple[Issue, Any]:
    """A claim on a sub-issue, and one on its parent that responds to it."""
    parent = world.issue("Parent")
    child = world.issue("Child", parent=parent)
    first = a_claim(world, child)
    a_claim(world, parent, stance="denies", responds_to=first)
    child.refresh_from_db()
    return child, first


def test_a_claim_is_restricted_beside_a_move_of_its_sub_issue(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    child, claim = family(committed_world)
    errors = beside_a_move(
        monkeypatch, child, lambda: change_handling(record=claim, handling="restricted", by=SYSTEM, at=NOW)
    )
    assert errors == []


def test_issues_held_wave_by_wave_stand_still(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the parent is held before its sub-issue, and PostgreSQL ends one of the two. That is a
    conflict, and no fault of ours."""

    def parents_first(issues: Any) -> None:
        for issue in sorted(issues, key=lambda found: found.parent_id or 0):
            list(Issue.objects.select_for_update().filter(pk=issue.pk))

    child, claim = family(committed_world)
    monkeypatch.setattr(handling, "hold_issues", parents_first)
    errors = beside_a_move(
        monkeypatch, child, lambda: change_handling(record=claim, handling="restricted", by=SYSTEM, at=NOW)
    )
    assert len(errors) == 1
    assert isinstance(errors[0], OperationalError)
    assert isinstance(conflict_of(errors[0]), Conflict)
    assert isinstance(error_of(errors[0]), Conflict)


def test_a_source_is_renamed_and_restricted_beside_a_move(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue, source = committed_world.issue(), a_source(committed_world)
    a_claim(committed_world, issue, source)
    issue.refresh_from_db()
    values = {"title": "New", "handling": "restricted"}
    errors = beside_a_move(
        monkeypatch, issue, lambda: edit_source(source=source, version=1, values=values, by=SYSTEM, at=NOW)
    )
    assert errors == []
    source.refresh_from_db()
    assert (source.title, source.handling) == ("New", "restricted")
