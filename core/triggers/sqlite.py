"""SQLite. INSERT OR REPLACE removes the old row without firing a DELETE trigger unless the connection has set
recursive_triggers; a foreign connection may not have. So an INSERT that meets an existing key is refused before."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from core.triggers.rows import RowGuard, is_named_as_ours
from core.triggers.shape import Guarded


def create(guard: Guarded | RowGuard) -> list[str]:
    return list(_statements(guard).values())


def drop(guard: Guarded | RowGuard) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{name}"' for name in _statements(guard)]


def names(guard: Guarded | RowGuard) -> list[str]:
    return list(_statements(guard))


def standing(cursor: CursorWrapper, guard: Guarded | RowGuard) -> set[str]:
    """The triggers that are there and do what they should: SQLite keeps their text, letter by letter."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [guard.table])
    wanted = _statements(guard)
    return {name for name, sql in cursor.fetchall() if wanted.get(name) == sql}


def strays(cursor: CursorWrapper, known: set[str]) -> list[str]:
    """What drops the walls and seals that the models no longer call for."""
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    names = [name for (name,) in cursor.fetchall() if is_named_as_ours(name) and name not in known]
    return [f'DROP TRIGGER IF EXISTS "{name}"' for name in names]


def _statements(guard: Guarded | RowGuard) -> dict[str, str]:
    triggers = _of_rows(guard) if isinstance(guard, RowGuard) else _of_table(guard)
    return dict(triggers)


def _of_rows(guard: RowGuard) -> Iterator[tuple[str, str]]:
    for deed in ("insert", "update") if guard.on_insert else ("update",):
        looked_at = f"({guard.touched}) AND " if deed == "update" and guard.touched else ""
        event = f'{deed.upper()} ON "{guard.table}"'
        yield _trigger(f"{guard.name}_{deed}", event, looked_at + guard.breach, guard.reason)


def _of_table(table: Guarded) -> Iterator[tuple[str, str]]:
    events = [("update", "UPDATE", f"NOT ({_permitted(table)})"), ("delete", "DELETE", "1")]
    for deed, event, when in [*events, ("replace", "INSERT", _taken(table))]:
        reason = f"{table.table} is append-only: no {deed}"
        yield _trigger(f"{table.table}_no_{deed}", f'{event} ON "{table.table}"', when, reason)


def _trigger(name: str, event: str, when: str, reason: str) -> tuple[str, str]:
    return name, f"CREATE TRIGGER \"{name}\" BEFORE {event} WHEN {when} BEGIN SELECT RAISE(ABORT, '{reason}'); END"


def _taken(table: Guarded) -> str:
    keys = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key) for key in table.unique_keys]
    return " OR ".join(f'EXISTS (SELECT 1 FROM "{table.table}" WHERE {key})' for key in keys)


def _permitted(table: Guarded) -> str:
    return f"{_redaction(table)} OR {_later(table)}" if table.changes_later else _redaction(table)


def _later(table: Guarded) -> str:
    """True for an update of changeable columns, and of closing ones that were empty."""
    as_it_was = [f'NEW."{column}" IS OLD."{column}"' for column in table.written_columns]
    once = [
        f'(NEW."{column}" IS OLD."{column}" OR OLD."{column}" IS {_literal(empty)})'
        for column, empty in table.closing.items()
    ]
    return " AND ".join([*as_it_was, *once])


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
