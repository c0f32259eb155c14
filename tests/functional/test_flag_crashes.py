"""A worker that is killed in the middle of a pass."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from itertools import count

import pytest
from django.db import connection

from core.models import Event, JobRun
from core.serving.processes import ending_with_parent
from tests.served import REPOSITORY, until
from tests.world import NOW, World
from tracker.actions.flags import run_pass
from tracker.models import Flag

TODAY = NOW.date()

HALF_WAY = """
import contextlib, sys, time, types
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from core import jobs, ledger
from tracker import tasks
from tracker.actions import flags

def stand_still(*args, **given):
    print("half way", flush=True)
    time.sleep(60)

ledger.record = stand_still
if sys.argv[2] == "unguarded":
    flags.update_flags = flags.update_flags.__wrapped__
    jobs.transaction = types.SimpleNamespace(atomic=contextlib.nullcontext)
tasks.flag_stale()
"""


@pytest.fixture
def quiet(committed_world: World) -> None:
    """Five issues that nothing was heard of for a hundred days."""
    for _ in range(5):
        committed_world.issue(status="negotiating", occurred_on=TODAY - dt.timedelta(days=100))


def a_pass(minute: int) -> JobRun | None:
    return run_pass(slot=f"minute {minute}", at=NOW + dt.timedelta(minutes=minute), as_of=TODAY)


def kill_a_worker_half_way(guard: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, str(connection.settings_dict["NAME"]), guard],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=ending_with_parent(),
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "half way\n"
        worker.kill()


def test_a_worker_killed_half_way_leaves_nothing_and_the_next_pass_does_it_all(quiet: None) -> None:
    kill_a_worker_half_way("guarded")
    assert not Flag.objects.exists()
    died = JobRun.objects.get()
    assert (died.finished_at, died.as_of) == (None, None)
    minutes = count(1)
    # PostgreSQL needs a moment to notice that the worker is gone; until then the passes stand back.
    until(lambda: a_pass(next(minutes)) and JobRun.objects.written().exists())
    assert JobRun.objects.written().get().outcome == {"raised": 5, "cleared": 0}
    assert Event.objects.filter(kind="flags.updated").count() == 1


def test_without_a_transaction_it_leaves_flags_that_are_not_on_the_ledger(quiet: None) -> None:
    """Negative control."""
    kill_a_worker_half_way("unguarded")
    assert Flag.objects.count() == 5
    assert not Event.objects.filter(kind="flags.updated").exists()
