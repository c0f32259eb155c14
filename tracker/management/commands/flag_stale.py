"""The stale pass by hand, and the question what was stale on a past day."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import CommandError

from core import clock
from core.management.base import DomainCommand
from core.models import JobRun
from core.visibility import Handling
from tracker.actions.flags import JOB, run_pass
from tracker.flag_rules import Subjects, silent_now
from tracker.past_silence import silent_as_known
from tracker.staleness import days_silent
from tracker.statuses import Status

# Flags never go back to an earlier date; a slip of the key must not take them to the next century.
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FURTHEST = dt.timedelta(days=366)


class Command(DomainCommand):
    help = (
        "Raise and clear the flags of issues that have gone quiet, as the worker does every minute. With a date before "
        "that of the last such pass it writes nothing, and prints what was stale on that day by what was known at its "
        "end. Restricted issues are counted and not named, since what a command prints goes into logs and mails."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=_day, metavar="DATE", help="such as 2026-02-09; without it, today (UTC)")

    def handle(self, *args: Any, as_of: dt.date | None = None, **options: Any) -> None:
        at = clock.now()
        written = JobRun.objects.of(JOB).last_date()
        day = as_of or max(at.date(), written or at.date())
        if day - at.date() > FURTHEST:
            raise CommandError(f"--as-of: {day} is more than a year ahead of {at.date()}.")
        if written and day < written:
            self.stdout.write(
                f"Stale on {day}, by what was known at its end. Flags stand as of {written}: none written."
            )
            self._print(silent_as_known(day), day)
        else:
            self._write(at, day)

    def _write(self, at: dt.datetime, day: dt.date) -> None:
        run = run_pass(slot=f"by hand {secrets.token_hex(8)}", at=at, as_of=day)
        if run is None or run.as_of is None:
            raise CommandError("Another pass is at work at this moment. Nothing was written; try again.")
        self.stdout.write(f"Stale as of {run.as_of}:")
        self._print(silent_now(run.as_of), run.as_of)
        self.stdout.write(f"Flags raised: {run.outcome['raised']}, cleared: {run.outcome['cleared']}.")
        if day > at.date():
            self.stdout.write(f"Until {day} the worker's passes keep to that date, for flags never go back.")

    def _print(self, subjects: Subjects, day: dt.date) -> None:
        """A line for each open issue, the most silent first."""
        restricted = 0
        for row in subjects.order_by("since", "key").iterator():
            if row["handling"] == Handling.RESTRICTED:
                restricted += 1
                continue
            silent = days_silent(row["since"], day)
            self.stdout.write(f"  {row['key']:<14} {Status(row['status']).label:<13} {silent:>5} days silent")
        if restricted:
            self.stdout.write(f"  and {restricted} restricted")


def _day(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text if DATE.fullmatch(text) else "", "%Y-%m-%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        raise ArgumentTypeError(f"{text[:40]!a} is no date; write it like 2026-02-09.") from None
