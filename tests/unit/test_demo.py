"""The demo lives on the Monday after the call, goes on from the last entry, and stays out of people's own registers."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.core.management import CommandError

from core.serving import demo

REAL = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_a_first_start_begins_on_the_monday_after_the_call() -> None:
    assert demo.clock(None, REAL) == "2026-02-09T07:00:00Z@2027-03-01T12:00:00Z"


def test_history_from_before_the_demo_does_not_turn_it_back() -> None:
    assert demo.instant(datetime(2026, 2, 4, tzinfo=UTC)) == demo.BEGINS


def test_a_later_start_goes_on_from_the_last_entry() -> None:
    latest = demo.BEGINS + timedelta(days=3, seconds=1)
    assert demo.clock(latest, REAL) == "2026-02-12T07:00:01Z@2027-03-01T12:00:00Z"


def test_the_clock_is_written_in_utc_wherever_the_machine_stands() -> None:
    beijing = timezone(timedelta(hours=8))
    assert demo.clock(None, REAL.astimezone(beijing)).endswith("@2027-03-01T12:00:00Z")


@pytest.mark.parametrize(
    ("setting", "register", "is_demo"),
    [
        ("", None, True),
        ("1", None, True),
        ("0", None, False),
        ("no", None, False),
        ("", True, True),
        ("1", True, True),
        ("", False, False),
        ("0", False, False),
    ],
)
def test_an_empty_register_takes_the_demo_unless_told_and_a_full_one_stays_what_it_is(
    setting: str, register: bool | None, is_demo: bool
) -> None:
    assert demo.is_wanted(setting, register) is is_demo


@pytest.mark.parametrize(("setting", "register"), [("1", False), ("0", True)])
def test_the_demo_and_a_register_of_ones_own_are_never_mixed(setting: str, register: bool) -> None:
    with pytest.raises(CommandError, match="Name another folder with PARLEY_DATA"):
        demo.is_wanted(setting, register)


def test_a_setting_that_is_neither_yes_nor_no_is_a_plain_error() -> None:
    with pytest.raises(CommandError, match="must be 1 or 0, not 'maybe'"):
        demo.is_wanted("maybe", None)


def test_the_kept_clock_runs_with_the_site_and_stands_still_when_it_stops(tmp_path: Path) -> None:
    """A command at the shell reads it, so that it does not write in real time and take the demo with it."""
    file = tmp_path / "clock"
    demo.keep_clock(file, "2026-02-09T07:00:00Z@2026-11-22T10:00:00Z")
    demo.stop_clock(file, datetime(2026, 11, 22, 10, 30, tzinfo=UTC))
    assert file.read_text() == "2026-02-09T07:30:00Z"
    demo.stop_clock(file, datetime(2026, 11, 23, tzinfo=UTC))
    assert file.read_text() == "2026-02-09T07:30:00Z"


def test_there_is_no_clock_to_stop_on_a_site_in_real_time(tmp_path: Path) -> None:
    demo.stop_clock(tmp_path / "clock", datetime(2026, 11, 22, tzinfo=UTC))
    assert list(tmp_path.iterdir()) == []
