"""Writers of the ledger, of members and of accounts at the same moment, each committing for real."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.db.models import QuerySet

from core import ledger, triggers
from core.access import Access
from core.actions import leaving, members
from core.actions.members import end_membership
from core.actions.redaction import redact
from core.errors import Conflict, InvalidInput
from core.ledger import Entry
from core.models import Compartment, Event, Membership, User
from core.verification import Head, verify_chain
from tests.together import together
from tests.world import NOW, World
from tracker.actions import history, issues
from tracker.actions.statuses import change_status

ON_POSTGRESQL = connection.vendor == "postgresql"
A_WHILE = 0.4
SYSTEM = Access.system()


def write(compartment: Compartment, by: Access = SYSTEM) -> int:
    with transaction.atomic():
        return ledger.record(compartment.pk, [Entry("a", "b", "c", {"n": [1, 2]})], by=by, at=NOW)[0].seq


class Held:
    """A transaction that has written a line and does not commit before it is told to."""

    def __init__(self, pool: ThreadPoolExecutor, compartment: Compartment, by: Access = SYSTEM) -> None:
        self.written, self.go_on = threading.Event(), threading.Event()
        self.future = pool.submit(alone, lambda: self._write(compartment, by))
        assert self.written.wait(30)

    def _write(self, compartment: Compartment, by: Access) -> int:
        with transaction.atomic():
            seq = write(compartment, by)
            self.written.set()
            self.go_on.wait(30)
        return seq

    def commit(self) -> Any:
        self.go_on.set()
        return self.future.result(30)


def alone(deed: Callable[[], Any]) -> Any:
    """In a thread, on a connection of its own that ends with it."""
    try:
        return deed()
    finally:
        connections.close_all()


def is_done(future: Future[Any]) -> bool:
    return bool(wait([future], timeout=A_WHILE).done)


def test_many_writers_leave_a_chain_without_a_gap(committed_world: World) -> None:
    home = committed_world.home
    before = Event.objects.filter(compartment=home).count()
    results = together([lambda: [write(home) for _ in range(10)] for _ in range(6)])
    assert sorted(seq for seqs in results for seq in seqs) == list(range(before + 1, before + 61))
    assert all(seqs == sorted(seqs) for seqs in results)
    found = verify_chain(home)
    assert isinstance(found, Head)
    assert found.seq == before + 60


def test_a_line_waits_until_the_one_before_it_is_committed(committed_world: World) -> None:
    """So numbers are in the order of commits: whoever has seen one has seen all before it."""
    home = committed_world.home
    with ThreadPoolExecutor(2) as pool:
        first = Held(pool, home)
        second = pool.submit(alone, lambda: write(home))
        assert not is_done(second)
        assert first.commit() + 1 == second.result(30)


def test_writers_of_two_relationships_do_not_wait_for_each_other(committed_world: World) -> None:
    """On PostgreSQL. SQLite has one writer at a time, whatever is written."""
    with ThreadPoolExecutor(2) as pool:
        held = Held(pool, committed_world.home)
        other = pool.submit(alone, lambda: write(committed_world.foreign))
        assert is_done(other) == ON_POSTGRESQL
        held.commit()
        assert other.result(30)


@pytest.mark.parametrize("guarded", [True, False])
def test_two_writers_who_both_read_the_head_would_write_one_number_twice(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The control reads the head without its lock; on PostgreSQL the second then finds its number taken."""
    if not guarded:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())
    meet(monkeypatch, guarded, (ledger, "_next_line"))
    results = together([lambda: write(committed_world.home)] * 2)
    refused = [result for result in results if isinstance(result, IntegrityError)]
    assert len(refused) == (1 if ON_POSTGRESQL and not guarded else 0), results
    assert isinstance(verify_chain(committed_world.home), Head)


def meet(monkeypatch: pytest.MonkeyPatch, guarded: bool, *places: tuple[Any, str]) -> None:
    """Two threads meet once, before these functions. Where a lock keeps one of them away, the other soon goes on; where
    none does, they wait for each other, however slow the machine is."""
    barrier, have_met = threading.Barrier(2), threading.Event()
    patience = 20 if ON_POSTGRESQL and not guarded else A_WHILE

    def meeting(original: Callable[..., Any]) -> Callable[..., Any]:
        def late(*args: Any, **kwargs: Any) -> Any:
            if not have_met.is_set():
                with contextlib.suppress(threading.BrokenBarrierError):
                    barrier.wait(patience)
                have_met.set()
            return original(*args, **kwargs)

        return late

    for module, name in places:
        monkeypatch.setattr(module, name, meeting(getattr(module, name)))


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_leads_who_put_each_other_out_one_stays(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    leads = Membership.objects.current().filter(compartment=committed_world.home, role="lead").select_related("user")
    one, other = leads
    if not guarded:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())
        # The head of the ledger has a lock of its own, which would order these two as well.
        monkeypatch.setattr(ledger, "record", lambda *_, **__: [])
    meet(monkeypatch, guarded, (members, "ended"))
    results = together(
        [
            lambda: end_membership(membership=one, by=Access.of(other.user), at=NOW),
            lambda: end_membership(membership=other, by=Access.of(one.user), at=NOW),
        ]
    )
    refused = [result for result in results if isinstance(result, InvalidInput)]
    both_gone = ON_POSTGRESQL and not guarded
    assert leads.all().count() == (0 if both_gone else 1)
    assert len(refused) == (0 if both_gone else 1), results


def test_of_two_redactions_of_one_line_the_second_finds_it_done(committed_world: World) -> None:
    issue = committed_world.issue()
    seq = Event.objects.get(subject_id=issue.key, kind="issue.status_changed").seq
    by = committed_world.access("operator")
    deed: Callable[[], Event] = lambda: redact(  # noqa: E731
        compartment=committed_world.home, seq=seq, reason="A slip.", by=by, at=NOW
    )
    results = together([deed, deed])
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Event"]
    assert any(isinstance(result, Conflict) for result in results)
    assert isinstance(verify_chain(committed_world.home), Head)


@pytest.mark.parametrize("guarded", [True, False])
def test_somebody_is_forgotten_while_they_still_write(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The writer holds a ledger that the other needs, and will need the key of the person's row at its commit. The
    control locks that key from the beginning, and PostgreSQL ends one of the two."""
    editor = committed_world.people["editor"]
    if not guarded:
        original = QuerySet.select_for_update
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: original(rows))

    def forget() -> User:
        return leaving.deactivate_user(user=editor, by=SYSTEM, at=NOW, anonymise=True)

    with ThreadPoolExecutor(2) as pool:
        held = Held(pool, committed_world.home, by=Access.of(editor))
        forgetting = pool.submit(alone, forget)
        assert not is_done(forgetting)
        held.go_on.set()
        errors = [error for error in (held.future.exception(30), forgetting.exception(30)) if error]
    assert len(errors) == (1 if ON_POSTGRESQL and not guarded else 0), errors
    assert all(isinstance(error, OperationalError) for error in errors)
    assert isinstance(verify_chain(committed_world.home), Head)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_sub_issue_is_created_while_its_parent_is_moved(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Both need the parent's row and the ledger. The control writes to the ledger before it has the row, which the seal
    of the sub-issue would hold, too."""
    parent = committed_world.issue()
    if not guarded:
        triggers.uninstall()
        monkeypatch.setattr(issues, "hold_parent", lambda issue: None)
    meet(monkeypatch, guarded, (issues, "append_rows"), (history, "_follow_history"))
    moved = {"to": "discussing", "reason": "Said.", "occurred_on": NOW.date()}
    results = together(
        [
            lambda: committed_world.issue("Oil", parent=parent),
            lambda: change_status(issue=parent, version=parent.version, by=SYSTEM, at=NOW, **moved),  # type: ignore[arg-type]
        ]
    )
    errors = [result for result in results if isinstance(result, OperationalError)]
    assert len(errors) == (1 if ON_POSTGRESQL and not guarded else 0), results
