"""What a database says when two deeds wait for each other, and it has ended one of them."""

from __future__ import annotations

from django.db import OperationalError

from core.errors import Conflict

# PostgreSQL's codes: a deadlock, and a serialization failure.
_CODES = ("40P01", "40001")


def conflict_of(error: OperationalError) -> Conflict | None:
    """The same as a Conflict, since the deed may simply be done again; None where something else is wrong."""
    if getattr(error.__cause__, "sqlstate", "") in _CODES:
        return Conflict("Somebody else was writing the same records at this moment; nothing was done. Try once more.")
    return None
