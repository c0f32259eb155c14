"""What Celery wakes. Each task is one call, and finds in the database what there is to do."""

from __future__ import annotations

from celery import shared_task

from core import clock, jobs
from tracker.actions.flags import run_pass


@shared_task(name="tracker.tasks.flag_stale")
def flag_stale() -> None:
    at = clock.now()
    run_pass(slot=jobs.this_minute(), at=at, as_of=at.date())
