"""One at a time, across processes and hosts, until the end of the transaction that asked.

SQLite lets one transaction write at a time and each of ours begins with that right (IMMEDIATE), so that it is alone
already. PostgreSQL gets a lock that belongs to no row: it is let go at commit, rollback, or the death of its holder.
"""

from __future__ import annotations

import hashlib

from django.db import connection


def try_lock(name: str) -> bool:
    """Whether the lock is ours now. False at once where another transaction holds it."""
    return connection.vendor != "postgresql" or bool(_ask("pg_try_advisory_xact_lock", name))


def wait_lock(name: str) -> None:
    """Ours when this returns, which is when those before us have ended."""
    if connection.vendor == "postgresql":
        _ask("pg_advisory_xact_lock", name)


def _ask(function: str, name: str) -> object:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])
        return cursor.fetchone()[0]
