"""The only clock. The domain takes `at` and `today` as arguments; interfaces ask here for them.

A demo lives at an instant of its own: PARLEY_CLOCK is that instant, or `INSTANT@REAL` with the real instant at which
it was so, which lets several processes share one demo clock. Time runs on from there at its usual pace.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from django.conf import settings

# The westernmost and the easternmost civil time: a date has begun somewhere 14 hours before it begins in UTC.
FIRST_ZONE = dt.timedelta(hours=14)


def now() -> dt.datetime:
    """The current instant, aware and in UTC."""
    return dt.datetime.now(dt.UTC) + _shift(settings.PARLEY_CLOCK)


def real_now() -> dt.datetime:
    """The instant outside, whatever a demo's clock says: for what belongs to the machine and not to the record."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today's date in UTC."""
    return now().date()


def latest_today(at: dt.datetime) -> dt.date:
    """The latest date that anyone on Earth calls today at that instant (UTC+14)."""
    return (at.astimezone(dt.UTC) + FIRST_ZONE).date()


def check(setting: str) -> None:
    """ValueError for a setting that is no clock, which says so in a line: for the start of a program."""
    try:
        real_now() + _shift(setting)
    except OverflowError as error:
        raise ValueError(f"PARLEY_CLOCK: {setting!r} is out of range") from error


@cache
def _shift(setting: str) -> dt.timedelta:
    if not setting:
        return dt.timedelta()
    demo, _, real = setting.partition("@")
    anchor = _instant(real) if real else dt.datetime.now(dt.UTC)
    return _instant(demo) - anchor


def _instant(text: str) -> dt.datetime:
    """ValueError for anything but an ISO 8601 instant with a zone."""
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"PARLEY_CLOCK: {text!r} is no instant; write 2026-02-09T07:00:00Z") from error
    if instant.tzinfo is None:
        raise ValueError(f"PARLEY_CLOCK: {text!r} has no time zone; write 2026-02-09T07:00:00Z")
    return instant
