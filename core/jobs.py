"""Periodic jobs. Beat only says that it is time; that a job ran, and how that ended, is a row in the database.

So any number of beats and workers may tick at once, and a tick that is lost costs only the time until the next.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping

from django.db import DatabaseError, transaction
from django.db.models import Max

from core import clock, locks
from core.models import JobRun

KEPT = dt.timedelta(days=7)
Outcome = Mapping[str, object]
# Is given the instant and the date of the run.
Work = Callable[[dt.datetime, dt.date], Outcome]
logger = logging.getLogger("parley.jobs")


def this_minute() -> str:
    """The slot of a job that runs every minute. In real time, as beat ticks: a demo that is started anew may live
    through the same hour of its own twice, and must not find it done."""
    return clock.real_now().strftime("%Y-%m-%dT%H:%MZ")


def run_job(*, name: str, slot: str, at: dt.datetime, as_of: dt.date, work: Work) -> JobRun | None:
    """Runs the job, once for each slot however many try; None for all but the first.

    1. The slot is claimed by its row, which is committed before the work begins. A run that dies leaves that row
       unfinished, and the next slot does what this one did not.
    2. The job runs once at a time. A run that finds another at work does nothing, rather than wait for it.
    3. Neither the instant nor the date it works for lies before those of the last run that wrote: a clock that was
       set back makes no flag end before it began.
    4. The work and the date in the row are one transaction, so that a date stands there only with what it wrote.

    An error is raised, and noted by its kind alone: its text might quote a record.
    """
    run, is_ours = JobRun.objects.get_or_create(job=name, slot=slot, defaults={"started_at": at})
    if not is_ours:
        return None
    try:
        with transaction.atomic():
            _work(run, as_of, work)
    except Exception as error:
        _note_failure(run, error)
        raise
    logger.log(
        logging.INFO if any(run.outcome.values()) else logging.DEBUG, "%s as of %s: %s", name, run.as_of, run.outcome
    )
    return run


def _work(run: JobRun, as_of: dt.date, work: Work) -> None:
    if not locks.try_lock(run.job):
        run.outcome = {"skipped": "another run was at work"}
    else:
        run.started_at, run.as_of = _not_backwards(run, as_of)
        run.outcome = dict(work(run.started_at, run.as_of))
        JobRun.objects.of(run.job).filter(started_at__lt=run.started_at - KEPT).delete()
    run.finished_at = clock.now()
    run.save()


def _not_backwards(run: JobRun, as_of: dt.date) -> tuple[dt.datetime, dt.date]:
    last = JobRun.objects.of(run.job).written().aggregate(at=Max("started_at"), as_of=Max("as_of"))
    if last["at"] is None:
        return run.started_at, as_of
    return max(run.started_at, last["at"] + dt.timedelta(microseconds=1)), max(as_of, last["as_of"])


def _note_failure(run: JobRun, error: Exception) -> None:
    outcome = {"error": type(error).__name__}
    try:
        JobRun.objects.filter(pk=run.pk).update(finished_at=clock.now(), outcome=outcome)
    except DatabaseError:
        logger.exception("%s: how it ended could not be noted", run)
