"""Canonical text: what is written is read as the same, by our own reader and by another one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tracker.dossiers.reading import read
from tracker.dossiers.report import DossierRefused, Report
from tracker.dossiers.values import Listing, Scalar, Table, Value
from tracker.dossiers.writing import write

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.text(
    "ab \n#:-'\"\\,[]{}&*!|>%@`?~", max_size=30
)
WORDS = [
    "yes",
    "No",
    "~",
    "null",
    "1",
    "1.5",
    "2026-02-04",
    "",
    " x",
    "x ",
    "a: b",
    "a #b",
    "- a",
    "x:",
    ".inf",
    "=",
    "<<",
]
LEAF = TEXT | st.sampled_from(WORDS) | st.none() | st.integers(-(10**9), 10**9)
NAMES = st.sampled_from(["a", "bc", "summary"])
DATA = st.dictionaries(
    NAMES,
    st.recursive(
        LEAF,
        lambda inner: st.lists(st.dictionaries(NAMES, inner, min_size=1), max_size=3) | st.dictionaries(NAMES, inner),
    ),
    min_size=1,
)


def plain(value: Value) -> Any:
    """As our reader has it: everything without a type is text."""
    if isinstance(value, Table):
        return {name: plain(item) for name, item in value.items.items()}
    if isinstance(value, Listing):
        return [plain(item) for item in value.items]
    return None if value.is_null else value.text


def as_text(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: as_text(item) for name, item in data.items()}
    if isinstance(data, list):
        return [as_text(item) for item in data]
    return str(data) if isinstance(data, int) else data


@given(DATA)
def test_what_is_written_is_read_as_the_same_by_us_and_by_others(data: dict[str, Any]) -> None:
    written = write(data)
    assert plain(read(written, Report())) == as_text(data)
    assert yaml.safe_load(written) == data


def test_that_property_catches_an_emitter_that_quotes_nothing() -> None:
    def is_changed(text: str) -> bool:
        report = Report()
        try:
            return plain(read(f"a: {text}\n".encode(), report)) != {"a": text} or bool(report.count)
        except DossierRefused:
            return True

    find(TEXT, is_changed, settings=settings(database=None))


@given(TEXT)
def test_a_text_is_never_taken_for_something_else(text: str) -> None:
    value = read(write({"a": text}), Report())
    assert isinstance(value, Table)
    scalar = value.items["a"]
    assert isinstance(scalar, Scalar)
    assert scalar.text == text
    assert not scalar.is_null


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("United States – China", "a: United States – China"),
        ("US", "a: US"),
        ("NO", 'a: "NO"'),
        ("中国", 'a: "中国"'),
        ("2026-02-04", 'a: "2026-02-04"'),
        ("right\u202eleft", 'a: "right\\u202Eleft"'),
        ("=HYPERLINK()", 'a: "=HYPERLINK()"'),
        (dt.date(2026, 2, 4), "a: 2026-02-04"),
        (dt.datetime(2026, 2, 5, 9, tzinfo=dt.UTC), "a: 2026-02-05T09:00:00Z"),
        (
            dt.datetime(2026, 2, 5, 9, 0, 0, 1, tzinfo=dt.timezone(dt.timedelta(hours=8))),
            "a: 2026-02-05T01:00:00.000001Z",
        ),
        (None, "a: null"),
        (7, "a: 7"),
        ([], "a: []"),
        ("two\nlines", "a: |-\n  two\n  lines"),
        ("two \nlines", 'a: "two \\nlines"'),
    ],
)
def test_a_value_has_one_form(value: Any, line: str) -> None:
    assert write({"a": value}).decode() == f"{line}\n"


def test_parts_are_set_off_and_rows_begin_with_a_dash() -> None:
    data: dict[str, Any] = {"a": 1, "b": [{"c": "x", "d": {"e": "y"}}, {"c": "z"}]}
    assert write(data).decode() == 'a: 1\n\nb:\n  - c: x\n    d:\n      e: "y"\n  - c: z\n'
