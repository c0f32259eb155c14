"""Passes that meet each other, an editor, or their end half way; each commits for real."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, models
from django.db.models import Count

from core import locks
from core.access import Access
from core.models import Event, JobRun
from tests.together import together
from tests.world import NOW, World
from tracker.actions import flags
from tracker.actions.flags import run_pass, update_flags
from tracker.actions.issues import edit_issue
from tracker.models import Flag, Issue

TODAY = NOW.date()
LONG_AGO = TODAY - dt.timedelta(days=100)
DEADLINE = 30
Submit = Callable[[Callable[[], Any]], "Future[Any]"]


@pytest.fixture
def submit() -> Iterator[Submit]:
    """Runs a deed in a thread with a connection of its own."""

    def closing(deed: Callable[[], Any]) -> Any:
        try:
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        yield lambda deed: pool.submit(closing, deed)


@pytest.fixture
def quiet(committed_world: World) -> list[Issue]:
    return [committed_world.issue(status="negotiating", occurred_on=LONG_AGO) for _ in range(5)]


class Halt:
    """Holds the first pass that comes to its ledger: by then its flags are written, and not committed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        original, first = flags._record, iter([True])

        def record(**given: Any) -> None:
            if next(first, False):
                self.reached.set()
                self.go_on.wait(DEADLINE)
            original(**given)

        monkeypatch.setattr(flags, "_record", record)

    @contextmanager
    def holding(self, submit: Submit) -> Iterator[Future[Any]]:
        passing = submit(lambda: a_pass(0))
        assert self.reached.wait(DEADLINE)
        try:
            yield passing
        finally:
            self.go_on.set()
            passing.result(DEADLINE)


def a_pass(minute: int) -> JobRun | None:
    at = NOW + dt.timedelta(minutes=minute)
    return run_pass(slot=at.isoformat(), at=at, as_of=TODAY)


def doubles() -> int:
    standing = Flag.objects.standing().order_by().values("subject_kind", "subject_id", "rule")
    return standing.annotate(number=Count("pk")).filter(number__gt=1).count()


@contextmanager
def without(model: type[models.Model], name: str) -> Iterator[None]:
    """The database without one constraint; the rows are removed before it comes back."""
    known = model._meta.constraints
    constraint = next(found for found in known if found.name == name)
    model._meta.constraints = [found for found in known if found is not constraint]
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        model._base_manager.all().delete()
        model._meta.constraints = known
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def race_without_other_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two passes that wait for no lock and look for no standing flag: what is left is the constraint."""
    monkeypatch.setattr(locks, "wait_lock", lambda name: None)
    monkeypatch.setattr(flags, "_standing", lambda rule: Flag.objects.none())
    instants = [NOW, NOW + dt.timedelta(seconds=1)]
    results = together([lambda at=at: update_flags(by=Access.system(), at=at, as_of=TODAY) for at in instants])  # type: ignore[misc]
    assert not [result for result in results if isinstance(result, Exception)]


def test_two_passes_at_once_raise_each_flag_once(quiet: list[Issue], monkeypatch: pytest.MonkeyPatch) -> None:
    race_without_other_guards(monkeypatch)
    assert (Flag.objects.standing().count(), doubles()) == (5, 0)


def test_without_the_constraint_two_passes_at_once_double_them(
    quiet: list[Issue], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    with without(Flag, "flag_one_standing_per_subject_and_rule"):
        race_without_other_guards(monkeypatch)
        assert doubles() == 5


def test_many_workers_at_once_raise_each_flag_once_and_say_so_once(quiet: list[Issue]) -> None:
    results = together([lambda minute=minute: a_pass(minute) for minute in range(6)])  # type: ignore[misc]
    assert not [result for result in results if isinstance(result, Exception)], results
    assert (Flag.objects.count(), doubles()) == (5, 0)
    assert [event.changes for event in Event.objects.filter(kind="flags.updated")] == [{"raised": [None, 5]}]


def test_a_second_pass_does_not_wait_for_the_first(
    quiet: list[Issue], submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite it does, since there all writers wait for one another; then it finds nothing to do."""
    with Halt(monkeypatch).holding(submit):
        second = submit(lambda: a_pass(1))
        wait([second], timeout=DEADLINE if connection.vendor == "postgresql" else 0.3)
        assert second.done() == (connection.vendor == "postgresql")
    run = second.result(DEADLINE)
    assert run.outcome == (
        {"skipped": "another run was at work"} if connection.vendor == "postgresql" else {"raised": 0, "cleared": 0}
    )
    assert (Flag.objects.count(), doubles()) == (5, 0)


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_beats_with_one_slot_one_runs(
    quiet: list[Issue], monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Both have seen that the slot is free before either takes it. Without the constraint, both do."""
    both_looked = threading.Barrier(2)
    original = type(JobRun.objects.all()).get

    def get(self: Any, *args: Any, **given: Any) -> JobRun:
        try:
            return original(self, *args, **given)
        except JobRun.DoesNotExist:
            both_looked.wait(DEADLINE)
            raise

    monkeypatch.setattr(type(JobRun.objects.all()), "get", get)
    if guarded:
        results = together([lambda: a_pass(0), lambda: a_pass(0)])
        assert sorted(map(type, results), key=str) == sorted([JobRun, type(None)], key=str), results
    else:
        with without(JobRun, "jobrun_once_per_slot"):
            results = together([lambda: a_pass(0), lambda: a_pass(0)])
            assert [type(result) for result in results] == [JobRun, JobRun], results


def test_an_edit_during_a_pass_waits_for_no_pass_and_neither_is_lost(
    committed_world: World, quiet: list[Issue], submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = committed_world.access("editor")
    with Halt(monkeypatch).holding(submit):
        edit = submit(lambda: edit_issue(issue=quiet[0], version=2, values={"title": "Soya"}, by=by, at=NOW))
        wait([edit], timeout=DEADLINE if connection.vendor == "postgresql" else 0.3)
        assert edit.done() == (connection.vendor == "postgresql")
    edit.result(DEADLINE)
    issue = Issue.objects.get(pk=quiet[0].pk)
    assert (issue.title, issue.version, issue.last_substantive_on) == ("Soya", 3, LONG_AGO)
    assert Flag.objects.standing().filter(subject_id=issue.pk).count() == 1
    seqs = Event.objects.filter(compartment=committed_world.home).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, len(seqs) + 1))


@pytest.mark.parametrize("guarded", [True, False])
def test_an_issue_restricted_during_a_pass_gets_no_open_flag(
    committed_world: World, quiet: list[Issue], submit: Submit, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The edit cannot see the flag that the pass has not committed, and so waits for it. The control does not; only
    PostgreSQL lets it write meanwhile."""
    by = committed_world.access("cleared_lead")
    halt = Halt(monkeypatch)
    with halt.holding(submit):
        if not guarded:
            monkeypatch.setattr(locks, "wait_lock", lambda name: None)
        values = {"handling": "restricted"}
        edit = submit(lambda: edit_issue(issue=quiet[0], version=2, values=values, by=by, at=NOW))
        may_write = not guarded and connection.vendor == "postgresql"
        wait([edit], timeout=DEADLINE if may_write else 0.3)
        assert edit.done() == may_write
    edit.result(DEADLINE)
    leaked = Flag.objects.visible_to(committed_world.access("lead")).filter(subject_id=quiet[0].pk)
    assert leaked.exists() == may_write
