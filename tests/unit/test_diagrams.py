"""The page of states is read back and compared with the table it was made from."""

import re

from tracker.diagrams import render_states
from tracker.statuses import MOVES, TEST_OF, Status, pairs


def arrows(page: str) -> list[tuple[str, str]]:
    return re.findall(r"^ {4}(\w+) --> (\w+)$", page, re.MULTILINE)


def test_the_diagram_has_exactly_the_moves_of_the_table() -> None:
    assert arrows(render_states()) == [pair for pair in pairs() if pair[0]]


def test_a_move_taken_out_of_the_table_leaves_the_diagram_other_than_it_was() -> None:
    page = render_states().replace("    closed --> watch\n", "")
    assert arrows(page) != [pair for pair in pairs() if pair[0]]


def test_the_table_has_a_row_for_each_status_with_its_test_and_its_moves() -> None:
    rows = [line.strip("| ").split(" | ") for line in render_states().splitlines() if line.startswith("| ")][1:]
    assert [(name, test) for name, test, _ in rows] == [(status.value, TEST_OF[status]) for status in Status]
    assert all(set(moves.split(", ")) == set(MOVES[Status(name)]) for name, _, moves in rows)


def test_the_diagram_stands_in_a_block_that_renders() -> None:
    page = render_states()
    assert page.count("```") == 2
    assert "```mermaid\nstateDiagram-v2\n" in page


def test_the_page_is_the_same_every_time_and_ends_with_one_line_end() -> None:
    assert render_states() == render_states()
    assert re.search(r"[^\n]\n\Z", render_states())
