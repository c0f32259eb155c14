"""The database's own guards: what is written once stays as it is (no UPDATE, no DELETE, no REPLACE, no TRUNCATE), no
row reaches into another compartment (walls), and no open row rests on a restricted one (seals).

The statements are made from the models, per database, and put back after every migrate (a rebuilt table loses its
triggers). `missing()` names those that are not there; /readyz and a system check fail on it.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from core.triggers import postgres, sqlite
from core.triggers.rows import RowGuard
from core.triggers.seals import seals
from core.triggers.shape import Guarded, guarded, guarded_models
from core.triggers.walls import walls

_DIALECTS = {"sqlite": sqlite, "postgresql": postgres}


def guards() -> list[Guarded | RowGuard]:
    return [*map(guarded, guarded_models()), *walls(), *seals()]


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """All anew and in one transaction, so that there is no instant without them."""
    connection = connections[using]
    dialect = dialect_of(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _drop_all(connection, cursor)
        for guard in _on_tables_of(connection):
            for statement in dialect.create(guard):
                cursor.execute(statement)


def uninstall(using: str = DEFAULT_DB_ALIAS) -> None:
    """For migrations that rebuild tables, for tests that empty them, and for negative controls."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _drop_all(connection, cursor)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of triggers that should be in the database and are not there, are switched off, or do not refuse."""
    connection = connections[using]
    dialect = dialect_of(connection)
    names = []
    with connection.cursor() as cursor:
        for guard in guards():
            standing = dialect.standing(cursor, guard)
            names += [name for name in dialect.names(guard) if name not in standing]
    return names


def make_way(using: str = DEFAULT_DB_ALIAS, plan: Any = None, **_signal: Any) -> None:
    """Before a migration on SQLite, which cannot rename a rebuilt table while triggers of others speak of it.

    Where the migration then fails the triggers stay away, and /readyz says so until one has gone through.
    """
    if plan and connections[using].vendor == "sqlite":
        uninstall(using)


def reinstall(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    install(using)


def dialect_of(connection: BaseDatabaseWrapper) -> Any:
    return _DIALECTS[connection.vendor]


def _drop_all(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> None:
    """Those of a column that has gone, too: they would speak of it whenever the row that it pointed to is written."""
    dialect = dialect_of(connection)
    present = _on_tables_of(connection)
    known = {name for guard in present for name in dialect.names(guard)}
    dropping = [statement for guard in present for statement in dialect.drop(guard)]
    for statement in [*dialect.strays(cursor, known), *dropping]:
        cursor.execute(statement)


def _on_tables_of(connection: BaseDatabaseWrapper) -> list[Guarded | RowGuard]:
    """Before the first migrate of a room there is none."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    return [guard for guard in guards() if guard.table in present]
