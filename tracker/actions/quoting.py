"""A quote is in the text that its source holds, word for word, or it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import InvalidInput
from core.text import clean
from tracker.models import Source, SourceText
from tracker.models.claim import LONGEST_QUOTE
from tracker.quotes import Folded, QuoteNotFound

DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@dataclass(frozen=True)
class Place:
    """A quote as it is kept: the exact characters of the held text, and where they stand. No place where no text is
    held."""

    quote: str
    start: int | None = None
    end: int | None = None


class HeldTexts:
    """The texts of the sources that one deed quotes, each read and folded once."""

    def __init__(self) -> None:
        self._folded: dict[int, Folded | None] = {}

    def place(self, source: Source, quote: str, *, near: int | None = None, unplaced: bool = False) -> Place:
        """InvalidInput for a quote that the held text does not have, with the nearest passage that it has. An
        `unplaced` one is not looked for."""
        if len(quote) > LONGEST_QUOTE:
            clean(quote, field="quote", limit=LONGEST_QUOTE, lines=True)
        folded = self._text_of(source) if quote and not unplaced else None
        _refuse_marks(quote, folded.folding.text if folded else "")
        if folded is None:
            return Place(clean(quote, field="quote", limit=LONGEST_QUOTE, required=False, lines=True))
        try:
            found = folded.find(quote, near=near)
        except QuoteNotFound as error:
            nearest = f" The nearest passage is: {error.nearest}" if error.nearest else ""
            raise InvalidInput(f"{error.reason}{nearest}", field="quote") from error
        return Place(found.exact, found.start, found.end)

    def _text_of(self, source: Source) -> Folded | None:
        if source.pk not in self._folded:
            row = SourceText.objects.filter(source=source).exclude(text="").first()
            self._folded[source.pk] = Folded.of(row.text) if row else None
        return self._folded[source.pk]


def _refuse_marks(quote: str, text: str) -> None:
    """With marks that turn the direction of writing, words look otherwise than they are kept. A text may have them."""
    if any(mark in quote for mark in DIRECTIONS) and quote not in text:
        raise InvalidInput(
            "holds hidden marks that turn the direction of writing, and the text does not have them there",
            field="quote",
        )
