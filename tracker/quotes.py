"""Finding a quote in the text of its source.

A quote counts only if it is in the text, and is kept in the text's own characters: what a person typed or pasted
is a way to find it, no more. So the comparison is lenient in what typing and copying change (`folding` says what),
and strict in letters, case and digits.

A quote lies within one paragraph. Two sentences from two paragraphs may have two speakers, and a reader who sees
them as one is misled; so they are two claims.

Pure: no database, no clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.fuzz import partial_ratio_alignment

from tracker.folding import Folding

LONGEST_QUOTE = 5_000
LONGEST_PASSAGE = 200
# Of 100. Unrelated sentences of one language score some 50; one with every fifth letter wrong about 80.
ALIKE = 65
LONGEST_WORD = 30
# Places that look right and begin or end within a character, as a dot does within an ellipsis: then no text has it.
MOST_TRIES = 20_000
SENTENCE_END = re.compile(r"[.!?…]{1,5}[\"'”’»)]{0,3}(?=\s)|[。！？][」』”’]{0,3}|[\n\r\x85\u2028\u2029]+")


class QuoteNotFound(ValueError):
    """Words that are not in the text; `reason` is for the person who quoted them, `nearest` what may be meant."""

    def __init__(self, reason: str, nearest: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands in the text, in code points, and how it reads there."""

    start: int
    end: int
    exact: str


def find_quote(text: str, quote: str, *, near: int | None = None) -> Found:
    """The quote in this text. For many quotes of one text keep a `Folded` of it."""
    return Folded.of(text).find(quote, near=near)


@dataclass(frozen=True, slots=True)
class Folded:
    """A held text, made ready once to be searched for many quotes."""

    folding: Folding

    @classmethod
    def of(cls, text: str) -> Folded:
        return cls(Folding.of(text))

    def find(self, quote: str, *, near: int | None = None) -> Found:
        """The first occurrence, or the one whose start is nearest to the offset `near`; else QuoteNotFound."""
        if len(quote) > LONGEST_QUOTE:
            raise QuoteNotFound(f"The quote has {len(quote)} characters; at most {LONGEST_QUOTE} are kept.")
        wanted = Folding.of(quote).folded.replace("\n", " ").strip(" ")
        if not wanted:
            raise QuoteNotFound("The quote is empty.")
        span = self._first(wanted) if near is None else self._nearest(wanted, near)
        if span is None:
            raise self._not_found(wanted)
        start, end = span
        return Found(start, end, self.folding.text[start:end])

    def _first(self, wanted: str, begin: int = 0) -> tuple[int, int] | None:
        at = self.folding.folded.find(wanted, begin)
        for _ in range(MOST_TRIES):
            if at < 0:
                break
            span = self.folding.span(at, at + len(wanted))
            if span is not None:
                return span
            at = self.folding.folded.find(wanted, at + 1)
        return None

    def _last(self, wanted: str, before: int) -> tuple[int, int] | None:
        """The last that begins before a place of the folded text."""
        at = self.folding.folded.rfind(wanted, 0, max(before - 1 + len(wanted), 0))
        for _ in range(MOST_TRIES):
            if at < 0:
                break
            span = self.folding.span(at, at + len(wanted))
            if span is not None:
                return span
            at = self.folding.folded.rfind(wanted, 0, max(at - 1 + len(wanted), 0))
        return None

    def _nearest(self, wanted: str, near: int) -> tuple[int, int] | None:
        place = self.folding.index(min(max(near, 0), len(self.folding.text)))
        spans = [span for span in (self._last(wanted, place), self._first(wanted, place)) if span is not None]
        return min(spans, key=lambda span: abs(span[0] - near), default=None)

    def _not_found(self, wanted: str) -> QuoteNotFound:
        folded = self.folding.folded
        at = folded.replace("\n", " ").find(wanted)
        if at >= 0 and self.folding.span(at, at + len(wanted)) is not None:
            reason = "The quote spans two paragraphs; quote them one by one."
            return QuoteNotFound(reason, self._passage(at, at + len(wanted)))
        return QuoteNotFound("These words are not in the text of the source.", self._most_alike(wanted))

    def _most_alike(self, wanted: str) -> str:
        """The passage that the quote was probably meant to be; "" where nothing is much like it.

        A long quote is looked for by its beginning, its middle and its end, since the time it takes grows with the
        length, and most of a quote is usually right.
        """
        text, probes = _lower(self.folding.folded), [wanted]
        if len(wanted) > LONGEST_PASSAGE:
            middle = (len(wanted) - LONGEST_PASSAGE) // 2
            probes = [wanted[at : at + LONGEST_PASSAGE] for at in (0, middle, len(wanted) - LONGEST_PASSAGE)]
        for probe in probes if text else ():
            alike = partial_ratio_alignment(_lower(probe), text, score_cutoff=ALIKE)
            if alike is not None and alike.dest_end > alike.dest_start:
                return self._passage(alike.dest_start, alike.dest_end)
        return ""

    def _passage(self, begin: int, end: int) -> str:
        """These folded characters as the text has them, in whole words and of one paragraph, where most of them are."""
        folded = self.folding.folded
        middle = (begin + end) // 2
        begin = max(begin, folded.rfind("\n", 0, middle) + 1)
        closing = folded.find("\n", middle)
        end = min(end, closing) if closing >= 0 else end
        if begin >= end:
            return ""
        start, stop = self.folding.origin(begin)[0], self.folding.origin(end - 1)[1]
        return _sentence(self.folding.text, start, stop) or _in_whole_words(self.folding.text, start, stop)


def _lower(folded: str) -> str:
    """In small letters, for what is merely alike; unless a letter has none of one character, which would shift all."""
    lower = folded.lower()
    return lower if len(lower) == len(folded) else folded


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around the passage; "" where that is too long, or the passage is of more than one."""
    if end - start > LONGEST_PASSAGE:
        return ""
    first, last = max(start - LONGEST_PASSAGE, 0), min(end + LONGEST_PASSAGE, len(text))
    begins = [found.end() for found in SENTENCE_END.finditer(text, first, start)]
    ends = [found.end() for found in SENTENCE_END.finditer(text, start, last) if found.end() >= end]
    begin = begins[-1] if begins else first
    stop = ends[0] if ends else last
    sentence = text[begin:stop].strip()
    return sentence if len(sentence) <= LONGEST_PASSAGE else ""


def _in_whole_words(text: str, start: int, end: int) -> str:
    """The passage, out to the ends of its words, or back to one where it is too long; as it is in scripts without
    spaces."""
    outward = range(start, max(start - LONGEST_WORD, -1), -1)
    start = next((at for at in outward if at == 0 or text[at - 1].isspace()), start)
    furthest = min(start + LONGEST_PASSAGE, len(text))
    onward = range(end, min(end + LONGEST_WORD, furthest) + 1)
    back = range(furthest, max(furthest - LONGEST_WORD, start), -1)
    ends = onward if end <= furthest else back
    end = next((at for at in ends if at == len(text) or text[at].isspace()), min(end, furthest))
    return text[start:end].strip()
