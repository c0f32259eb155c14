"""Types are decided by the field that reads, not by the look of what stands there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tracker.dossiers.fields import Fields
from tracker.dossiers.reading import read
from tracker.dossiers.report import Report


def fields(text: str) -> Fields:
    report = Report()
    return Fields(read(text.encode(), report), "", report)


def text(table: Fields) -> object:
    return table.text("a", limit=20)


def date(table: Fields) -> object:
    return table.date("a")


def instant(table: Fields) -> object:
    return table.instant("a")


def integer(table: Fields) -> object:
    return table.integer("a")


UTC = dt.UTC


@pytest.mark.parametrize(
    ("reading", "written", "value"),
    [
        (text, "NO", "NO"),
        (text, "on", "on"),
        (text, "'1'", "1"),
        (text, "'null'", "null"),
        (text, "'true'", "true"),
        (text, "2026-02-04", "2026-02-04"),
        (text, "中国", "中国"),
        (text, '"  x  "', "x"),
        (text, "=x", "=x"),
        (text, "0o17", "0o17"),
        (date, "2026-02-04", dt.date(2026, 2, 4)),
        (date, "'2026-02-04'", dt.date(2026, 2, 4)),
        (instant, "2026-02-05T09:00:00Z", dt.datetime(2026, 2, 5, 9, tzinfo=UTC)),
        (instant, "2026-02-05T09:00+08:00", dt.datetime(2026, 2, 5, 1, tzinfo=UTC)),
        (instant, "2026-02-05T09:00:00.000001Z", dt.datetime(2026, 2, 5, 9, 0, 0, 1, tzinfo=UTC)),
        (integer, "12", 12),
        (integer, "-3", -3),
    ],
)
def test_a_value_is_what_its_field_says(reading: Callable[[Fields], Any], written: str, value: object) -> None:
    table = fields(f"a: {written}")
    assert reading(table) == value
    assert table.report.count == 0


@pytest.mark.parametrize(
    ("reading", "written", "reason"),
    [
        (text, "1", "put it in quotes"),
        (text, "1_000", "put it in quotes"),
        (text, "1.5e3", "put it in quotes"),
        (text, "True", "put it in quotes"),
        (text, "", "must not be empty"),
        (text, "''", "must not be empty"),
        (text, '"\\u200b"', "must not be empty"),
        (text, '"a\\0b"', "control character U+0000"),
        (text, "[x]", "must be one value"),
        (text, "{x: y}", "must be one value"),
        (text, "x" * 21, "at most 20"),
        (date, "yesterday", "must be a date"),
        (date, "2026-02-30", "must be a date"),
        (date, "20260204", "must be a date"),
        (date, "2026-W06-3", "must be a date"),
        (date, "٢٠٢٦-٠٢-٠٤", "must be a date"),
        (date, "0000-01-01", "must be a date"),
        (date, "2026-02-04T00:00:00Z", "must be a date"),
        (instant, "2026-02-05", "must be an instant"),
        (instant, "2026-02-05T09:00:00", "must be an instant"),
        (instant, "2026-02-05T25:00:00Z", "must be an instant"),
        (instant, "0001-01-01T00:00:00+14:00", "must be an instant"),
        (instant, "9999-12-31T23:59:00-12:00", "must be an instant"),
        (integer, "'12'", "must be a whole number"),
        (integer, "1.0", "must be a whole number"),
        (integer, "true", "must be a whole number"),
        (integer, "012", "must be a whole number"),
        (integer, "1_0", "must be a whole number"),
        (integer, "١", "must be a whole number"),
        (integer, "9" * 5000, "must be a whole number"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(
    reading: Callable[[Fields], Any], written: str, reason: str
) -> None:
    table = fields(f"\na: {written}")
    reading(table)
    assert table.broken
    told = str(table.report.refusal())
    assert told.startswith("line 2, ")
    assert "a: " in told
    assert reason in told


def test_a_field_that_nobody_asked_for_is_reported_and_one_that_was_is_not() -> None:
    table = fields("a: x\nb: y\n")
    table.text("a", limit=5)
    table.finish()
    assert str(table.report.refusal()) == "line 2, column 1: there is no such field (was 'b')"


def test_what_is_no_table_is_reported_once_and_not_for_each_field_it_lacks() -> None:
    table = fields("- x\n")
    table.text("a", limit=5)
    table.rows("b")
    table.finish()
    assert str(table.report.refusal()) == "line 1, column 1: must be a table of fields"


def test_a_field_that_must_be_there_is_missing_at_its_table() -> None:
    table = fields("\nb: {}\n")
    table.choice("a", ["x"])
    assert str(table.report.refusal()) == "line 2, column 1: a: is missing"


def test_a_choice_names_what_may_be_chosen() -> None:
    table = fields("a: z")
    table.choice("a", ["x", "y"])
    assert "a: must be one of x, y (was 'z')" in str(table.report.refusal())


def test_a_row_of_a_listing_knows_its_path() -> None:
    table = fields("a:\n  - b: 1\n  - x\n")
    rows = table.rows("a")
    rows[0].text("b", limit=5)
    told = str(table.report.refusal())
    assert "line 2, column 8: a[0].b: must be text" in told
    assert "line 3, column 5: a[1]: must be a table" in told
