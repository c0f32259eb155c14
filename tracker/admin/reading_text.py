"""A held text as it is shown to be read: paragraphs of sentences, in which what was quoted is marked.

Nothing of the text is changed or left out, so that what a reader selects is what stands in the source.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tracker.folding import has_wrapped_lines
from tracker.models import Claim

_BREAK = r"(?:\r\n|[\n\r\x85\u2028\u2029])"
_LINES = re.compile(_BREAK)
_BLANK_LINES = re.compile(rf"{_BREAK}(?:[^\S\n\r\x85\u2028\u2029]*{_BREAK})+")
# Where a sentence may end: after its mark and what closes with it, before a blank; in Chinese and Japanese without one.
_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？][”’」』）]*\s*")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:[A-Za-z]\.)+[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Gen|Gov|Sen|Rep|Lt|Col|Jr|vs|cf|Jan|Feb|Mar|Apr|"
    r"Aug|Sept|Sep|Oct|Nov|Dec|approx|est|Inc|Co|Ltd))\.\Z"
)
LOOK_BACK = 12
MOST_PARAGRAPHS = 2000
MOST_SENTENCES = 5000


@dataclass(frozen=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True)
class Mark:
    """A quote in the text: the key of its claim, and its ends."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Paragraph:
    number: int
    start: int
    html: SafeString


def marks_of(claims: Sequence[Claim]) -> list[Mark]:
    return [
        Mark(claim.key, claim.quote_start, claim.quote_end)
        for claim in claims
        if claim.quote_start is not None and claim.quote_end is not None
    ]


def shown(text: str, marks: Sequence[Mark]) -> list[Paragraph]:
    """The paragraphs of the text, each with its number and the place at which it begins. Of a text with very many, a
    table say, the rest is one: a page has its bounds, and nothing is left out."""
    ordered = sorted(marks, key=lambda mark: (mark.start, mark.end))
    found, first, left = [], 0, MOST_SENTENCES
    for number, span in enumerate(_bounded(text)):
        while first < len(ordered) and ordered[first].end <= span.start:
            first += 1
        own = [mark for mark in ordered[first:] if mark.start < span.end and mark.end > span.start]
        split = list(itertools.islice(sentences(text, span), left + 1)) if number < MOST_PARAGRAPHS else [span]
        if len(split) > left:
            split = [span]
        left = max(left - len(split), 0)
        found.append(Paragraph(number, span.start, _paragraph(text, split, own)))
    return found


def _bounded(text: str) -> Iterator[Span]:
    for number, span in enumerate(paragraphs(text)):
        if number == MOST_PARAGRAPHS:
            yield Span(span.start, len(text.rstrip()))
            return
        yield span


def paragraphs(text: str) -> Iterator[Span]:
    """The stretches within which a quote may lie: between blank lines, or between line breaks where there are none."""
    separator = _BLANK_LINES if has_wrapped_lines(text) else _LINES
    start = 0
    for match in [*separator.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[start:end].strip():
            yield Span(start, end)
        start = match.end() if match else end


def sentences(text: str, paragraph: Span) -> Iterator[Span]:
    """A guess, which the reader can lengthen or shorten; together they are the paragraph."""
    start = paragraph.start
    for match in _END.finditer(text, paragraph.start, paragraph.end):
        before = text[max(paragraph.start, match.start() - LOOK_BACK) : match.start() + 1]
        following = text[match.end() : match.end() + 1]
        if match.end() < paragraph.end and not _ABBREVIATION.search(before) and not following.islower():
            yield Span(start, match.end())
            start = match.end()
    yield Span(start, paragraph.end)


def _paragraph(text: str, split: Sequence[Span], marks: Sequence[Mark]) -> SafeString:
    parts = [(_pieces(text, sentence, marks),) for sentence in split]
    return format_html_join("", '<span class="sentence">{}</span>', parts)


def _pieces(text: str, span: Span, marks: Sequence[Mark]) -> SafeString:
    """The stretch, cut wherever a quote begins or ends."""
    own = [mark for mark in marks if mark.start < span.end and mark.end > span.start]
    cuts = {span.start, span.end}
    for mark in own:
        cuts |= {max(mark.start, span.start), min(mark.end, span.end)}
    ends = sorted(cuts)
    pieces = [(_piece(text, Span(*pair), own),) for pair in itertools.pairwise(ends)]
    return format_html_join("", "{}", pieces)


def _piece(text: str, span: Span, marks: Sequence[Mark]) -> SafeString:
    """Plain where nobody quoted it; else a link to the first row that does, which the arrow keys reach and Tab skips:
    the rows themselves link here."""
    covering = [mark for mark in marks if mark.start <= span.start and mark.end >= span.end]
    words = text[span.start : span.end]
    if not covering:
        return format_html("{}", words)
    begun = [(f"text-{mark.key}",) for mark in covering if mark.start == span.start]
    anchors = format_html_join("", '<span id="{}"></span>', begun)
    keys = ", ".join(mark.key for mark in covering)
    return format_html(
        '{}<a class="quoted" tabindex="-1" draggable="false" href="#{}" title="{}">{}</a>',
        anchors,
        covering[0].key,
        f"Quoted: {keys}",
        words,
    )
