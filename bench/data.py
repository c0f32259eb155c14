"""A throwaway database with a hundred thousand issues. Never one that anybody keeps: it is made and removed here."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from tracker.models import Issue, Relationship, StatusChange

ISSUES = int(os.environ.get("BENCH_ISSUES", "100000"))
ROWS_PER_ISSUE = 3
NOW = dt.datetime(2026, 2, 9, 7, tzinfo=dt.UTC)
TODAY = NOW.date()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def timed(deed: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = deed()
    return time.perf_counter() - begin, result


@contextmanager
def database() -> Iterator[str]:
    """SQLite in a file, or the server that TEST_DATABASE_URL names; yields what it is."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    from django.db import connection

    former = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with connection.cursor() as cursor:
            version = "sqlite_version()" if connection.vendor == "sqlite" else "current_setting('server_version')"
            cursor.execute(f"SELECT {version}")
            yield f"{connection.display_name} {cursor.fetchone()[0]}"
    finally:
        connection.creation.destroy_test_db(former, verbosity=0)


def load() -> Relationship:
    """Each issue negotiating and silent for 100 to 399 days, each with its history of three rows."""
    from core.access import Access
    from tracker.actions.relationships import Side, create_relationship

    sides = [Side("US", "United States"), Side("CN", "China")]
    relationship = create_relationship(
        slug="us-cn", name="US - China", key_prefix="USCN", sides=sides, by=Access.system(), at=NOW
    )
    seconds, _ = timed(lambda: _fill(relationship))
    say(f"{ISSUES:,} issues with {ISSUES * ROWS_PER_ISSUE:,} rows of history, loaded in {seconds:.0f} s")
    return relationship


def _fill(relationship: Relationship) -> None:
    from tracker.models import Issue, StatusChange

    in_batches(Issue, (_issue(relationship, number) for number in range(1, ISSUES + 1)))
    known = list(Issue.objects.order_by("pk").values_list("pk", "number"))
    in_batches(StatusChange, (row for pk, number in known for row in _history(pk, number)))
    analyse()


def analyse() -> None:
    """What autovacuum does on a server that is kept; the tests' own is started without it. SQLite is left as it is."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def in_batches(model: Any, rows: Iterator[Any]) -> None:
    while batch := list(islice(rows, 5000)):
        model.objects.bulk_create(batch)


def _issue(relationship: Relationship, number: int) -> Issue:
    from tracker.models import Issue

    return Issue(
        relationship=relationship,
        number=number,
        key=f"USCN-{number}",
        title=f"Matter {number} between the two",
        status="negotiating",
        last_substantive_on=TODAY - _silence(number),
        created_at=NOW - dt.timedelta(days=600),
    )


def _silence(number: int) -> dt.timedelta:
    return dt.timedelta(days=100 + number % 300)


def _history(issue_id: int, number: int) -> Iterator[StatusChange]:
    from tracker.models import StatusChange

    former = ""
    for seq, (status, days) in enumerate([("raised", 200), ("discussing", 100), ("negotiating", 0)], start=1):
        at = NOW - _silence(number) - dt.timedelta(days=days)
        yield StatusChange(
            issue_id=issue_id,
            seq=seq,
            from_status=former,
            to_status=status,
            reason="Said in a statement.",
            occurred_on=at.date(),
            known_at=at,
            recorded_at=at,
        )
        former = status
