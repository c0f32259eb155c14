"""A text folded for comparison, with the way back to its own characters.

People retype quotes, and programs "improve" them: quotation marks are straightened, dashes shortened, spaces made
breaking, accents composed, and marks that nobody sees come along. A folded text has one form for each of these, so
that two texts which read alike are alike. Letters, case and digits stay what they are. Full-width and half-width
forms are the same letter in a wider or narrower type, and fold to it.

Each folded character knows which stretch of the text it stands for, and the text itself is never changed. What was
folded as one (an ellipsis, a letter with its accents) is also found as one: half of it is not there.

Pure: no database, no clock.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

# Zero-width space, soft hyphen, word joiner, byte order mark, and the marks that set the direction of writing.
IGNORED = "\u200b\u00ad\u2060\ufeff" + "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SPACES = "".join(map(chr, range(0x2000, 0x200B))) + " \xa0\u1680\u202f\u205f\u3000"
WHITE = "\t\x0b\x0c\x1c\x1d\x1e\x1f" + _SPACES
BREAKS = "\n\r\x85\u2028\u2029"
BLANK = IGNORED + WHITE + BREAKS
# One form for double and single: a quote within a quote changes from one to the other.
QUOTES = "\"'`´«»‹›“”„‟‘’‚‛′″‵‶「」『』｢｣〝〞〟＂＇｀"
DASHES = "-‐‑‒–—―−﹘﹣－"

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_BLANK_LINE = re.compile(rf"(?>{_BREAK.pattern})[{re.escape(IGNORED + WHITE)}]*[{re.escape(BREAKS)}]")


def _other_widths() -> dict[int, str]:
    """The full-width and half-width forms, each with its letter in the common width."""
    forms = {}
    for code in range(0xFF01, 0xFFEF):
        width, _, plain = unicodedata.decomposition(chr(code)).partition(" ")
        if width in {"<wide>", "<narrow>"}:
            forms[code] = chr(int(plain, 16))
    return forms


_FOLDS: dict[int, str] = (
    _other_widths()
    | dict.fromkeys(map(ord, QUOTES), "'")
    | dict.fromkeys(map(ord, DASHES), "-")
    | dict.fromkeys(map(ord, IGNORED), "")
    | {ord("…"): "..."}
)


class Piece(NamedTuple):
    """Where the folded text differs: its characters from `at` to `upto` stand for those from `start` to `end`."""

    at: int
    upto: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folding:
    """A text, its folded form, and the pieces in which they differ; between these both run in step."""

    text: str
    folded: str
    pieces: list[Piece]

    @classmethod
    def of(cls, text: str) -> Folding:
        """Paragraphs of the folded text are apart by one line feed, which is nowhere else in it."""
        wraps = has_wrapped_lines(text)
        parts: list[str] = []
        pieces: list[Piece] = []
        at = done = 0
        for match in _pattern(text).finditer(text):
            plain, folded = text[done : match.start()], _fold(match[0], wraps=wraps)
            at += len(plain)
            pieces.append(Piece(at, at + len(folded), *match.span()))
            parts += (plain, folded)
            at += len(folded)
            done = match.end()
        parts.append(text[done:])
        return cls(text, "".join(parts), pieces)

    def origin(self, index: int) -> tuple[int, int]:
        """The stretch of the text that one folded character stands for."""
        before = bisect_right(self.pieces, index, key=lambda piece: piece.at) - 1
        if before < 0:
            return index, index + 1
        piece = self.pieces[before]
        if index < piece.upto:
            return piece.start, piece.end
        start = piece.end + index - piece.upto
        return start, start + 1

    def span(self, begin: int, end: int) -> tuple[int, int] | None:
        """The stretch for several folded characters; None if it would begin or end within one character of the text."""
        first, last = self.origin(begin), self.origin(end - 1)
        if (begin > 0 and self.origin(begin - 1) == first) or (end < len(self.folded) and self.origin(end) == last):
            return None
        return first[0], last[1]

    def index(self, offset: int) -> int:
        """The folded character that stands at an offset of the text, or next after it."""
        before = bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1
        if before < 0:
            return offset
        piece = self.pieces[before]
        return piece.at if offset < piece.end else piece.upto + offset - piece.end


def has_wrapped_lines(text: str) -> bool:
    """Whether a single line break is but white space: so it is where blank lines set the paragraphs apart.

    A blank line always separates paragraphs. In a text without one, each line is a paragraph.
    """
    return _BLANK_LINE.search(text.strip(BLANK)) is not None


def _pattern(text: str) -> re.Pattern[str]:
    """What must be folded of this text: made from the characters that it has, so that the common ones cost nothing."""
    chars = sorted(set(text))
    marks = [char for char in chars if _is_mark(char)]
    changed = [char for char in chars if char not in BLANK and _fold(char, wraps=False) != char]
    blank, ignored = re.escape(BLANK), re.escape(IGNORED)
    patterns = [f"[{blank}]{{2,}}", f"[{blank.replace(re.escape(' '), '')}]"]
    if marks:
        patterns.insert(0, f"[^{blank}](?:[{ignored}]*[{re.escape(''.join(marks))}])+")
    if changed:
        patterns.append(f"[{re.escape(''.join(changed))}]")
    return re.compile("|".join(patterns))


def _is_mark(char: str) -> bool:
    """It belongs to the letter before it: an accent, a vowel sign, the later parts of a Korean syllable."""
    if char.isascii():
        return False
    plain = char.translate(_FOLDS) or char
    is_jamo = "\u1160" <= plain <= "\u11ff"
    return is_jamo or unicodedata.category(plain[0]).startswith("M")


def _fold(piece: str, *, wraps: bool) -> str:
    if piece[0] not in BLANK:
        return unicodedata.normalize("NFC", piece.translate(_FOLDS))
    breaks = len(_BREAK.findall(piece))
    if breaks > 1 or (breaks == 1 and not wraps):
        return "\n"
    return " " if piece.strip(IGNORED) else ""
