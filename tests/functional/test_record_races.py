"""Two people at once upon the same records: numbers, origins, withdrawals. Each guard with its negative control."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from core import triggers
from core.errors import Conflict, InvalidInput
from tests.records import SYSTEM, a_claim, a_source
from tests.together import together
from tests.world import NOW, World
from tracker.actions import citations, claims, links, records, sources
from tracker.actions.citations import cite
from tracker.actions.links import link_same_matter
from tracker.actions.records import withdraw
from tracker.actions.sources import edit_source
from tracker.models import Claim, Record, Source

ON_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")


def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (claims, records, sources):
        monkeypatch.setattr(module, "hold_relationship", lambda relationship: None)
        if hasattr(module, "hold_issues"):
            monkeypatch.setattr(module, "hold_issues", lambda issues: None)


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_who_withdraw_a_claim_at_once_one_gets_a_conflict(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The control writes without a condition, and without the trigger that lets a closing column be written once."""
    if not guarded:
        triggers.uninstall()
        monkeypatch.setattr(records, "close", overwrite)
    key = a_claim(committed_world, committed_world.issue()).key

    one, other = Claim.objects.get(key=key), Claim.objects.get(key=key)
    results = together(
        [
            lambda: withdraw(record=one, reason="Misheard.", by=SYSTEM, at=NOW),
            lambda: withdraw(record=other, reason="Mistranslated.", by=SYSTEM, at=NOW),
        ]
    )
    refused = [result for result in results if isinstance(result, Conflict)]
    assert len(refused) == (1 if guarded else 0), results


def overwrite(record: Record, values: dict[str, Any], otherwise: str) -> None:
    type(record)._default_manager.filter(pk=record.pk).update(**values)
    for name, value in values.items():
        setattr(record, name, value)


def test_ten_claims_at_once_get_ten_numbers(committed_world: World) -> None:
    issue, source = committed_world.issue(), a_source(committed_world)
    results = together([lambda: a_claim(committed_world, issue, source)] * 10)
    assert sorted(claim.number for claim in results) == list(range(1, 11))


@ON_POSTGRESQL
def test_without_the_lock_of_the_relationship_two_claims_want_one_number(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    unguarded(monkeypatch)
    issue, source = committed_world.issue(), a_source(committed_world)
    numbered = threading.Barrier(2)
    original = records.numbered

    def wait_for_the_other(*args: Any) -> Any:
        found = original(*args)
        numbered.wait(30)
        return found

    monkeypatch.setattr(claims, "numbered", wait_for_the_other)
    results = together([lambda: a_claim(committed_world, issue, source)] * 2)
    assert sum(isinstance(result, Exception) for result in results) == 1


@pytest.mark.parametrize("guarded", [True, pytest.param(False, marks=ON_POSTGRESQL)])
def test_two_who_make_two_sources_each_others_origin_do_not_close_a_circle(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The first has looked and not committed when the second begins; under the lock the second waits, and then sees.
    The control takes the triggers away too, which lock the row that is rested on."""
    if not guarded:
        unguarded(monkeypatch)
        triggers.uninstall()
    one, other = a_source(committed_world, "One"), a_source(committed_world, "Other")
    looked, go_on = threading.Event(), threading.Event()
    original = sources._check_origin

    def look(source: Source) -> None:
        original(source)
        if source.pk == one.pk:
            looked.set()
            go_on.wait(30)

    def edit(source: Source, origin: Source) -> None:
        try:
            edit_source(source=source, version=1, values={"derives_from": origin}, by=SYSTEM, at=NOW)
        finally:
            connections.close_all()

    monkeypatch.setattr(sources, "_check_origin", look)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(edit, one, other)
        assert looked.wait(30)
        second = pool.submit(edit, other, one)
        wait([second], timeout=30 if not guarded else 0.3)
        assert second.done() == (not guarded)
        go_on.set()
        assert first.exception(30) is None
    assert isinstance(second.exception(), InvalidInput) == guarded
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.origin_id == other.pk and other.origin_id == one.pk) == (not guarded)


@pytest.mark.parametrize("guarded", [True, pytest.param(False, marks=ON_POSTGRESQL)])
def test_of_two_who_link_the_same_matter_at_once_one_gets_a_conflict(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The control takes the lock away: then the constraint refuses the second, in words that are nobody's."""
    looked = threading.Barrier(2)
    if not guarded:
        monkeypatch.setattr(links, "hold_issues", lambda issues: looked.wait(30))
    one, other = committed_world.issue(), committed_world.issue(foreign=True)
    results = together([lambda: link_same_matter(one=one, other=other, by=SYSTEM, at=NOW)] * 2)
    assert sum(isinstance(result, Conflict) for result in results) == (1 if guarded else 0), results
    assert sum(isinstance(result, IntegrityError) for result in results) == (0 if guarded else 1), results


@pytest.mark.parametrize("guarded", [True, pytest.param(False, marks=ON_POSTGRESQL)])
def test_two_who_cite_the_same_claim_at_once_cite_it_once(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    looked = threading.Barrier(2)
    if not guarded:
        monkeypatch.setattr(citations, "hold_relationship", lambda relationship: looked.wait(30))
    issue = committed_world.issue()
    claim, move = a_claim(committed_world, issue), issue.status_changes.get()
    results = together([lambda: cite(change=move, claims=[claim], by=SYSTEM, at=NOW)] * 2)
    assert [isinstance(result, IntegrityError) for result in results].count(True) == (0 if guarded else 1), results
    assert list(move.claims.all()) == [claim]
