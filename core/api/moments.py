"""Dates and instants as the API takes them: ISO 8601 in one spelling, within centuries that a record can concern."""

from __future__ import annotations

import datetime as dt
import re

FIRST, LAST = dt.date(1800, 1, 1), dt.date(2199, 12, 31)
# [0-9], not \d: that one takes the digits of all scripts.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def day(text: object) -> dt.date:
    """ValueError for anything but YYYY-MM-DD."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("must be a date as in 2026-02-09")
    return _in_range(dt.date.fromisoformat(text))


def instant(text: object) -> dt.datetime:
    """In UTC. ValueError for anything but an instant with its zone, or a date: the end of that day in UTC."""
    if isinstance(text, str) and _DAY.fullmatch(text):
        return dt.datetime.combine(day(text), dt.time.max, tzinfo=dt.UTC)
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("must be an instant as in 2026-02-09T07:00:00Z (in an address, + is written %2B), or a date")
    found = dt.datetime.fromisoformat(text)
    _in_range(found.date())
    return found.astimezone(dt.UTC)


def _in_range(found: dt.date) -> dt.date:
    if not FIRST <= found <= LAST:
        raise ValueError(f"must lie between {FIRST.year} and {LAST.year}")
    return found
