"""Fuzzy dates against the picture they stand for: a set of days, or every day where no day is fixed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fuzzydates import BadFuzzyDate, FuzzyDate, exact, month, parse, quarter, undefined, year

DAYS = st.dates(date(1800, 1, 1), date(2200, 12, 31))
CLOSE_DAYS = st.dates(date(2025, 12, 25), date(2026, 1, 10))
ALL_CLOSE_DAYS = {date(2025, 12, 25) + timedelta(days=n) for n in range(17)}


def spans(days: st.SearchStrategy[date]) -> st.SearchStrategy[FuzzyDate]:
    return st.tuples(days, days).map(lambda two: FuzzyDate(min(two), max(two)))


UNITS = st.one_of(
    DAYS.map(exact),
    DAYS.map(lambda day: month(day.year, day.month)),
    DAYS.map(lambda day: quarter(day.year, (day.month + 2) // 3)),
    DAYS.map(lambda day: year(day.year)),
    spans(DAYS),
)
CLOSE = st.one_of(spans(CLOSE_DAYS), st.just(undefined("this season")))


def meant(stated: FuzzyDate) -> set[date]:
    return {day for day in ALL_CLOSE_DAYS if stated.days is None or stated.days[0] <= day <= stated.days[1]}


@given(CLOSE, CLOSE)
def test_two_dates_overlap_if_they_share_a_day(a: FuzzyDate, b: FuzzyDate) -> None:
    assert a.overlaps(b) == b.overlaps(a) == bool(meant(a) & meant(b))


@given(CLOSE, CLOSE_DAYS)
def test_it_is_possibly_on_the_days_it_may_mean(a: FuzzyDate, day: date) -> None:
    assert a.possibly_on(day) == (day in meant(a))


@given(CLOSE, CLOSE_DAYS)
def test_it_is_certainly_before_a_day_if_every_day_it_may_mean_is(a: FuzzyDate, day: date) -> None:
    assert a.certainly_before(day) == (a.days is not None and all(other < day for other in meant(a)))


@given(CLOSE, CLOSE)
def test_it_sharpens_what_it_lies_within(a: FuzzyDate, b: FuzzyDate) -> None:
    within = b.days is None if a.days is None else meant(a) <= meant(b)
    assert a.sharpens(b) == within


@given(CLOSE, CLOSE, CLOSE)
def test_sharpening_twice_is_sharpening(a: FuzzyDate, b: FuzzyDate, c: FuzzyDate) -> None:
    assert a.sharpens(a)
    assert not (a.sharpens(b) and b.sharpens(c)) or a.sharpens(c)


@given(UNITS)
def test_the_notation_reads_back_as_the_same_days(stated: FuzzyDate) -> None:
    assert parse(stated.iso) == stated
    assert len(stated.iso) <= 21


@given(UNITS)
def test_only_a_single_day_is_exact(stated: FuzzyDate) -> None:
    assert stated.is_exact == (stated.earliest == stated.latest)
    assert not undefined("this season").is_exact


def read(text: str) -> FuzzyDate | BadFuzzyDate:
    try:
        return parse(text)
    except BadFuzzyDate as error:
        return error


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{4}(-[0-9Q]{2}){0,2}(/[0-9]{4}(-[0-9Q]{2}){0,2})?"))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    result = read(text)
    if isinstance(result, FuzzyDate):
        assert parse(result.iso) == result
    else:
        assert result.reason.encode()  # and no half of a surrogate pair comes back in it


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2026-02-04", date(2026, 2, 4), date(2026, 2, 4)),
        (" 2026-02-04 ", date(2026, 2, 4), date(2026, 2, 4)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-02-01/2026-02-15", date(2026, 2, 1), date(2026, 2, 15)),
        ("2025-11/2026-Q1", date(2025, 11, 1), date(2026, 3, 31)),
    ],
)
def test_a_date_is_read_in_these_forms(text: str, earliest: date, latest: date) -> None:
    assert parse(text, "as stated") == FuzzyDate(earliest, latest, "as stated")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "/", "2026/", "/2026", "2026-02-30", "2026-13", "2026-00", "2026-02-00", "2026-Q0",
        "2026-Q5", "2026-q1", "26", "02026", "2026-2-4", "2026-02-04T00:00", "20260204", "-2026", "+2026",
        "2026-02-04\n", "2026\x00", "\t2026", "\u0661\u0669\u0669\u0669", "\uff12\uff10\uff12\uff16-02-04",
        "2026\u201302", "\ud800", "in April", "1799", "2201", "0000-01-01", "9999-12-31",
        "2026-02-15/2026-02-01", "2026/2026/2026", "2026//2027", "2" * 41, "9" * 5000,
    ],
)  # fmt: skip
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(BadFuzzyDate) as caught:
        parse(text)
    assert len(caught.value.reason) < 200
    caught.value.reason.encode()


def test_the_refusal_names_what_was_written_and_what_may_be() -> None:
    with pytest.raises(ValueError, match=r"'in April' is not a date; write it as 2026-02-04, 2026-02"):
        parse("in April")


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        (None, None, ""),
        (None, None, "  "),
        (date(2026, 1, 1), None, "from January"),
        (None, date(2026, 1, 1), "by January"),
        (date(2026, 1, 2), date(2026, 1, 1), ""),
        (date(1799, 12, 31), date(2026, 1, 1), ""),
        (date(2026, 1, 1), date(2201, 1, 1), ""),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), ""),
        (None, None, "this\x00season"),
        (None, None, "this \udc80 season"),
        (None, None, "x" * 201),
    ],
)
def test_a_date_that_cannot_be_meant_is_refused(earliest: date | None, latest: date | None, words: str) -> None:
    with pytest.raises(BadFuzzyDate):
        FuzzyDate(earliest, latest, words)


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_year_has_four_quarters(number: int) -> None:
    with pytest.raises(BadFuzzyDate, match=f"no quarter {number}"):
        quarter(2026, number)


@pytest.mark.parametrize("number", [0, 13, -1])
def test_a_year_has_twelve_months(number: int) -> None:
    with pytest.raises(BadFuzzyDate):
        month(2026, number)


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        (exact(date(2026, 2, 4)), "4 February 2026"),
        (exact(date(2026, 2, 4), "on Wednesday"), "on Wednesday (4 February 2026)"),
        (month(2026, 4, "in April"), "in April (April 2026)"),
        (quarter(2026, 1), "Q1 2026"),
        (year(2026), "2026"),
        (parse("2026-02-01/2026-02-15"), "1 February 2026 to 15 February 2026"),
        (parse("2026-01/2026-12"), "2026"),
        (undefined("this season"), "this season"),
    ],
)
def test_it_is_shown_as_it_was_stated_and_as_it_is_meant(stated: FuzzyDate, text: str) -> None:
    assert str(stated) == text


def test_an_undefined_date_has_no_notation() -> None:
    assert undefined("this season").iso == ""
