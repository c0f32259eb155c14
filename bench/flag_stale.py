"""How long the stale pass takes over a hundred thousand issues, beside the least SQL that could do it.

python -m bench.flag_stale                              SQLite
python -m tests.servers -- python -m bench.flag_stale   PostgreSQL, as the tests start it
"""

from __future__ import annotations

import datetime as dt
import resource
from itertools import count
from typing import Any

from bench.data import NOW, TODAY, analyse, database, load, say, timed

minutes = count()
INCREMENT = 300


def a_pass() -> Any:
    from tracker.actions.flags import run_pass

    minute = next(minutes)
    run = run_pass(slot=str(minute), at=NOW + dt.timedelta(minutes=minute), as_of=TODAY)
    return run.outcome if run else None


def least_sql(statement: str) -> int:
    """One statement that does nothing but write the rows, taken back afterwards."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        transaction.set_rollback(True)
        return int(cursor.rowcount)


INSERT = """
INSERT INTO tracker_flag
  (relationship_id, subject_kind, subject_id, rule, level, since, raised_at, cleared_why, handling)
SELECT relationship_id, 'issue', id, 'silence', 'notice', last_substantive_on, '2026-02-09 07:00:00+00:00', '', handling
FROM tracker_issue WHERE status = 'negotiating' AND last_substantive_on < '2026-01-19'
"""
UPDATE = """
UPDATE tracker_flag SET cleared_at = '2026-02-10 07:00:00+00:00', cleared_why = 'Something happened.'
WHERE cleared_at IS NULL
"""


def tell(what: str, seconds: float, result: object) -> None:
    say(f"  {what:<44} {seconds * 1000:>8,.0f} ms   {result}")


def settle(number: int | None, status: str) -> None:
    from tracker.models import Issue

    chosen = Issue.objects.order_by("pk").values("pk")
    Issue.objects.filter(pk__in=chosen[:number] if number else chosen).update(status=status)
    analyse()


def read_back() -> int:
    from tracker.past_silence import silent_as_known

    return sum(1 for _ in silent_as_known(TODAY - dt.timedelta(days=1)).iterator())


def measure() -> None:
    tell("least SQL: INSERT ... SELECT of all", *timed(lambda: least_sql(INSERT)))
    tell("pass that raises all", *timed(a_pass))
    analyse()
    tell("pass that finds nothing changed", *timed(a_pass))
    tell("the same again", *timed(a_pass))
    settle(INCREMENT, "resolved")
    tell(f"pass that clears {INCREMENT}", *timed(a_pass))
    settle(INCREMENT, "negotiating")
    tell(f"pass that raises {INCREMENT}", *timed(a_pass))
    tell("least SQL: UPDATE of all", *timed(lambda: least_sql(UPDATE)))
    settle(None, "resolved")
    tell("pass that clears all", *timed(a_pass))
    tell("what was stale on a past day, read back", *timed(read_back))


def main() -> None:
    with database() as name:
        say(name)
        load()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        measure()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        say(f"  the process grew by {grown / 1024:.0f} MB meanwhile")


if __name__ == "__main__":
    main()
