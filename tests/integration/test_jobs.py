"""Periodic jobs as rows: one run a slot, and what stands there when a run has ended badly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from pytest_django import Settings
from time_machine import TimeMachineFixture

from core import jobs, locks
from core.jobs import KEPT, run_job
from core.models import Compartment, JobRun
from tests.world import NOW

TODAY = NOW.date()
MINUTE = dt.timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def run(slot: str = "07:00", at: dt.datetime = NOW, as_of: dt.date | None = None, name: str = "sweep") -> JobRun | None:
    return run_job(name=name, slot=slot, at=at, as_of=as_of or at.date(), work=well)


def well(at: dt.datetime, as_of: dt.date) -> Mapping[str, object]:
    return {"at": at.isoformat(), "as_of": as_of.isoformat()}


def badly(at: dt.datetime, as_of: dt.date) -> Mapping[str, object]:
    Compartment.objects.create(slug="half", name="Half done", created_at=at)
    raise ZeroDivisionError("a text that quotes a record")


def test_a_slot_is_run_once(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW + MINUTE, tick=False)
    first = run()
    assert first is not None
    assert (first.started_at, first.finished_at, first.as_of) == (NOW, NOW + MINUTE, TODAY)
    assert first.outcome == {"at": NOW.isoformat(), "as_of": "2026-02-09"}
    assert run() is None
    assert JobRun.objects.count() == 1


def test_another_slot_and_another_job_are_runs_of_their_own() -> None:
    assert all([run(), run(slot="07:01"), run(name="letters")])
    assert JobRun.objects.count() == 3


def test_an_error_is_raised_and_noted_by_its_kind_and_nothing_of_the_work_stays() -> None:
    with pytest.raises(ZeroDivisionError):
        run_job(name="sweep", slot="07:00", at=NOW, as_of=TODAY, work=badly)
    noted = JobRun.objects.get()
    assert noted.outcome == {"error": "ZeroDivisionError"}
    assert noted.finished_at is not None
    assert noted.as_of is None
    assert not Compartment.objects.filter(slug="half").exists()


def test_the_next_slot_does_what_a_run_that_died_did_not() -> None:
    JobRun.objects.create(job="sweep", slot="07:00", started_at=NOW)
    assert run(slot="07:00") is None
    assert run(slot="07:01", at=NOW + MINUTE)


def test_a_run_that_failed_or_died_is_not_the_last_that_wrote() -> None:
    JobRun.objects.create(job="sweep", slot="06:59", started_at=NOW)
    with pytest.raises(ZeroDivisionError):
        run_job(name="sweep", slot="07:00", at=NOW, as_of=TODAY, work=badly)
    assert JobRun.objects.of("sweep").last_date() is None
    run(slot="07:01")
    assert JobRun.objects.of("sweep").last_date() == TODAY


def test_a_clock_that_was_set_back_takes_neither_instant_nor_date_back() -> None:
    run(slot="one", at=NOW)
    later = run(slot="two", at=NOW - dt.timedelta(days=8))
    assert later is not None
    assert later.started_at > NOW
    assert later.as_of == TODAY
    assert later.outcome["at"] == later.started_at.isoformat()
    again = run(slot="three", at=NOW - dt.timedelta(days=8))
    assert again is not None
    assert again.started_at > later.started_at


def test_old_runs_of_the_job_are_forgotten() -> None:
    run(slot="old", at=NOW - KEPT - MINUTE)
    run(slot="old", at=NOW - KEPT - MINUTE, name="letters")
    run(slot="kept", at=NOW - KEPT)
    run(slot="new")
    assert set(JobRun.objects.values_list("job", "slot")) == {("sweep", "kept"), ("sweep", "new"), ("letters", "old")}


def test_a_run_that_finds_another_at_work_stands_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "try_lock", lambda name: False)
    stood_back = run()
    assert stood_back is not None
    assert (stood_back.as_of, stood_back.outcome) == (None, {"skipped": "another run was at work"})
    assert stood_back.finished_at is not None


def test_the_slot_is_a_minute_of_real_time_whatever_a_demos_clock_says(
    time_machine: TimeMachineFixture, settings: Settings
) -> None:
    """A demo that is started again goes back to its last entry; its passes must not wait until it is there again."""
    time_machine.move_to(NOW + dt.timedelta(seconds=59), tick=False)
    settings.PARLEY_CLOCK = "2030-01-01T00:00:00Z@2026-02-09T07:00:00Z"
    assert jobs.this_minute() == "2026-02-09T07:00Z"
    time_machine.move_to(NOW + MINUTE, tick=False)
    assert jobs.this_minute() == "2026-02-09T07:01Z"
