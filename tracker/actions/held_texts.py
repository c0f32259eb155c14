"""Holding the text of a source, at once or later, and looking for the quotes that cite it."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from core import ledger
from core.access import Access, Right
from core.errors import Conflict, InvalidInput, TooLarge
from core.text import shows_nothing
from tracker.actions.holding import hold_relationship
from tracker.actions.records import entry_of
from tracker.models import Claim, Source, SourceText
from tracker.models.source import LONGEST_TEXT
from tracker.quotes import Folded, QuoteNotFound

CONTROLS = "\n\r\t\f"
MOST_MARKS = 30


@dataclass(frozen=True)
class Rechecked:
    """The claims of the source whose quotes are in its text, and those whose are not."""

    found: list[Claim]
    missing: list[Claim]


@transaction.atomic
def hold_text(*, source: Source, text: str, by: Access, at: dt.datetime) -> Rechecked:
    """Keeps the text as it is, character by character, and finds the place of each quote that cites the source.

    A quote that is not in it stays as it was entered, without a place, and is flagged. Conflict where a text is held
    already, or the same text by another source that is as open; TooLarge above a million characters; InvalidInput for
    what is no text.
    """
    by.require(Right.WRITE, source.relationship_id)
    _check(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    hold_relationship(source.relationship)
    source.refresh_from_db()
    if source.text_sha256:
        same = "this text" if source.text_sha256 == digest else "another text, which stays"
        raise Conflict(f"{source.key} holds {same} already", field="text")
    same_text = Source.objects.filter(relationship=source.relationship, handling=source.handling, text_sha256=digest)
    known = same_text.first()
    if known is not None:
        raise Conflict(f"the same text is held by {known.key}", field="text")
    SourceText.objects.create(source=source, text=text, sha256=digest, held_at=at, by=by.user)
    Source.objects.filter(pk=source.pk).update(text_sha256=digest, version=F("version") + 1)
    source.refresh_from_db()
    changes = {"text_sha256": [None, digest], "characters": [None, len(text)]}
    ledger.record(source.relationship_id, [entry_of(source, "text_held", changes)], by=by, at=at)
    return _recheck(source, text, by)


def _check(text: str) -> None:
    if not isinstance(text, str):
        raise InvalidInput("must be text", field="text")
    if len(text) > LONGEST_TEXT:
        raise TooLarge(f"has {len(text)} characters; at most {LONGEST_TEXT} are held", field="text")
    for char in set(text):
        category = unicodedata.category(char)
        if category == "Cs" or (category == "Cc" and char not in CONTROLS):
            raise InvalidInput(f"holds the character U+{ord(char):04X}, which no text has", field="text")
    if shows_nothing(text):
        raise InvalidInput("must not be empty", field="text")
    if _has_pile_of_marks(text):
        raise InvalidInput(f"holds a letter with more than {MOST_MARKS} accents, which no language has", field="text")


def _has_pile_of_marks(text: str) -> bool:
    """To compose such a letter takes a time that grows with the square of its marks (Unicode's Stream-Safe Text Format,
    UAX 15, allows thirty for that reason)."""
    pile = 0
    for char in text if any(map(unicodedata.combining, set(text))) else "":
        pile = pile + 1 if unicodedata.combining(char) else 0
        if pile > MOST_MARKS:
            return True
    return False


def _recheck(source: Source, text: str, by: Access) -> Rechecked:
    """Of all quotes; but who holds the text is told of those claims alone that are there for them."""
    rechecked = Rechecked([], [])
    claims = list(source.claims.in_force().exclude(quote="").order_by("number"))
    seen = set(source.claims.visible_to(by).values_list("pk", flat=True))
    folded = Folded.of(text) if claims else None
    for claim in claims:
        told = rechecked if claim.pk in seen else Rechecked([], [])
        try:
            place = folded.find(claim.quote) if folded else None
        except QuoteNotFound:
            place = None
        if place is None:
            told.missing.append(claim)
            continue
        claim.quote_start, claim.quote_end = place.start, place.end
        Claim.objects.filter(pk=claim.pk).update(quote_start=place.start, quote_end=place.end)
        told.found.append(claim)
    return rechecked
