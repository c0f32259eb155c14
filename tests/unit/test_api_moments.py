from __future__ import annotations

import datetime as dt

import pytest

from core.api.moments import day, instant


def test_a_day_has_one_spelling() -> None:
    assert day("2026-02-09") == dt.date(2026, 2, 9)


@pytest.mark.parametrize(
    "text",
    [
        "0000-01-01",
        "-001-01-01",
        "0001-01-01",
        "1799-12-31",
        "2200-01-01",
        "9999-12-31",
        "10000-01-01",
        "99999-01-01",
        "2026-02-30",
        "2026-2-3",
        "20260203",
        "2026-W06-1",
        "٢٠٢٦-٠٢-٠٩",
        "2026-02-09T00:00:00Z",
        " 2026-02-09",
        "2026-02-09\n",
        "today",
        "NaN",
        "",
        20260209,
        True,
        None,
    ],
)
def test_anything_else_is_no_day(text: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - Python's own words for 30 February are good enough
        day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-09T07:00Z", dt.datetime(2026, 2, 9, 7, tzinfo=dt.UTC)),
        ("2026-02-09T07:00:01.5+08:00", dt.datetime(2026, 2, 8, 23, 0, 1, 500_000, tzinfo=dt.UTC)),
        ("2026-02-09", dt.datetime(2026, 2, 9, 23, 59, 59, 999_999, tzinfo=dt.UTC)),
    ],
)
def test_an_instant_comes_with_its_zone_and_a_day_stands_for_its_end(text: str, expected: dt.datetime) -> None:
    assert instant(text) == expected
    assert instant(text).tzinfo is dt.UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-09T07:00:00",
        "2026-02-09 07:00:00Z",
        "2026-02-09T07:00:00 08:00",
        "2026-02-09T24:00:00Z",
        "2026-02-09T07:00:00+25:00",
        "2026-02-30T07:00:00Z",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-12:00",
        "9999-12-31",
        "2026-02-09T07:00:00.1234567Z",
        "٢٠٢٦-٠٢-٠٩T07:00:00Z",
        "now",
        "",
    ],
)
def test_anything_else_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - likewise
        instant(text)
