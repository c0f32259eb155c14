"""PostgreSQL: one function per table, wall or seal, and the triggers that call it.

What is written once is guarded ALWAYS, also in a session that calls itself a replica, and against TRUNCATE. The tables'
owner can still switch triggers off, which `standing` sees, and the hash chain tells afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from core.triggers.rows import RowGuard, is_named_as_ours
from core.triggers.shape import Guarded


@dataclass(frozen=True)
class _Trigger:
    """`kind` is what pg_trigger has in tgtype: row 1, before 2, insert 4, delete 8, update 16, truncate 32."""

    name: str
    event: str
    scope: str
    kind: int


def names(guard: Guarded | RowGuard) -> list[str]:
    return [trigger.name for trigger in _triggers(guard)]


def drop(guard: Guarded | RowGuard) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{name}" ON "{guard.table}"' for name in names(guard)]


def create(guard: Guarded | RowGuard) -> list[str]:
    function = f'"{_function(guard)}"()'
    statements = [f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $${_body(guard)}$$"]
    for trigger in _triggers(guard):
        where = f'ON "{guard.table}" FOR EACH {trigger.scope} EXECUTE FUNCTION {function}'
        statements.append(f'CREATE TRIGGER "{trigger.name}" BEFORE {trigger.event} {where}')
        if isinstance(guard, Guarded):
            statements.append(f'ALTER TABLE "{guard.table}" ENABLE ALWAYS TRIGGER "{trigger.name}"')
    return statements


def standing(cursor: CursorWrapper, guard: Guarded | RowGuard) -> set[str]:
    """The triggers that are there, switched on and unconditional, and do what they should."""
    cursor.execute(
        "SELECT tgname, tgtype FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgrelid = to_regclass(%s) AND tgenabled = %s AND tgqual IS NULL AND tgattr = '' AND prosrc = %s",
        [f'"{guard.table}"', "A" if isinstance(guard, Guarded) else "O", _body(guard)],
    )
    wanted = {trigger.name: trigger.kind for trigger in _triggers(guard)}
    return {name for name, kind in cursor.fetchall() if wanted.get(name) == kind}


def strays(cursor: CursorWrapper, known: set[str]) -> list[str]:
    """What drops the walls and seals that the models no longer call for; they are named like their functions."""
    cursor.execute(
        "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON "
        "pg_proc.oid = tgfoid WHERE NOT tgisinternal AND tgname = proname AND pg_table_is_visible(tgrelid)"
    )
    found = [(name, table) for name, table in cursor.fetchall() if is_named_as_ours(name) and name not in known]
    return [f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"' for name, table in found]


def _triggers(guard: Guarded | RowGuard) -> Iterator[_Trigger]:
    if isinstance(guard, RowGuard):
        event, kind = ("INSERT OR UPDATE", 1 + 2 + 4 + 16) if guard.on_insert else ("UPDATE", 1 + 2 + 16)
        yield _Trigger(guard.name, event, "ROW", kind)
    else:
        yield _Trigger(f"{guard.table}_no_update", "UPDATE", "ROW", 1 + 2 + 16)
        yield _Trigger(f"{guard.table}_no_delete", "DELETE", "ROW", 1 + 2 + 8)
        yield _Trigger(f"{guard.table}_no_truncate", "TRUNCATE", "STATEMENT", 2 + 32)


def _function(guard: Guarded | RowGuard) -> str:
    return guard.name if isinstance(guard, RowGuard) else f"{guard.table}_refuse"


def _body(guard: Guarded | RowGuard) -> str:
    raised = "USING ERRCODE = 'integrity_constraint_violation';"
    if isinstance(guard, RowGuard):
        refuse = f"IF {guard.breach} THEN RAISE EXCEPTION '{guard.reason}' {raised} END IF;"
        return f"BEGIN {_let_others_through(guard)}{_hold(guard)}{refuse} RETURN NEW; END"
    return (
        f"DECLARE permitted boolean; BEGIN {_let_later_changes_through(guard)}{_let_redactions_through(guard)} "
        f"RAISE EXCEPTION '{guard.table} is append-only: no %', lower(TG_OP) {raised} END"
    )


def _let_others_through(guard: RowGuard) -> str:
    """OLD exists for an UPDATE alone, hence the nested IFs."""
    if not guard.touched:
        return ""
    return f"IF TG_OP = 'UPDATE' THEN IF NOT ({guard.touched}) THEN RETURN NEW; END IF; END IF; "


def _hold(guard: RowGuard) -> str:
    """A statement of its own: the one that looks afterwards sees what those have written for whom it waited."""
    return f"PERFORM 1 {guard.held}; " if guard.held else ""


def _let_later_changes_through(table: Guarded) -> str:
    """Changeable columns, and closing ones that were empty."""
    if not table.changes_later:
        return ""
    as_it_was = [f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in table.written_columns]
    once = [
        f'(NEW."{column}" IS NOT DISTINCT FROM OLD."{column}" OR OLD."{column}" IS NOT DISTINCT FROM {_literal(empty)})'
        for column, empty in table.closing.items()
    ]
    return f"IF TG_OP = 'UPDATE' THEN IF {' AND '.join([*as_it_was, *once])} THEN RETURN NEW; END IF; END IF; "


def _let_redactions_through(table: Guarded) -> str:
    """NEW and OLD exist for row triggers alone, hence the nested IFs. The permit is looked for in the table's own
    schema, since anybody may have a temporary table of that name, which would be found first."""
    permit = (
        "EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.core_redaction WHERE subject_type = $1 AND subject_pk = $2)', "
        f"TG_TABLE_SCHEMA) INTO permitted USING '{table.label}', OLD.\"{table.pk}\";"
    )
    return (
        f"IF TG_OP = 'UPDATE' THEN IF {_is_redacting(table)} THEN {permit} "
        "IF permitted THEN RETURN NEW; END IF; END IF; END IF;"
    )


def _is_redacting(table: Guarded) -> str:
    """True for the one update that may be permitted: redactable columns emptied, all others as they were."""
    if not table.redactable:
        return "false"
    fixed = [f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in table.fixed_columns]
    emptied = [f'NEW."{column}" IS NOT DISTINCT FROM {_literal(value)}' for column, value in table.redactable.items()]
    return " AND ".join([*fixed, *emptied])


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
