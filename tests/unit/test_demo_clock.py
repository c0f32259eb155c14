"""The demo lives on the Monday after the call, and goes on from the last entry."""

from datetime import UTC, datetime, timedelta, timezone

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
