from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models

from core.errors import Conflict, InvalidInput, ParleyError, Problems
from core.triggers.seals import BEARS, RESTS

M = TypeVar("M", bound=models.Model)
_OF_SEALS = {
    RESTS: "rests on what has become restricted meanwhile",
    BEARS: "something open rests on it by now",
}


def validated(row: M, *, asking: bool = True) -> M:
    """The row, if its own fields and constraints hold; else Problems, each with its field.

    Asked before the INSERT, so that a person reads a reason; the constraints in the database stay the guard, since
    another writer may be between the question and the INSERT. Not `asking` is for rows by the thousand, whose fields
    are looked at alone.
    """
    related = [field.name for field in row._meta.fields if field.is_relation]
    try:
        row.full_clean(exclude=related, validate_unique=asking, validate_constraints=asking)
    except ValidationError as error:
        raise Problems(_problems(error, row)) from error
    return row


@contextmanager
def seals_as_conflicts() -> Iterator[None]:
    """Around a write: where somebody restricted what the row rests on, or opened what rests on it, after it was read,
    the database refuses the row (core/triggers/seals.py). That is a Conflict; the transaction is lost with it."""
    try:
        yield
    except IntegrityError as error:
        for refusal, reason in _OF_SEALS.items():
            if refusal in str(error):
                raise Conflict(reason, field="handling") from error
        raise


def _problems(error: ValidationError, row: models.Model) -> list[ParleyError]:
    return [
        InvalidInput(message, field="" if name == NON_FIELD_ERRORS else name, value=getattr(row, name, None) or None)
        for name, messages in error.message_dict.items()
        for message in messages
    ]
