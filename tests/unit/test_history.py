"""The two clocks in single stories; `test_history_properties.py` holds the same rules over random histories."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.history import (
    IllegalHistory,
    Move,
    check_append,
    effective,
    first_illegal,
    following,
    offered_moves,
    predecessor,
    status_at,
)
from tracker.statuses import Status


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def instant(hour: int) -> datetime:
    return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=hour)


def row(seq: int, to: str, on: int, known: int, supersedes: int | None = None) -> Move:
    return Move(seq, "", to, day(on), instant(known), supersedes)


RAISED = row(1, "raised", 0, 0)
AGREED = row(2, "agreed", 10, 240)
STORY = [RAISED, AGREED]


def test_a_status_holds_from_the_day_it_began_until_the_next() -> None:
    assert status_at(STORY, happened=day(-1)) is None
    assert [status_at(STORY, happened=day(n)) for n in (0, 9, 10, 99)] == [
        "raised",
        "raised",
        "agreed",
        "agreed",
    ]
    assert status_at(STORY) is Status.AGREED


def test_what_was_known_includes_the_instant_itself() -> None:
    assert status_at(STORY, known=instant(240)) == "agreed"
    assert status_at(STORY, known=instant(240) - timedelta(microseconds=1)) == "raised"
    assert status_at(STORY, known=instant(-1)) is None


def test_a_correction_changes_what_was_and_not_what_we_thought() -> None:
    story = [*STORY, row(3, "stalled", 10, 500, supersedes=2)]
    check_append(STORY, story[2:])
    assert status_at(story, happened=day(12)) == "stalled"
    assert status_at(story, happened=day(12), known=instant(300)) == "agreed"


def test_in_a_chain_of_corrections_the_first_row_stays_superseded() -> None:
    story = [*STORY, row(3, "stalled", 10, 300, supersedes=2), row(4, "dormant", 10, 400, supersedes=3)]
    check_append(STORY, story[2:])
    assert [status_at(story, known=instant(hour)) for hour in (299, 300, 400)] == [
        "agreed",
        "stalled",
        "dormant",
    ]
    assert effective(story) == [RAISED, story[3]]


def test_a_void_takes_a_row_away_and_a_later_row_may_bring_it_back() -> None:
    void = row(3, "", 10, 300, supersedes=2)
    back = row(4, "agreed", 10, 400, supersedes=3)
    check_append(STORY, [void])
    check_append([*STORY, void], [back])
    story = [*STORY, void, back]
    assert [status_at(story, known=instant(hour)) for hour in (299, 300, 400)] == [
        "agreed",
        "raised",
        "agreed",
    ]


def test_a_late_row_may_come_with_the_rows_that_supersede_what_follows_it() -> None:
    resolved = row(3, "resolved", 5, 300)
    with pytest.raises(IllegalHistory):
        check_append(STORY, [resolved])
    check_append(STORY, [resolved, row(4, "implementing", 10, 300, supersedes=2)])


def test_the_first_row_may_be_in_any_status_also_one_entered_late() -> None:
    for status in Status.values:
        check_append([], [row(1, status, 0, 0)])
    check_append(STORY, [row(3, "closed", -5, 300)])


def test_of_two_moves_on_one_day_the_one_entered_last_stands() -> None:
    assert status_at([RAISED, row(2, "discussing", 0, 1)], happened=day(0)) == "discussing"


def test_the_place_of_a_new_row_is_the_end_of_its_day() -> None:
    assert [predecessor(STORY, day(n), 3) for n in (-1, 0, 9, 10)] == ["", "raised", "raised", "agreed"]
    assert [following(STORY, day(n)) for n in (-1, 0, 9, 10)] == [STORY, [AGREED], [AGREED], []]


def test_a_correction_is_neither_before_nor_after_the_row_it_corrects() -> None:
    assert predecessor(STORY, day(10), 3, without=[2]) == "raised"
    assert predecessor(STORY, day(0), 3, without=[1]) == ""
    assert following(STORY, day(5), without=[2]) == []


def test_the_offered_moves_are_those_of_the_table_in_the_order_of_the_statuses() -> None:
    assert offered_moves("resolved") == [Status.RAISED, Status.IMPLEMENTING]
    assert offered_moves("") == list(Status)
    assert offered_moves("nonsense") == []


def test_a_backfilled_row_may_leave_a_gap_in_what_we_knew_but_none_in_what_was() -> None:
    """The bound that the docstring of `first_illegal` names; the step between was known only later."""
    story = [row(1, "watch", 0, 0), row(2, "discussing", 5, 300)]
    agreed = row(3, "agreed", 10, 200)
    check_append(story, [agreed])
    assert first_illegal([*story, agreed]) is None
    assert first_illegal([*story, agreed], known=instant(250)) == (story[0], agreed)


def test_a_first_row_in_no_status_at_all_is_found_too() -> None:
    stray = row(1, "vexed", 0, 0)
    assert first_illegal([stray]) == (None, stray)
    assert first_illegal([RAISED]) is None


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(IllegalHistory, match="time zone"):
        replace(RAISED, known_at=instant(0).replace(tzinfo=None))


REFUSED: dict[str, tuple[list[Move], str, str]] = {
    "superseding an unknown row": ([row(3, "stalled", 10, 300, 9)], "supersedes", "no row 9"),
    "superseding itself": ([row(3, "stalled", 10, 300, 3)], "supersedes", "no row 3"),
    "superseding a row of another age": ([row(3, "stalled", 10, 300, 0)], "supersedes", "no row 0"),
    "superseding twice": (
        [row(3, "stalled", 10, 300, 2), row(4, "dormant", 10, 300, 2)],
        "supersedes",
        "already superseded, by row 3",
    ),
    "a void of nothing": ([row(3, "", 10, 300)], "supersedes", "which row it voids"),
    "a void of a void": ([row(3, "", 10, 300, 2), row(4, "", 10, 300, 3)], "supersedes", "itself a void"),
    "a correction known before its error": (
        [row(3, "stalled", 10, 239, 2)],
        "known_at",
        "cannot be known earlier",
    ),
    "a gap in the numbers": ([row(4, "stalled", 11, 300)], "seq", "number 3, not 4"),
    "a number used before": ([row(2, "stalled", 11, 300)], "seq", "number 3, not 2"),
    "a word that is no status": ([row(3, "vexed", 11, 300)], "to_status", "'vexed' is not a status"),
    "half a surrogate pair": ([row(3, "\ud800", 11, 300)], "to_status", r"'\\ud800' is not a status"),
    "nothing left": ([row(3, "", 0, 300, 1), row(4, "", 10, 300, 2)], "supersedes", "always has a status"),
    "a forbidden move": (
        [row(3, "watch", 11, 300)],
        "to_status",
        "Agreed on 2026-01-11 may not be followed by Watch on 2026-01-12",
    ),
    "a late row before what cannot follow it": (
        [row(3, "dormant", 5, 300)],
        "occurred_on",
        "Dormant on 2026-01-06 may not be followed by Agreed on 2026-01-11",
    ),
    "a void between two that do not meet": (
        [
            row(3, "stalled", 11, 300),
            row(4, "raised", 12, 300),
            row(5, "", 11, 300, 3),
            row(6, "", 10, 300, 2),
        ],
        "to_status",
        "Raised on 2026-01-01 may not be followed by Raised on 2026-01-13",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(what: str) -> None:
    new, field, reason = REFUSED[what]
    with pytest.raises(IllegalHistory, match=reason) as caught:
        check_append(STORY, new)
    assert caught.value.field == field
    assert caught.value.reason == str(caught.value)
    caught.value.reason.encode()


def test_a_void_that_lets_two_old_rows_meet_is_refused_for_what_it_takes_away() -> None:
    story = [*STORY, row(3, "stalled", 11, 300), row(4, "raised", 12, 300)]
    with pytest.raises(IllegalHistory) as caught:
        check_append(story, [row(5, "", 10, 300, 2), row(6, "", 11, 300, 3)])
    assert caught.value.field == "supersedes"
