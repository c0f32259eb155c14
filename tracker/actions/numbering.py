"""Numbers of records in their relationship. Open and restricted rows count in series of their own: a gap would tell the
uncleared what they cannot see."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import Max, QuerySet

from core.errors import Conflict, InvalidInput
from core.visibility import Handling

# 900000 is nobody's, so that no number after an open one belongs to the restricted.
RESTRICTED_FROM = 900_001
LAST_NUMBER = 9_999_999
SERIES = {
    Handling.OPEN.value: range(1, RESTRICTED_FROM - 1),
    Handling.RESTRICTED.value: range(RESTRICTED_FROM, LAST_NUMBER + 1),
}


def next_number(rows: QuerySet[Any, Any], handling: str) -> int:
    """After the last of its series among the rows, which are all of one model in one relationship. The caller holds the
    relationship's row lock, so that two new rows do not take the same number. Conflict where the series is full."""
    series = SERIES[Handling.RESTRICTED if handling == Handling.RESTRICTED else Handling.OPEN]
    numbers = rows.filter(number__gte=series[0], number__lte=series[-1])
    number = (numbers.aggregate(last=Max("number"))["last"] or series[0] - 1) + 1
    return number if number in series else _first_gap(series, set(numbers.values_list("number", flat=True)))


def check_number(number: int, series: str) -> None:
    """Of a given number. A restricted row may have one of the open series, since it may have been restricted later; and
    of a row that was opened later `series` is still restricted."""
    if not 1 <= number <= LAST_NUMBER:
        raise InvalidInput(f"has no number from 1 to {LAST_NUMBER}", field="key", value=number)
    if series != Handling.RESTRICTED and number not in SERIES[Handling.OPEN]:
        last = SERIES[Handling.OPEN][-1]
        raise InvalidInput(f"is not of the open series, which ends with {last}", field="key", value=number)


def _first_gap(series: range, taken: AbstractSet[int]) -> int:
    """An import may have taken the last number of a series, and most of those before it are free."""
    for number in series:
        if number not in taken:
            return number
    raise Conflict("No number of this series is free.", field="key")
