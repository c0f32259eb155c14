"""Text as people may enter it: what a database cannot hold or a reader cannot see is refused by name."""

from __future__ import annotations

import unicodedata

from core.errors import InvalidInput

# Format characters that show nothing: a title made of these is as empty as one of blanks.
_LETTERLESS = {"Cf", "Cc", "Zs", "Zl", "Zp"}
# Letters and symbols by their category, and yet nothing is to be seen: the fillers of Hangul, the blank of Braille.
_BLANKS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
_ALLOWED_CONTROLS = {"\n", "\r", "\t"}


def clean(text: object, *, field: str, limit: int, required: bool = True, lines: bool = False) -> str:
    """The text, NFC and stripped. InvalidInput names the field for a wrong type, NUL or another control character,
    a lone surrogate, more than `limit` characters, or nothing visible where something is required."""
    if not isinstance(text, str):
        raise InvalidInput("must be text", field=field, value=text)
    _check_length(text, field=field, limit=limit)
    _refuse_unstorable(text, field=field, lines=lines)
    text = unicodedata.normalize("NFC", text).strip()
    # Some characters have no composed form, and become two or three.
    _check_length(text, field=field, limit=limit)
    if shows_nothing(text):
        if required:
            raise InvalidInput("must not be empty", field=field)
        return ""
    return text


def _check_length(text: str, *, field: str, limit: int) -> None:
    if len(text) > limit:
        raise InvalidInput(f"has {len(text)} characters; at most {limit} are kept", field=field)


def shows_nothing(text: str) -> bool:
    """It is empty, or made of what no reader sees."""
    return all(char in _BLANKS or unicodedata.category(char) in _LETTERLESS for char in set(text))


def _refuse_unstorable(text: str, *, field: str, lines: bool) -> None:
    for char in text:
        category = unicodedata.category(char)
        if category == "Cs":
            raise InvalidInput("holds half of a surrogate pair, which is no character", field=field)
        if category == "Cc" and not (lines and char in _ALLOWED_CONTROLS):
            raise InvalidInput(f"holds the control character U+{ord(char):04X}", field=field)
