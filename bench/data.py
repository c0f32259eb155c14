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
# Every so manieth issue has claims, so many each; every so manieth of these has a near deadline, and a position that
# rests on a claim that was withdrawn.
WITH_CLAIMS, CLAIMS_PER_ISSUE, RESTING = 3, 3, 500
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
    seconds, number = timed(lambda: load_claims(relationship))
    say(f"{number:,} claims with what rests on them, loaded in {seconds:.0f} s")
    return relationship


def _fill(relationship: Relationship) -> None:
    from tracker.models import Issue, StatusChange

    in_batches(Issue, (_issue(relationship, number) for number in range(1, ISSUES + 1)))
    known = list(Issue.objects.order_by("pk").values_list("pk", "number"))
    in_batches(StatusChange, (row for pk, number in known for row in _history(pk, number)))
    analyse()


def load_claims(relationship: Relationship) -> int:
    """From one source with a held text, of which every quote has its place but those of the withdrawn."""
    from tracker.models import Claim, Deadline, Issue, Position, Source, SourceText

    own = {"relationship": relationship, "number": 1, "title": "A paper", "kind": "outlet", "reliability": "C"}
    source = Source.objects.create(
        key="USCN-S1", retrieved_on=TODAY, text_sha256="0" * 64, created_at=NOW, language="en", **own
    )
    SourceText.objects.create(source=source, text="Said.", sha256="0" * 64, held_at=NOW)
    known = list(Issue.objects.order_by("pk").values_list("pk", "number"))[::WITH_CLAIMS]
    in_batches(Claim, (row for pk, number in known for row in _claims(relationship, source.pk, pk, number)))
    withdrawn = dict(Claim.objects.exclude(withdrawn_at=None).values_list("issue", "pk"))
    party = relationship.parties.get(side=1).pk
    for number, (issue, claim) in enumerate(withdrawn.items(), start=1):
        on = {"issue_id": issue, "claim_id": claim, **_numbered(relationship, number)}
        on |= {"known_at": NOW, "recorded_at": NOW}
        Position.objects.create(**on | {"key": f"USCN-P{number}"}, party_id=party, kind="demand", text="x", since=TODAY)
        Deadline.objects.create(
            **on | {"key": f"USCN-D{number}"}, what="x", kind="agreed", due_earliest=TODAY, due_latest=TODAY
        )
    return Claim.objects.count()


def _numbered(relationship: Relationship, number: int) -> dict[str, Any]:
    return {"relationship": relationship, "number": number}


def _claims(relationship: Relationship, source: int, issue: int, number: int) -> Iterator[Any]:
    from tracker.models import Claim

    at = NOW - _silence(number)
    for place in range(CLAIMS_PER_ISSUE):
        is_withdrawn = place == 0 and number % RESTING == 1
        own_number = number * CLAIMS_PER_ISSUE + place
        yield Claim(
            **_numbered(relationship, own_number),
            key=f"USCN-Q{own_number}",
            source_id=source,
            issue_id=issue,
            summary="Said in a statement, as the paper has it.",
            quote="Said.",
            quote_start=None if is_withdrawn else 0,
            quote_end=None if is_withdrawn else 5,
            capacity="narrator",
            happened_on=at.date(),
            known_at=at,
            recorded_at=at,
            withdrawn_at=NOW if is_withdrawn else None,
            withdrawal_reason="Misread." if is_withdrawn else "",
        )


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
