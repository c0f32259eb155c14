"""Fuzzy dates in a dossier: `2026-01`, or a table with the words in which the date was stated."""

from __future__ import annotations

import datetime as dt

from core.fuzzydates import MAX_WORDS, BadFuzzyDate, FuzzyDate, parse, undefined
from tracker.dossiers.fields import Fields
from tracker.dossiers.values import Plain, Table


def read_fuzzy(fields: Fields, name: str, *, required: bool = False) -> FuzzyDate | None:
    value = fields.take(name)
    if value is None:
        if required:
            fields.refuse(name, "must not be empty" if fields.has(name) else "is missing")
        return None
    if not isinstance(value, Table):
        return _made(fields, name, fields.verbatim(name, limit=100), "")
    inner = Fields(value, f"{fields.path}.{name}", fields.report)
    date, words = inner.verbatim("date", limit=100), inner.verbatim("words", limit=MAX_WORDS)
    inner.finish()
    fields.take_over(inner)
    return None if inner.broken else _made(fields, name, date, words)


def _made(fields: Fields, name: str, date: str, words: str) -> FuzzyDate | None:
    if fields.broken and name in fields.wrong:
        return None
    try:
        return parse(date, words) if date else undefined(words)
    except BadFuzzyDate as error:
        fields.refuse(name, error.reason, date or words)
        return None


def plain_fuzzy(value: FuzzyDate | None) -> Plain:
    """The shortest form of it."""
    if value is None:
        return None
    date: dt.date | str = value.days[0] if value.days and value.is_exact else value.iso
    if not value.words:
        return date
    return {"date": date, "words": value.words} if date else {"words": value.words}
