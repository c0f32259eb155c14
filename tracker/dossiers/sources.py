"""The sources of a dossier, each with the text that is held of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar

from core.access import Access
from tracker.actions.held_texts import hold_text
from tracker.actions.history import Author
from tracker.actions.sources import SourceDraft, add_source, edit_source
from tracker.dossiers.fields import Fields
from tracker.dossiers.parts import Choice, Day, Part, PartyRef, Ref, Text
from tracker.dossiers.row_writing import Ready, Task, Writer
from tracker.dossiers.rows import Entry, Shape
from tracker.dossiers.tables import RELIABILITY
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work
from tracker.evidence import SourceKind
from tracker.models import Relationship, Source
from tracker.models.source import LONGEST_TEXT


class _HeldText(Part):
    """Character by character. It is written once, so that nothing can be said by a null."""

    statable: ClassVar[bool] = False

    def read(self, fields: Fields, work: Work) -> str:
        return fields.verbatim(self.name, limit=LONGEST_TEXT)

    def of(self, row: Any) -> str:
        return str(row.held_text.text) if row.text_sha256 else ""

    def same(self, row: Any, value: Any, work: Work) -> bool:
        return not value or bool(row.text_sha256 == hashlib.sha256(value.encode()).hexdigest())


TEXT = _HeldText("text")
SHAPE = Shape(
    section="sources",
    noun="source",
    letter="S",
    parts=(
        Choice("kind", allowed=SourceKind.values),
        Text("title", limit=300, required=True),
        Text("publisher", limit=200),
        PartyRef("issued_by"),
        Text("url", limit=2000),
        Day("published_on"),
        Day("retrieved_on"),
        Text("language", limit=12),
        RELIABILITY,
        Ref("derives_from", noun="source", letter="S"),
        Ref("translation_of", noun="source", letter="S"),
        TEXT,
    ),
    stamps=(),
    endings=(),
    stating=True,
)
# Of these there is always one: by rule, if nothing is said.
NEVER_EMPTY = ("kind", "retrieved_on", "language")


class _SourceWriter(Writer):
    def compare(self, task: Task, work: Work) -> None:
        """A source is edited, its text is not."""
        if task.row.text_sha256 and not TEXT.same(task.row, task.entry.values.get("text"), work):
            reason = f"{task.row.key} holds another text, which stays"
            task.entry.fields.refuse("text", reason)

    def bring_up(self, task: Task, work: Work) -> None:
        before = task.row.version
        values = self._changes(task, work)
        with work.reporting(task.entry.fields):
            if values:
                edit_source(source=task.row, version=before, values=values, by=work.by, at=work.at)
                self.look_again(work)
            changed = task.row.version != before
            work.count("sources", "changed" if changed else "unchanged")
            if changed:
                work.note_handling(task.row.handling)

    def _changes(self, task: Task, work: Work) -> dict[str, Any]:
        stated = task.entry.values
        values: dict[str, Any] = {}
        for part in self.shape.parts:
            if part is not TEXT and part.name in stated and not part.same(task.row, stated[part.name], work):
                values |= part.given(stated[part.name], work)
        if task.entry.handling not in ("", task.row.handling):
            values["handling"] = task.entry.handling
        return values

    def finish(self, task: Task, authors: Mapping[str, Author], work: Work) -> None:
        text = task.entry.values.get("text")
        if text and not task.row.text_sha256:
            with work.reporting(task.entry.fields):
                hold_text(source=task.row, text=text, by=work.by, at=work.at)
                work.count("texts", "created")


def _add(one: Ready, work: Work) -> Source:
    values = {name: value for name, value in one.values.items() if name != "text"}
    draft = SourceDraft(**values)
    return add_source(relationship=work.home, draft=draft, entered=one.entered, by=work.by, at=work.at)


WRITER = _SourceWriter(SHAPE, Source, _add, "issued_by", "derives_from", "translation_of")


class SourcesSection:
    name = SHAPE.section

    def export(self, relationship: Relationship, access: Access) -> Plain:
        return [SHAPE.export(row) for row in WRITER.rows(relationship, access).select_related("held_text")] or None

    def read(self, value: Value | None, work: Work) -> list[Entry]:
        entries = SHAPE.read(value, work)
        for entry in entries:
            for name in NEVER_EMPTY:
                if name in entry.values and not entry.values[name] and name not in entry.fields.wrong:
                    entry.fields.refuse(name, "must not be empty")
        return entries

    def write(self, entries: list[Entry], work: Work) -> None:
        WRITER.write(entries, work)
