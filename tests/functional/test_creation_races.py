"""A new issue while another of its relationship is moved."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, connections

from tests.world import NOW, World
from tracker.actions import issues
from tracker.actions.statuses import change_status
from tracker.models import Issue, Relationship, StatusChange


@pytest.mark.parametrize("guarded", [True, False])
def test_a_creation_and_a_move_do_not_lock_each_other_out(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The creation holds its relationship's row and will need the ledger; the move holds the ledger and needs the key
    of that row at its commit. The control locks the key too, and PostgreSQL ends one of the two."""
    issue = committed_world.issue(status="raised")
    numbered, go_on = threading.Event(), threading.Event()
    original = issues._next_number

    def next_number(relationship: Relationship, handling: str) -> int:
        if not guarded:
            Relationship.objects.select_for_update().get(pk=relationship.pk)
        number = original(relationship, handling)
        numbered.set()
        go_on.wait(30)
        return number

    def create() -> Issue:
        monkeypatch.setattr(issues, "_next_number", next_number)
        try:
            return committed_world.issue("Oil")
        finally:
            connections.close_all()

    def move() -> StatusChange:
        by = committed_world.access("editor")
        day = dt.date(2026, 2, 8)
        try:
            return change_status(
                issue=issue, version=issue.version, to="discussing", reason="Said.", occurred_on=day, by=by, at=NOW
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        creation = pool.submit(create)
        assert numbered.wait(30)
        moving = pool.submit(move)
        moves_at_once = guarded and connection.vendor == "postgresql"
        wait([moving], timeout=30 if moves_at_once else 0.3)
        assert moving.done() == moves_at_once
        go_on.set()
    errors = [error for error in (creation.exception(), moving.exception()) if error is not None]
    assert len(errors) == (0 if guarded or connection.vendor == "sqlite" else 1)
