"""Bringing sources and records up to a dossier: each after those on which it rests, by the actions that people use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

from core.visibility import Handling
from tracker.actions.handling import change_handling
from tracker.actions.history import Author
from tracker.actions.records import Entered
from tracker.dossiers.authors import authors_of
from tracker.dossiers.numbers import check_numbers
from tracker.dossiers.rows import Entry, Shape
from tracker.dossiers.succession import check_replaced
from tracker.dossiers.waves import depths
from tracker.dossiers.work import Work

TOO_DEEP = (
    "is the last of more than {} new {} of which each rests on the one before; bring in the first {} before these"
)
OTHERWISE = "{} is on record otherwise; a record is written once: withdraw it, and enter another"


@dataclass
class Task:
    """An entry with the row that is on record, if there is one."""

    entry: Entry
    row: Any


@dataclass(frozen=True)
class Ready:
    """What an action needs for a new row: the values of its draft, and how it came in."""

    entry: Entry
    values: Mapping[str, Any]
    entered: Entered


class Writer:
    """Writes the rows of one shape. `add` makes one row of an entry that is ready."""

    # How many new rows may rest on each other, each on the one before; None where it makes no difference.
    deepest: ClassVar[int | None] = None

    def __init__(self, shape: Shape, model: type[Model], add: Callable[[Ready, Work], Any], *related: str) -> None:
        self.shape, self.model, self.related = shape, model, related
        self._add = add

    def rows(self, relationship: Any, access: Any) -> QuerySet[Any]:
        """In one order everywhere: that of their numbers."""
        rows = self.model._default_manager.visible_to(access)  # type: ignore[attr-defined]
        found: QuerySet[Any] = rows.filter(relationship=relationship).order_by("number")
        return found.select_related("relationship", *self.related)

    def write(self, entries: Sequence[Entry], work: Work) -> None:
        found = self.rows(work.relationship, work.by) if work.relationship and entries else []
        on_record = {row.key: row for row in found}
        work.records |= on_record
        tasks = [Task(entry, on_record.get(entry.key)) for entry in entries]
        self._check(tasks, work)
        if work.relationship is None:
            return
        authors = authors_of(names(task.entry for task in tasks if task.entry.sound), work.by)
        for wave in self._waves([task for task in tasks if task.entry.sound]):
            self._write_wave(wave, authors, work)
        for task in tasks:
            if task.entry.sound and task.row is not None:
                self.finish(task, authors, work)

    def _check(self, tasks: Sequence[Task], work: Work) -> None:
        """What an entry says of other rows, its number, and of its own row what cannot be changed any more."""
        new = [task.entry for task in tasks if task.row is None and task.entry.key]
        named = [entry for entry in new if entry.handling or entry.once_restricted or entry.number < 900_000]
        relationship = work.relationship
        all_rows = self.model._default_manager.filter(relationship=relationship) if relationship else None
        uncleared = not (work.by.is_system or (relationship is not None and relationship.pk in work.by.cleared))
        check_numbers(new if uncleared else named, all_rows, self.shape.section, work)
        for task in tasks:
            self._check_references(task.entry, work)
            if task.row is not None and task.entry.sound:
                self.compare(task, work)
        check_replaced(tasks, self.shape, work)

    def _check_references(self, entry: Entry, work: Work) -> None:
        for part in self.shape.parts:
            for noun, key in part.references(entry.values.get(part.name) or ()):
                is_known = key in work.parties.keys() | work.party_codes if noun == "party" else work.knows(key)
                if not is_known:
                    entry.fields.refuse(part.name, f"there is no such {noun}", key)
                elif key == entry.key:
                    entry.fields.refuse(part.name, f"is the {noun} itself", key)

    def compare(self, task: Task, work: Work) -> None:
        for part in self.shape.parts:
            if part.name in task.entry.values and not part.same(task.row, task.entry.values[part.name], work):
                task.entry.fields.refuse(part.name, OTHERWISE.format(task.row.key))
        for part in self.shape.stamps:
            stated = task.entry.values.get(part.name)
            if stated and not part.same(task.row, stated, work):
                task.entry.fields.refuse(part.name, OTHERWISE.format(task.row.key))

    def _waves(self, tasks: Sequence[Task]) -> Iterator[list[Task]]:
        """Each row after those of its own kind that it names; what is on record waits for new rows alone."""
        by_key = {task.entry.key: task for task in tasks}
        new = {key for key, task in by_key.items() if task.row is None}
        found = depths({key: self._named(task.entry) for key, task in by_key.items()}, new)
        for task in tasks:
            if task.entry.key not in found:
                task.entry.fields.refuse("key", "rests on itself, by way of those that it names", task.entry.key)
            elif self.deepest is not None and found[task.entry.key] == self.deepest and task.entry.key in new:
                reason = TOO_DEEP.format(self.deepest, self.shape.section, self.deepest)
                task.entry.fields.refuse("key", reason, task.entry.key)
        waves: dict[int, list[Task]] = {}
        for key, depth in found.items():
            waves.setdefault(depth, []).append(by_key[key])
        for depth in sorted(waves)[: self.deepest]:
            yield waves[depth]

    def _named(self, entry: Entry) -> set[str]:
        parts = (part.references(entry.values.get(part.name) or ()) for part in self.shape.parts)
        return {key for references in parts for _, key in references}

    def _write_wave(self, wave: Sequence[Task], authors: Mapping[str, Author], work: Work) -> None:
        """What is on record first: the new ones of a wave may rest on that, and never the other way round."""
        new: dict[str, Task] = {}
        for task in wave:
            if task.row is None:
                new[task.entry.key] = task
            else:
                self.bring_up(task, work)
        ready = [one for task in new.values() if (one := self._ready(task.entry, authors, work))]
        for entry, row in self.create(ready, work):
            new[entry.key].row = work.records[entry.key] = row
            work.count(self.shape.section, "created")
            work.note_handling(row.handling)

    def _ready(self, entry: Entry, authors: Mapping[str, Author], work: Work) -> Ready | None:
        """None where something that it names could not be written; that has its own problem."""
        for part in self.shape.parts:
            for noun, key in part.references(entry.values.get(part.name) or ()):
                if (work.parties.get(key) if noun == "party" else work.finds(key)) is None:
                    return None
        values: dict[str, Any] = {"handling": entry.handling}
        for part in self.shape.parts:
            if part.name in entry.values:
                values |= part.given(entry.values[part.name], work)
        return Ready(entry, values, self._entered(entry, authors))

    def _entered(self, entry: Entry, authors: Mapping[str, Author]) -> Entered:
        name = entry.values.get("by", "")
        return Entered(
            number=entry.number,
            series=Handling.RESTRICTED if entry.once_restricted else "",
            known_at=entry.values.get("known_at"),
            author=authors.get(name, Author(name=name)),
        )

    def create(self, ready: Sequence[Ready], work: Work) -> Iterator[tuple[Entry, Any]]:
        for one in ready:
            made = None
            with work.reporting(one.entry.fields):
                made = self._add(one, work)
            if made is not None:
                yield one.entry, made

    def bring_up(self, task: Task, work: Work) -> None:
        """Of a record on record only who may read it can change."""
        wanted = task.entry.handling
        if not wanted or wanted == task.row.handling:
            work.count(self.shape.section, "unchanged")
            return
        with work.reporting(task.entry.fields):
            change_handling(record=task.row, handling=wanted, by=work.by, at=work.at)
            self.look_again(work)
            work.note_handling(Handling.RESTRICTED)
            work.count(self.shape.section, "changed")

    def look_again(self, work: Work) -> None:
        """What rests on a row that was restricted is restricted with it."""
        rows = self.model._default_manager.filter(relationship=work.relationship)
        now: dict[str, str] = dict(rows.values_list("key", "handling"))
        for key, handling in now.items():
            if key in work.records:
                work.records[key].handling = handling

    def finish(self, task: Task, authors: Mapping[str, Author], work: Work) -> None:
        """Ends it as the file says. What rests on a record may not be entered any more once it is withdrawn, so that
        comes last of all."""
        for ending in self.shape.endings:
            end = task.entry.ends.get(ending.name)
            if end is None:
                continue
            step = partial(self._end, ending.write, end, task.row, authors, work)
            if ending.name == "withdrawn" and task.row.withdrawn_at is None:
                work.afterwards.append(step)
            else:
                step()

    def _end(self, write: Callable[..., bool], end: Any, row: Any, authors: Mapping[str, Author], work: Work) -> None:
        if write(end, row, authors, work):
            work.count(f"{self.shape.section} ended", "changed")


def names(entries: Iterable[Entry]) -> set[str]:
    """Everybody who is named as an author of a row, or of its end."""
    found = set()
    for entry in entries:
        found.add(entry.values.get("by", ""))
        found |= {end.values.get("by", "") for end in entry.ends.values()}
    return found
