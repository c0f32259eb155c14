"""Fields that are tables of their own: who spoke, a translation, a judgement with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.dossiers.fields import Fields
from tracker.dossiers.parts import Part, PartyRef, Reference, Text
from tracker.dossiers.values import Plain
from tracker.dossiers.work import Work
from tracker.evidence import Credibility, Reliability, Translator
from tracker.models.claim import LONGEST_QUOTE


@dataclass(frozen=True)
class TablePart(Part):
    """The value is one of each of its parts; None where nothing is said."""

    parts: tuple[Part, ...] = ()

    def read(self, fields: Fields, work: Work) -> Any:
        inner = fields.inner(self.name)
        if inner is None:
            return None
        value = {part.name: part.read(inner, work) for part in self.parts}
        inner.finish()
        fields.take_over(inner)
        return value if any(value.values()) else None

    def of(self, row: Any) -> Any:
        value = {part.name: part.of(row) for part in self.parts}
        return value if any(value.values()) else None

    def plain(self, value: Any) -> Plain:
        shown = {part.name: part.plain(value[part.name]) for part in self.parts} if value else {}
        return {name: one for name, one in shown.items() if one is not None} or None

    def references(self, value: Any) -> Iterator[Reference]:
        for part in self.parts if value else ():
            yield from part.references(value[part.name])

    def given(self, value: Any, work: Work) -> Mapping[str, Any]:
        told: dict[str, Any] = {}
        for part in self.parts if value else ():
            told |= part.given(value[part.name], work)
        return told


SPEAKER = TablePart(
    "speaker", parts=(PartyRef("party", "speaker"), Text("name", "speaker_name"), Text("office", "speaker_office"))
)


@dataclass(frozen=True)
class Maker(Part):
    """Who translated: we, if nobody is named."""

    def read(self, fields: Fields, work: Work) -> str:
        return fields.choice(self.name, Translator.values, required=False) or Translator.OURS


class TranslationPart(TablePart):
    def of(self, row: Any) -> Any:
        """A translation that was redacted is none."""
        return super().of(row) if row.translation else None


TRANSLATION = TranslationPart(
    "translation",
    parts=(
        Text("text", "translation", required=True, limit=LONGEST_QUOTE, lines=True),
        Maker("by", "translated_by"),
    ),
)


@dataclass(frozen=True)
class Figure(Part):
    """The figure of a claim, where it is not the rule's."""

    def read(self, fields: Fields, work: Work) -> int | None:
        value = fields.integer(self.name)
        if value is not None and value not in Credibility.values:
            fields.refuse(self.name, "must be a figure from 1 to 6", value)
        return value

    def of(self, row: Any) -> Any:
        return row.stated_credibility


CREDIBILITY = TablePart(
    "credibility",
    parts=(
        Figure("value", "credibility"),
        Text("reason", "credibility_reason", required=True, limit=500, lines=True),
    ),
)


@dataclass(frozen=True)
class Letter(Part):
    """The letter of a source, where it is not the rule's."""

    def read(self, fields: Fields, work: Work) -> str:
        return fields.choice(self.name, Reliability.values)

    def of(self, row: Any) -> Any:
        return row.reliability if row.reliability_reason else ""


class ReliabilityPart(TablePart):
    def given(self, value: Any, work: Work) -> Mapping[str, Any]:
        """Nothing said: back to the rule."""
        return super().given(value, work) or {"reliability": "", "reliability_reason": ""}


RELIABILITY = ReliabilityPart(
    "reliability",
    parts=(
        Letter("value", "reliability"),
        Text("reason", "reliability_reason", required=True, limit=500, lines=True),
    ),
)
