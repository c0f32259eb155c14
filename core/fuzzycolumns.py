"""A fuzzy date in a table: two columns of days and one of words, read and written as one value."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from core.fuzzydates import FuzzyDate


class FuzzyColumns:
    """Reads `<prefix>_earliest`, `<prefix>_latest` and `<prefix>_words` of a row as a FuzzyDate; None where all three
    are empty."""

    def __init__(self, prefix: str) -> None:
        self.names = (f"{prefix}_earliest", f"{prefix}_latest", f"{prefix}_words")

    def __get__(self, row: Any, owner: type) -> FuzzyDate | None:
        earliest, latest, words = (getattr(row, name) for name in self.names)
        return FuzzyDate(earliest, latest, words) if earliest or words else None

    def __set__(self, row: Any, value: FuzzyDate | None) -> None:
        parts = (value.earliest, value.latest, value.words) if value else (None, None, "")
        for name, part in zip(self.names, parts, strict=True):
            setattr(row, name, part)


def both_days_in_order(prefix: str, name: str) -> models.CheckConstraint:
    """Both days or neither, the earliest first."""
    earliest, latest = f"{prefix}_earliest", f"{prefix}_latest"
    neither = Q(**{f"{earliest}__isnull": True, f"{latest}__isnull": True})
    both = Q(**{f"{earliest}__isnull": False, f"{latest}__isnull": False, f"{latest}__gte": F(earliest)})
    return models.CheckConstraint(condition=neither | both, name=name)
