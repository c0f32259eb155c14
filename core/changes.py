"""What an edit changes, as the ledger keeps it: field -> [old, new], in plain JSON values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models


def plain(value: object) -> Any:
    """A value as JSON holds it: a person by username, a record by its own text, a date in ISO form."""
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(getattr(value, "username", None) or getattr(value, "key", None) or value)
    raise TypeError(f"{type(value).__name__} has no place on the ledger")


def created(values: Mapping[str, object]) -> dict[str, list[Any]]:
    """The changes of a new record: every field that says something, from nothing."""
    return {name: [None, plain(value)] for name, value in values.items() if value not in (None, "")}


def difference(row: models.Model, values: Mapping[str, object]) -> dict[str, list[Any]]:
    """The fields of `values` in which the row is different, each with the old and the new value."""
    return {
        name: [plain(getattr(row, name)), plain(value)] for name, value in values.items() if getattr(row, name) != value
    }
