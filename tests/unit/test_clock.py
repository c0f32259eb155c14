"""The one clock, real or a demo's."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import settings

from core import clock

REAL = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
DEMO = dt.datetime(2026, 2, 9, 7, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _no_clock_is_remembered() -> None:
    clock._shift.cache_clear()


def set_to(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(settings, "PARLEY_CLOCK", text)


def test_without_a_setting_it_is_real_time() -> None:
    with time_machine.travel(REAL, tick=False):
        assert clock.now() == REAL == clock.real_now()
        assert clock.today() == REAL.date()


def test_a_demo_begins_at_its_instant_and_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to(monkeypatch, "2026-02-09T07:00:00Z")
    with time_machine.travel(REAL, tick=False) as traveller:
        assert clock.now() == DEMO
        traveller.shift(dt.timedelta(hours=30))
        assert clock.now() == DEMO + dt.timedelta(hours=30)
        assert clock.real_now() == REAL + dt.timedelta(hours=30)


def test_processes_that_start_later_share_a_demo_clock_by_its_anchor(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to(monkeypatch, f"2026-02-09T07:00:00Z@{REAL.isoformat()}")
    with time_machine.travel(REAL + dt.timedelta(minutes=5), tick=False):
        assert clock.now() == DEMO + dt.timedelta(minutes=5)


def test_an_instant_of_another_zone_is_told_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to(monkeypatch, "2026-02-09T16:00:00+09:00")
    with time_machine.travel(REAL, tick=False):
        assert clock.now() == DEMO
        assert clock.now().utcoffset() == dt.timedelta()


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30T07:00Z", "2026-02-09T07:00", "2026-02-09", "7"])
def test_a_setting_that_is_no_instant_is_an_error(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    set_to(monkeypatch, text)
    with pytest.raises(ValueError, match=r"."):
        clock.now()


@pytest.mark.parametrize(
    ("hour", "latest"),
    [(0, dt.date(2026, 2, 9)), (9, dt.date(2026, 2, 9)), (10, dt.date(2026, 2, 10)), (23, dt.date(2026, 2, 10))],
)
def test_today_somewhere_on_earth_is_up_to_fourteen_hours_ahead(hour: int, latest: dt.date) -> None:
    assert clock.latest_today(DEMO.replace(hour=hour)) == latest


def test_latest_today_does_not_depend_on_the_zone_in_which_the_instant_is_told() -> None:
    honolulu = DEMO.astimezone(dt.timezone(-dt.timedelta(hours=10)))
    assert clock.latest_today(honolulu) == clock.latest_today(DEMO)
