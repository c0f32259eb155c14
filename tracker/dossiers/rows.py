"""Sources and records in a dossier: what stands there of each, and how it is read. Asks no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from core.visibility import Handling
from tracker.actions.numbering import RESTRICTED_FROM, SERIES
from tracker.dossiers.endings import WITHDRAWN, End, Ending
from tracker.dossiers.fields import Fields
from tracker.dossiers.parts import Instant, Part, not_a_key, number_of
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work


@dataclass
class Entry:
    """`values` holds the fields that the file states, by their names in it."""

    fields: Fields
    key: str
    handling: str = ""
    once_restricted: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    ends: dict[str, End] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return number_of(self.key)

    @property
    def series(self) -> str:
        """That of its number: a row that was opened later keeps the one that it got when it was restricted."""
        restricted = self.once_restricted or self.handling == Handling.RESTRICTED
        return Handling.RESTRICTED if restricted else Handling.OPEN

    @property
    def sound(self) -> bool:
        return self.key != "" and not self.fields.broken


class _AuthorPart(Part):
    def read(self, fields: Fields, work: Work) -> str:
        return fields.text(self.name, limit=150, required=False)

    def of(self, row: Any) -> str:
        return str(row.author)


@dataclass(frozen=True)
class Shape:
    """What the rows of one section look like. `stating`: rows that may be edited also say which fields are empty."""

    section: str
    noun: str
    letter: str
    parts: tuple[Part, ...]
    stamps: tuple[Part, ...] = (Instant("known_at"), _AuthorPart("by"))
    endings: tuple[Ending, ...] = (WITHDRAWN,)
    stating: bool = False

    def export(self, row: Any) -> dict[str, Plain]:
        data: dict[str, Plain] = {"key": row.key, **_opened_later(row)}
        data |= self._shown(self.parts, row)
        data |= {"handling": row.handling, **self._shown(self.stamps, row)}
        for ending in self.endings:
            data |= ending.export(row)
        return data

    def _shown(self, parts: tuple[Part, ...], row: Any) -> dict[str, Plain]:
        shown = [(part, part.plain(part.of(row))) for part in parts]
        empty_too = self.stating
        return {part.name: value for part, value in shown if value is not None or (empty_too and part.statable)}

    def read(self, value: Value | None, work: Work) -> list[Entry]:
        if value is None:
            return []
        entries = [self._read(fields, work) for fields in Fields.of_listing(self.section, value, work.report)]
        first: dict[str, Entry] = {}
        for entry in entries:
            known = first.setdefault(entry.key, entry)
            if entry.key and known is not entry:
                entry.fields.refuse("key", f"stands twice, first in line {known.fields.mark.line}", entry.key)
        work.record_keys |= set(first) - {""}
        return entries

    def _read(self, fields: Fields, work: Work) -> Entry:
        entry = Entry(fields, self._read_key(fields, work))
        entry.handling = fields.choice("handling", Handling.values, required=False)
        entry.once_restricted = _read_series(fields, entry)
        for part in (*self.parts, *self.stamps):
            value = part.read(fields, work)
            if fields.has(part.name):
                entry.values[part.name] = value
        entry.ends = dict(self._read_ends(fields, work))
        fields.finish()
        return entry

    def _read_key(self, fields: Fields, work: Work) -> str:
        text = fields.text("key", limit=24)
        reason = not_a_key(text, self.noun, self.letter, work) if text else ""
        if reason:
            fields.refuse("key", reason, text)
        return "" if reason else text

    def _read_ends(self, fields: Fields, work: Work) -> Iterator[tuple[str, End]]:
        for ending in self.endings:
            end = ending.read(fields, work)
            if end is not None:
                yield ending.name, end


def _opened_later(row: Any) -> dict[str, Plain]:
    """Told where the number would be refused without it."""
    opened = row.handling == Handling.OPEN and row.number not in SERIES[Handling.OPEN]
    return {"series": Handling.RESTRICTED.value} if opened else {}


def _read_series(fields: Fields, entry: Entry) -> bool:
    stated = fields.choice("series", [Handling.RESTRICTED], required=False)
    if stated and entry.key and entry.number < RESTRICTED_FROM:
        fields.refuse("series", f"begins with the number {RESTRICTED_FROM}", stated)
    return bool(stated)
