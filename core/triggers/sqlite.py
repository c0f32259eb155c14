"""SQLite. INSERT OR REPLACE removes the old row without firing a DELETE trigger unless the connection has set
recursive_triggers; a foreign connection may not have. So an INSERT that meets an existing key is refused before."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from core.triggers.shape import Guarded
from core.triggers.walls import Wall


def create(guard: Guarded | Wall) -> list[str]:
    return list(_statements(guard).values())


def drop(guard: Guarded | Wall) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{name}"' for name in _statements(guard)]


def names(guard: Guarded | Wall) -> list[str]:
    return list(_statements(guard))


def standing(cursor: CursorWrapper, guard: Guarded | Wall) -> set[str]:
    """The triggers that are there and do what they should: SQLite keeps their text, letter by letter."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [guard.table])
    wanted = _statements(guard)
    return {name for name, sql in cursor.fetchall() if wanted.get(name) == sql}


def _statements(guard: Guarded | Wall) -> dict[str, str]:
    triggers = _of_wall(guard) if isinstance(guard, Wall) else _of_table(guard)
    return dict(triggers)


def _of_wall(wall: Wall) -> Iterator[tuple[str, str]]:
    for deed in ("insert", "update") if wall.on_insert else ("update",):
        yield _trigger(f"{wall.name}_{deed}", f'{deed.upper()} ON "{wall.table}"', wall.breach, wall.reason)


def _of_table(table: Guarded) -> Iterator[tuple[str, str]]:
    events = [("update", "UPDATE", f"NOT ({_redaction(table)})"), ("delete", "DELETE", "1")]
    for deed, event, when in [*events, ("replace", "INSERT", _taken(table))]:
        reason = f"{table.table} is append-only: no {deed}"
        yield _trigger(f"{table.table}_no_{deed}", f'{event} ON "{table.table}"', when, reason)


def _trigger(name: str, event: str, when: str, reason: str) -> tuple[str, str]:
    return name, f"CREATE TRIGGER \"{name}\" BEFORE {event} WHEN {when} BEGIN SELECT RAISE(ABORT, '{reason}'); END"


def _taken(table: Guarded) -> str:
    keys = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key) for key in table.unique_keys]
    return " OR ".join(f'EXISTS (SELECT 1 FROM "{table.table}" WHERE {key})' for key in keys)


def _redaction(table: Guarded) -> str:
    """True for the one permitted update: redactable columns emptied, all others as they were, and a permit on file."""
    if not table.redactable:
        return "0"
    fixed = [f'NEW."{column}" IS OLD."{column}"' for column in table.fixed_columns]
    emptied = [f'NEW."{column}" IS {_literal(value)}' for column, value in table.redactable.items()]
    permit = f"subject_type = '{table.label}' AND subject_pk = OLD.\"{table.pk}\""
    return " AND ".join([*fixed, *emptied, f"EXISTS (SELECT 1 FROM core_redaction WHERE {permit})"])


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
