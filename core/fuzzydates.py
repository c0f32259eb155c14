"""Dates as people state them: "in April", "this season", "2026-Q1".

A fuzzy date is the set of days it may mean, with the words it was stated in. The set runs from `earliest` to
`latest`; where the words fix no day at all ("this season", of which year and crop?) both are None and the set
is every day there is. All questions below follow from that one picture: "certainly" means on every day of the
set, "possibly" means on at least one of them.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

FIRST_YEAR, LAST_YEAR = 1800, 2200
MAX_TEXT = 40
MAX_WORDS = 200
FORMS = "2026-02-04, 2026-02, 2026, 2026-Q1 or 2026-02-01/2026-02-15"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_ISO = re.compile(r"([0-9]{4})(?:-Q([1-4])|-([0-9]{2})(?:-([0-9]{2}))?)?")


class BadFuzzyDate(ValueError):
    """A date that cannot be meant; `reason` is written for the person who stated it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FuzzyDate:
    """The days a stated date may mean, and its words where it was stated in words."""

    earliest: date | None
    latest: date | None
    words: str = ""

    def __post_init__(self) -> None:
        _check_words(self.words)
        if self.earliest is None and self.latest is None:
            if not self.words.strip():
                raise BadFuzzyDate("A date without days needs the words in which it was stated.")
        elif self.earliest is None or self.latest is None:
            raise BadFuzzyDate("A date has both an earliest and a latest day, or neither.")
        else:
            _check_day(self.earliest)
            _check_day(self.latest)
            if self.earliest > self.latest:
                raise BadFuzzyDate(f"{self.earliest} is after {self.latest}: the earliest day comes first.")

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day it may mean; None where the words fix no day."""
        if self.earliest is None or self.latest is None:
            return None
        return self.earliest, self.latest

    @property
    def is_exact(self) -> bool:
        """It means one day and no other."""
        return self.days is not None and self.earliest == self.latest

    @property
    def iso(self) -> str:
        """The shortest text that `parse` reads as the same days; empty where there are none."""
        return "" if self.days is None else _iso(*self.days)

    def overlaps(self, other: FuzzyDate) -> bool:
        """Both may mean the same day: nothing stated rules it out."""
        if self.days is None or other.days is None:
            return True
        return self.days[0] <= other.days[1] and other.days[0] <= self.days[1]

    def certainly_before(self, day: date) -> bool:
        """Every day it may mean is earlier than `day`. An undefined date is certain of nothing."""
        return self.days is not None and self.days[1] < day

    def possibly_on(self, day: date) -> bool:
        """It may mean `day`: nothing stated rules it out."""
        return self.days is None or self.days[0] <= day <= self.days[1]

    def sharpens(self, other: FuzzyDate) -> bool:
        """It lies within `other`, so that whoever accepted `other` loses nothing by taking this one."""
        if other.days is None:
            return True
        return self.days is not None and other.days[0] <= self.days[0] and self.days[1] <= other.days[1]

    def __str__(self) -> str:
        if self.days is None:
            return self.words
        period = _readable(*self.days)
        return f"{self.words} ({period})" if self.words else period


def exact(day: date, words: str = "") -> FuzzyDate:
    """One day."""
    return FuzzyDate(day, day, words)


def month(year: int, number: int, words: str = "") -> FuzzyDate:
    """Some day of a month, numbered from 1."""
    return _months(year, number, number, words)


def quarter(year: int, number: int, words: str = "") -> FuzzyDate:
    """Some day of a quarter of the calendar year, numbered from 1."""
    if not 1 <= number <= 4:
        raise BadFuzzyDate(f"There is no quarter {number}.")
    return _months(year, 3 * number - 2, 3 * number, words)


def year(number: int, words: str = "") -> FuzzyDate:
    """Some day of a year."""
    return _months(number, 1, 12, words)


def undefined(words: str) -> FuzzyDate:
    """Words that fix no day; they are kept as stated, for someone who may sharpen them."""
    return FuzzyDate(None, None, words)


def parse(text: str, words: str = "") -> FuzzyDate:
    """Read a day, a month, a quarter, a year, or two of them joined by a slash.

    Only these forms: to read prose is the intake's business, which then states the days it understood.
    """
    if len(text) > MAX_TEXT:
        raise BadFuzzyDate(f"A date has at most {MAX_TEXT} characters; write it as {FORMS}.")
    first, slash, last = text.strip(" ").partition("/")
    start = _parse_one(first, words)
    return FuzzyDate(start.earliest, _parse_one(last, words).latest, words) if slash else start


def _parse_one(text: str, words: str) -> FuzzyDate:
    found = _ISO.fullmatch(text)
    if found is None:
        raise BadFuzzyDate(f"{text!a} is not a date; write it as {FORMS}.")
    year_ = int(found[1])
    quarter_, month_, day_ = (int(part) if part else None for part in found.groups()[1:])
    if quarter_ is not None:
        return quarter(year_, quarter_, words)
    if month_ is None:
        return year(year_, words)
    if day_ is None:
        return month(year_, month_, words)
    return exact(_day(year_, month_, day_), words)


def _months(year_: int, first: int, last: int, words: str) -> FuzzyDate:
    start = _day(year_, first, 1)
    return FuzzyDate(start, _day(year_, last, monthrange(year_, last)[1]), words)


def _day(year_: int, month_: int, day_: int) -> date:
    _check_year(year_)
    try:
        return date(year_, month_, day_)
    except ValueError:
        raise BadFuzzyDate(f"There is no day {year_:04d}-{month_:02d}-{day_:02d}.") from None


def _check_day(day: date) -> None:
    if isinstance(day, datetime):
        raise BadFuzzyDate("A fuzzy date is made of days, not of instants.")
    _check_year(day.year)


def _check_year(number: int) -> None:
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise BadFuzzyDate(f"The year {number} is not between {FIRST_YEAR} and {LAST_YEAR}.")


def _check_words(words: str) -> None:
    if len(words) > MAX_WORDS:
        raise BadFuzzyDate(f"The words of a date have at most {MAX_WORDS} characters.")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in words):
        raise BadFuzzyDate("The words of a date hold no control characters.")


def _iso(first: date, last: date) -> str:
    """The notation of a period: the name of a calendar unit where it is one, else its two ends."""
    if first == last:
        return first.isoformat()
    if first.day == 1 and last.year == first.year and last.day == monthrange(last.year, last.month)[1]:
        if (first.month, last.month) == (1, 12):
            return f"{first.year:04d}"
        if first.month == last.month:
            return f"{first.year:04d}-{first.month:02d}"
        if first.month % 3 == 1 and last.month == first.month + 2:
            return f"{first.year:04d}-Q{(first.month + 2) // 3}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _readable(first: date, last: date) -> str:
    """The same for readers; month names are our own, since the C library's depend on the machine's locale."""
    iso = _iso(first, last)
    if "/" in iso:
        return f"{_long(first)} to {_long(last)}"
    if "Q" in iso:
        return f"{iso[5:]} {first.year}"
    if len(iso) == len("2026"):
        return str(first.year)
    if len(iso) == len("2026-02"):
        return f"{MONTHS[first.month - 1]} {first.year}"
    return _long(first)


def _long(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
