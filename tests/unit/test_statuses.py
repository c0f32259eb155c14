"""The table of moves, held against a second copy written by hand: a slip in one shows in the other."""

import pytest

from tracker.statuses import MOVES, TEST_OF, Category, Priority, Status, Trend, may_move, pairs

BY_HAND = """
watch        > raised discussing negotiating dormant resolved closed
raised       > discussing negotiating agreed stalled dormant resolved closed
discussing   > negotiating agreed stalled dormant resolved closed
negotiating  > agreed stalled dormant resolved closed
agreed       > implementing negotiating stalled resolved closed
implementing > negotiating stalled resolved closed
stalled      > raised discussing negotiating implementing dormant resolved closed
dormant      > watch raised discussing negotiating resolved closed
resolved     > raised implementing
closed       > watch raised
"""


def by_hand() -> dict[str, set[str]]:
    lines = (line.split(">") for line in BY_HAND.strip().splitlines())
    return {from_.strip(): set(to.split()) for from_, to in lines}


def test_the_table_is_the_one_that_was_agreed() -> None:
    assert {from_.value: {to.value for to in tos} for from_, tos in MOVES.items()} == by_hand()


@pytest.mark.parametrize("from_", Status.values)
@pytest.mark.parametrize("to", Status.values)
def test_a_move_is_allowed_exactly_if_the_table_has_it(from_: str, to: str) -> None:
    assert may_move(from_, to) == (to in by_hand()[from_])


@pytest.mark.parametrize("status", Status.values)
def test_an_issue_may_be_created_in_any_status(status: str) -> None:
    assert may_move("", status)


@pytest.mark.parametrize("status", Status.values)
def test_no_status_moves_to_itself(status: str) -> None:
    assert not may_move(status, status)


@pytest.mark.parametrize("word", ["", "Watch", "nonsense", "watch ", "wat\x00ch", "\ud800"])
def test_a_word_that_is_no_status_is_never_reached_and_never_left(word: str) -> None:
    assert not may_move("watch", word)
    assert not may_move("", word)
    assert word == "" or not may_move(word, "raised")


def test_every_status_can_be_reached_from_every_other() -> None:
    for start in Status:
        reached, front = {start}, {start}
        while front:
            front = {to for from_ in front for to in MOVES[from_]} - reached
            reached |= front
        assert reached == set(Status)


def test_the_pairs_are_the_creations_and_then_the_moves_in_the_order_of_the_statuses() -> None:
    assert pairs()[:10] == [("", status) for status in Status.values]
    assert pairs()[10:] == [(from_, to) for from_ in Status.values for to in Status.values if to in by_hand()[from_]]


def test_the_pairs_are_plain_text_so_that_a_migration_can_hold_them() -> None:
    assert {type(word) for pair in pairs() for word in pair} == {str}


def test_every_status_has_a_test_of_one_line() -> None:
    assert list(TEST_OF) == list(Status)
    assert all(text.endswith(".") and "\n" not in text and "|" not in text for text in TEST_OF.values())
    assert len(set(TEST_OF.values())) == len(Status)


@pytest.mark.parametrize("choices", [Status, Trend, Priority, Category])
def test_values_are_short_lower_case_words(choices: type[Status]) -> None:
    assert all(value.isascii() and value == value.lower() and len(value) <= 16 for value in choices.values)
