"""How names are compared: whatever the script, the case, the accents and the width of the characters."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """The text as searches compare it: compatibility forms, accents and case away, and any run of blanks, hyphens,
    dots and apostrophes one blank. "Gou  Jiākūn" and "gou jiakun" are the same; 中国 stays what it is."""
    spread = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in spread if not unicodedata.combining(char)).casefold()
    joined = "".join(char if char.isalnum() else " " for char in unicodedata.normalize("NFC", letters))
    return " ".join(joined.split())
