"""SQLite. INSERT OR REPLACE removes the old row without firing a DELETE trigger unless the connection has set
recursive_triggers; a foreign connection may not have. So an INSERT that meets an existing key is refused before."""

from __future__ import annotations

from core.triggers.shape import Guarded

INSTALLED = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def names(table: Guarded) -> list[str]:
    return [f"{table.table}_no_{deed}" for deed in ("update", "delete", "replace")]


def drop(table: Guarded) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{name}"' for name in names(table)]


def create(table: Guarded) -> list[str]:
    update, delete, replace = names(table)
    return [
        *drop(table),
        f'CREATE TRIGGER "{update}" BEFORE UPDATE ON "{table.table}" WHEN NOT ({_redaction(table)}) '
        f"BEGIN {_refuse(table, 'update')}; END",
        f'CREATE TRIGGER "{delete}" BEFORE DELETE ON "{table.table}" BEGIN {_refuse(table, "delete")}; END',
        f'CREATE TRIGGER "{replace}" BEFORE INSERT ON "{table.table}" WHEN {_taken(table)} '
        f"BEGIN {_refuse(table, 'replace')}; END",
    ]


def _refuse(table: Guarded, deed: str) -> str:
    return f"SELECT RAISE(ABORT, '{table.table} is append-only: no {deed}')"


def _taken(table: Guarded) -> str:
    keys = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key) for key in table.unique_keys]
    return " OR ".join(f'EXISTS (SELECT 1 FROM "{table.table}" WHERE {key})' for key in keys)


def _redaction(table: Guarded) -> str:
    """True for the one permitted update: redactable columns emptied, all others as they were, and a permit on file."""
    if not table.redactable:
        return "0"
    fixed = [f'NEW."{column}" IS OLD."{column}"' for column in table.fixed_columns]
    emptied = [f'NEW."{column}" IS {_literal(value)}' for column, value in table.redactable.items()]
    permit = f"EXISTS (SELECT 1 FROM core_redaction WHERE subject_type = '{table.label}' AND subject_pk = OLD.\"{table.pk}\")"
    return " AND ".join([*fixed, *emptied, permit])


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
