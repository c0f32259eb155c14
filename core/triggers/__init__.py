"""The database's own guard over what is written once: no UPDATE, no DELETE, no REPLACE, no TRUNCATE.

The statements are made from the models, per database, and put back after every migrate (a rebuilt table loses its
triggers). `missing()` names those that are not there; /readyz and a system check fail on it.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.appendonly import append_only_models
from core.triggers import postgres, sqlite
from core.triggers.shape import Guarded, guarded

_DIALECTS = {"sqlite": sqlite, "postgresql": postgres}


def _dialect(connection: BaseDatabaseWrapper) -> Any:
    return _DIALECTS[connection.vendor]


def _tables(connection: BaseDatabaseWrapper) -> list[Guarded]:
    """The guarded tables that exist; before the first migrate of a room there are none."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    return [guarded(model) for model in append_only_models() if model._meta.db_table in present]


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in _tables(connection):
            for statement in _dialect(connection).create(table):
                cursor.execute(statement)


def uninstall(using: str = DEFAULT_DB_ALIAS) -> None:
    """For tests that empty tables, and for negative controls."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in _tables(connection):
            for statement in _dialect(connection).drop(table):
                cursor.execute(statement)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of triggers that should be in the database and are not there, or are switched off."""
    connection = connections[using]
    dialect = _dialect(connection)
    with connection.cursor() as cursor:
        cursor.execute(dialect.INSTALLED)
        present = {row[0] for row in cursor.fetchall()}
    wanted = [name for model in append_only_models() for name in dialect.names(guarded(model))]
    return [name for name in wanted if name not in present]


def reinstall(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    install(using)
