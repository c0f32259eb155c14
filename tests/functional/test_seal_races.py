"""A row comes to rest on another while that is being restricted: each of the two alone would pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, models, transaction

from core import triggers
from core.triggers import postgres
from tests.sealed_rows import COVER, Rows, copy, sealed_rows
from tests.world import World
from tracker.models import Claim, Issue, Note, Source

A_WHILE = 0.4
ON_POSTGRESQL = connection.vendor == "postgresql"
Deed = Callable[[], object]
Pair = tuple[Deed, Deed]


def handle(row: models.Model, handling: str) -> int:
    return type(row)._default_manager.filter(pk=row.pk).update(handling=handling)


def a_claim_and_its_source(rows: Rows) -> Pair:
    source = copy(rows[Source])
    return lambda: copy(rows[Claim], source_id=source.pk), lambda: handle(source, "restricted")


def a_cover_and_its_issue(rows: Rows) -> Pair:
    note, issue = copy(rows[Note]), copy(rows[Issue])
    return lambda: copy(rows[COVER], note_id=note.pk, issue_id=issue.pk), lambda: handle(issue, "restricted")


def a_note_that_is_opened_and_its_issue(rows: Rows) -> Pair:
    note, issue = copy(rows[Note], handling="restricted"), copy(rows[Issue])
    copy(rows[COVER], note_id=note.pk, issue_id=issue.pk)
    return lambda: handle(note, "open"), lambda: handle(issue, "restricted")


def a_cover_of_a_note_that_is_opened(rows: Rows) -> Pair:
    note, issue = copy(rows[Note], handling="restricted"), copy(rows[Issue], handling="restricted")
    return lambda: copy(rows[COVER], note_id=note.pk, issue_id=issue.pk), lambda: handle(note, "open")


PAIRS = [
    a_claim_and_its_source,
    a_cover_and_its_issue,
    a_note_that_is_opened_and_its_issue,
    a_cover_of_a_note_that_is_opened,
]


@pytest.fixture(params=[True, False], ids=["guarded", "unguarded"])
def guarded(request: pytest.FixtureRequest, committed_world: World) -> Iterator[bool]:
    """The control looks without holding what it rests on."""
    with pytest.MonkeyPatch.context() as patch:
        if not request.param:
            patch.setattr(postgres, "_hold", lambda guard: "")
            triggers.install()
        yield bool(request.param)
    triggers.install()


@pytest.mark.parametrize("first", [0, 1], ids=["rests-first", "restricted-first"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_of_two_that_would_leave_an_open_row_on_a_restricted_one_the_second_is_refused(
    committed_world: World, guarded: bool, pair: Callable[[Rows], Pair], first: int
) -> None:
    deeds = pair(sealed_rows(committed_world.home))
    early, late = overlapping(deeds[first], deeds[1 - first])
    assert early is None
    assert (late is None) == (ON_POSTGRESQL and not guarded)
    assert late is None or isinstance(late, IntegrityError)


def overlapping(early: Deed, late: Deed) -> tuple[BaseException | None, BaseException | None]:
    """What each of two transactions ended with. The late one begins when the early one has written; that commits when
    the late one is done, or is seen to wait."""
    written, done = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            early()
            written.set()
            done.wait(A_WHILE)

    def second() -> None:
        assert written.wait(30)
        try:
            with transaction.atomic():
                late()
        finally:
            done.set()

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(alone, deed) for deed in (first, second)]
        early_error, late_error = (future.exception(60) for future in futures)
    return early_error, late_error


def alone(deed: Callable[[], None]) -> None:
    """On a connection of its own that ends with it."""
    try:
        deed()
    finally:
        connections.close_all()
