"""What stands in the place of another row: that one must have gone out of force, or both would hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from tracker.dossiers.rows import Entry, Shape
from tracker.dossiers.work import Work
from tracker.evidence import DeadlineOutcome
from tracker.models import Deadline

IN_FORCE = "{} is still in force: say how it ended"
NOT_MOVED = "was moved, but no deadline replaces it; if that one is not to be told here, say `untold: true`"


class HasEntry(Protocol):
    entry: Entry
    row: Any


def check_replaced(tasks: Iterable[HasEntry], shape: Shape, work: Work) -> None:
    """Of new rows: what they replace has ended, on record or by this file."""
    tasks = list(tasks)
    ending = {task.entry.key for task in tasks if task.entry.ends}
    for task in tasks:
        key = task.entry.values.get("replaces")
        if task.row is not None or not key or key == task.entry.key or not work.knows(key):
            continue
        if key not in ending and not _is_over(work.records.get(key), shape):
            task.entry.fields.refuse("replaces", IN_FORCE.format(key), key)


def _is_over(row: Any, shape: Shape) -> bool:
    return row is not None and any(getattr(row, ending.at) is not None for ending in shape.endings)


def check_moved(tasks: Sequence[HasEntry], work: Work) -> None:
    """Of deadlines that the file closes as moved: one stands in their place, on record or in this file."""
    successors = {task.entry.values.get("replaces") for task in tasks}
    on_record = (row for row in work.records.values() if isinstance(row, Deadline))
    successors |= {row.replaces.key for row in on_record if row.replaces is not None}
    for task in tasks:
        closed = task.entry.ends.get("closed")
        if closed is None or (task.row is not None and task.row.closed_at is not None):
            continue
        reason = _wrong_of(closed.values, task.entry.key in successors)
        if reason:
            closed.fields.refuse(*reason)
            task.entry.fields.take_over(closed.fields)


def _wrong_of(told: Mapping[str, Any], has_successor: bool) -> tuple[str, str] | None:
    is_moved = told.get("outcome") == DeadlineOutcome.MOVED
    if told.get("untold") and not is_moved:
        return "untold", "goes with the outcome moved"
    if is_moved and not has_successor and not told.get("untold"):
        return "outcome", NOT_MOVED
    return None
