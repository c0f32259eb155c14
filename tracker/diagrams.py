"""`docs/states.md`, made from the table of moves, so that what people read is what the program does.

The page is checked in; a test holds it equal to `render_states()`.
"""

from __future__ import annotations

from tracker.history import offered_moves
from tracker.statuses import TEST_OF, Status, pairs

INTRODUCTION = """\
# The states of an issue

This page is generated from the table of moves in `tracker/statuses.py`. To change it, change the table.

An issue may be created in any status. From there it moves along the arrows, each time with a reason and the
day it happened. A move that is not drawn here is refused everywhere: in the admin, by the API, in imports and
by the database.
"""


def render_states() -> str:
    """The whole page: the diagram, then the test and the moves of each status."""
    return f"{INTRODUCTION}\n{_diagram()}\n{_table()}"


def _diagram() -> str:
    """A Mermaid diagram of the moves; creation is left to the prose, as ten arrows from nowhere would hide the rest."""
    arrows = [f"    {from_} --> {to}" for from_, to in pairs() if from_]
    names = [f"    {status.value}: {status.label}" for status in Status]
    return "\n".join(("```mermaid", "stateDiagram-v2", *names, *arrows, "```", ""))


def _table() -> str:
    """Each status with the test by which it is told from the others."""
    head = ("| status | when it applies | may move to |", "|---|---|---|")
    rows = [
        f"| {status.value} | {TEST_OF[status]} | {', '.join(to.value for to in offered_moves(status))} |"
        for status in Status
    ]
    return "\n".join((*head, *rows, ""))
