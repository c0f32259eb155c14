"""How names are compared: whatever the script, the case, the accents and the width of the characters."""

from __future__ import annotations

import unicodedata

# Letters that are one with a stroke, a bar or no dot, rather than a letter and an accent.
_PLAIN = str.maketrans({
    "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe",
})  # fmt: skip


def folded(text: str) -> str:
    """The text as searches compare it: compatibility forms, accents and case away, and any run of blanks, hyphens,
    dots and apostrophes one blank. "Gou  Jiākūn" and "gou jiakun" are the same; 中国 stays what it is."""
    # What is lower case may be spelled with an accent that the capital had not.
    letters = _without_accents(_without_accents(text).casefold()).translate(_PLAIN)
    joined = "".join(char if _is_of_a_word(char) else " " for char in unicodedata.normalize("NFC", letters))
    return " ".join(joined.split())


def joined(text: str) -> str:
    """Folded, and without blanks: what is written apart in one source is together in another, and a person who looks
    for it cannot know in which."""
    return folded(text).replace(" ", "")


def _without_accents(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text)
    return "".join(char for char in spread if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")


def _is_of_a_word(char: str) -> bool:
    """A letter, a figure, or a vowel sign that belongs to the letter before it, as in Hindi and Thai."""
    return char.isalnum() or unicodedata.category(char).startswith("M")
