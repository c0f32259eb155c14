"""The claims of a dossier, and then what the moves of issues cite of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from core.access import Access
from core.errors import ParleyError
from tracker.actions.claims import ClaimDraft, add_claims, day_by_rule
from tracker.dossiers.citations import write_citations
from tracker.dossiers.fields import Fields
from tracker.dossiers.parts import Choice, Day, Flag, Fuzzy, Part, Ref, Text
from tracker.dossiers.row_writing import Ready, Writer
from tracker.dossiers.rows import Entry, Shape
from tracker.dossiers.tables import CREDIBILITY, SPEAKER, TRANSLATION
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work
from tracker.evidence import Capacity, Modality, Stance
from tracker.folding import Folding
from tracker.models import Claim, Relationship, SourceText
from tracker.models.claim import LONGEST_QUOTE


class _Quote(Part):
    """In the characters of the source. A file may write it as people type it, as the action takes it too."""

    def read(self, fields: Fields, work: Work) -> str:
        return fields.verbatim(self.name, limit=LONGEST_QUOTE)

    def same(self, row: Any, value: Any, work: Work) -> bool:
        return row.quote == value or _folded(row.quote) == _folded(value)


class _Place(Part):
    """Where the quote begins in the held text; null says that it was not found there. It follows from the text, and is
    no content of the claim."""

    def read(self, fields: Fields, work: Work) -> int | None:
        value = fields.integer(self.name, required=False)
        if value is not None and value < 0:
            fields.refuse(self.name, "must be a number of characters", value)
        return value

    def of(self, row: Any) -> Any:
        return row.quote_start if row.quote and row.has_text else -1

    def plain(self, value: Any) -> Plain:
        return None if value == -1 else value

    def same(self, row: Any, value: Any, work: Work) -> bool:
        return True

    def given(self, value: Any, work: Work) -> Mapping[str, Any]:
        return {"near": value, "unplaced": value is None}


class _DayOfClaim(Day):
    """Told where the rule would give another: the source has got another day of publication since."""

    statable: ClassVar[bool] = False

    def of(self, row: Any) -> Any:
        by_rule = day_by_rule(row.said_on, row.source.published_on, row.known_at.date())
        return None if row.happened_on == by_rule else row.happened_on

    def same(self, row: Any, value: Any, work: Work) -> bool:
        return value in (None, row.happened_on)


class _Language(Text):
    """Told where it is not that of the source."""

    def of(self, row: Any) -> Any:
        return "" if row.language == row.source.language else row.language

    def same(self, row: Any, value: Any, work: Work) -> bool:
        return value in ("", row.language)


class _Repeats(Ref):
    def same(self, row: Any, value: Any, work: Work) -> bool:
        """A claim that repeats a repetition repeats what that one repeats."""
        named = work.records.get(value)
        return super().same(row, value, work) or (named is not None and self.of(row) == self.of(named))


SHAPE = Shape(
    section="claims",
    noun="claim",
    letter="Q",
    parts=(
        Ref("issue", required=True),
        Ref("source", required=True, noun="source", letter="S"),
        Text("summary", limit=500),
        _Quote("quote"),
        _Place("quote_start"),
        _Language("language", limit=12),
        Flag("only_in_translation"),
        TRANSLATION,
        SPEAKER,
        Choice("capacity", allowed=Capacity.values),
        Text("relayed_by"),
        Fuzzy("said_on"),
        _DayOfClaim("happened_on"),
        Choice("modality", allowed=Modality.values),
        Choice("stance", allowed=Stance.values),
        Ref("responds_to", noun="claim", letter="Q"),
        _Repeats("repeats", noun="claim", letter="Q"),
        CREDIBILITY,
        Ref("replaces", noun="claim", letter="Q"),
    ),
)


class _ClaimWriter(Writer):
    # What does not rest on each other is added together; each further step is a deed of its own.
    deepest = 100

    def rows(self, relationship: Any, access: Access) -> QuerySet[Any]:
        held = SourceText.objects.filter(source=OuterRef("source")).exclude(text="")
        rows: QuerySet[Any] = super().rows(relationship, access).annotate(has_text=Exists(held))
        return rows

    def create(self, ready: Sequence[Ready], work: Work) -> Iterator[tuple[Entry, Any]]:
        """All at once; if one of them is refused, one by one, to say which."""
        try:
            with transaction.atomic():
                claims = _add_all(ready, work, asking=False)
        except (ParleyError, IntegrityError):
            yield from super().create(ready, work)
        else:
            yield from zip((one.entry for one in ready), claims, strict=True)


def _add_all(ready: Sequence[Ready], work: Work, *, asking: bool) -> list[Claim]:
    if not ready:
        return []
    drafts = [ClaimDraft(**one.values, entered=one.entered) for one in ready]
    return add_claims(relationship=work.home, drafts=drafts, asking=asking, by=work.by, at=work.at)


def _add_one(one: Ready, work: Work) -> Claim:
    return _add_all([one], work, asking=True)[0]


def _folded(quote: str) -> str:
    return Folding.of(quote).folded.replace("\n", " ").strip(" ")


RELATED = ("issue", "source", "speaker", "responds_to", "repeats", "replaces", "by", "withdrawn_by")
WRITER = _ClaimWriter(SHAPE, Claim, _add_one, *RELATED)


class ClaimsSection:
    name = SHAPE.section

    def export(self, relationship: Relationship, access: Access) -> Plain:
        return [_export(row) for row in WRITER.rows(relationship, access)] or None

    def read(self, value: Value | None, work: Work) -> list[Entry]:
        return SHAPE.read(value, work)

    def write(self, entries: list[Entry], work: Work) -> None:
        WRITER.write(entries, work)
        write_citations(work)


def _export(row: Claim) -> dict[str, Plain]:
    """A quote that was not found in the text says so: where nothing is said it is looked for."""
    data = SHAPE.export(row)
    if SHAPE.parts[4].of(row) is None:
        data = {name: value for pair in data.items() for name, value in _with_place(pair)}
    return data


def _with_place(pair: tuple[str, Plain]) -> list[tuple[str, Plain]]:
    return [pair, ("quote_start", None)] if pair[0] == "quote" else [pair]
