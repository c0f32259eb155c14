"""An import beside other writers, each committing for real."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from core.access import Access
from core.ledger import Entry
from tests.dossiers import SMALL, bring_in
from tests.together import together
from tests.world import NOW, World
from tracker.actions import history
from tracker.actions.statuses import change_status
from tracker.dossiers import relationship as section
from tracker.dossiers.importing import Imported
from tracker.models import Issue, Relationship, StatusChange

TITLES = """\
dossier: 1
relationship: {slug: us-cn, name: United States – China, key_prefix: USCN, parties: []}
issues:
  - {key: USCN-1, title: Grain}
  - {key: USCN-2, title: Wheat}
"""


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_of_one_file_one_makes_everything_and_the_other_finds_it() -> None:
    results = together([lambda: bring_in(SMALL), lambda: bring_in(SMALL)])
    assert all(isinstance(result, Imported) for result in results), results
    assert sorted(result.changed for result in results) == [False, True]
    assert (Relationship.objects.count(), Issue.objects.count()) == (1, 2)


def import_beside_a_slow_move(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """An editor has claimed the second issue and goes on to the ledger a second later; meanwhile an import begins that
    edits the first issue, and then the second."""
    issues = [world.issue(title, status="raised") for title in ("One", "Two")]
    claimed = threading.Event()
    original: Callable[..., list[Entry]] = history.row_entries

    def slowly(*args: Any) -> list[Entry]:
        claimed.set()
        time.sleep(1)
        return original(*args)

    monkeypatch.setattr(history, "row_entries", slowly)

    def move() -> StatusChange:
        issue = Issue.objects.get(pk=issues[1].pk)
        day, by = dt.date(2026, 2, 8), Access.system()
        return change_status(
            issue=issue, version=issue.version, to="discussing", reason="Said.", occurred_on=day, by=by, at=NOW
        )

    def bring() -> Imported:
        claimed.wait(30)
        return bring_in(TITLES)

    return together([move, bring])


def test_an_import_and_a_move_wait_for_each_other_and_both_are_done(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = import_beside_a_slow_move(committed_world, monkeypatch)
    assert not [result for result in results if isinstance(result, Exception)]
    moved = Issue.objects.get(key="USCN-2")
    assert (moved.title, moved.status) == ("Wheat", "discussing")


def test_without_its_locks_beforehand_the_same_import_and_move_stand_still_with_each_other(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. On SQLite there is one writer at a time, and nothing to stand still with."""
    monkeypatch.setattr(section, "hold", lambda _: None)
    results = import_beside_a_slow_move(committed_world, monkeypatch)
    stuck = [result for result in results if isinstance(result, OperationalError)]
    assert bool(stuck) == (connection.vendor == "postgresql"), results
