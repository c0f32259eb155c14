"""PostgreSQL: one function per table, also for TRUNCATE. The tables' owner can still switch triggers off, which
`INSTALLED` sees, and the hash chain tells afterwards."""

from __future__ import annotations

from core.triggers.shape import Guarded

INSTALLED = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"


def names(table: Guarded) -> list[str]:
    return [f"{table.table}_no_{deed}" for deed in ("update", "delete", "truncate")]


def drop(table: Guarded) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{name}" ON "{table.table}"' for name in names(table)]


def create(table: Guarded) -> list[str]:
    update, delete, truncate = names(table)
    refuse = f'EXECUTE FUNCTION "{table.table}_refuse"()'
    return [
        _function(table),
        *drop(table),
        f'CREATE TRIGGER "{update}" BEFORE UPDATE ON "{table.table}" FOR EACH ROW {refuse}',
        f'CREATE TRIGGER "{delete}" BEFORE DELETE ON "{table.table}" FOR EACH ROW {refuse}',
        f'CREATE TRIGGER "{truncate}" BEFORE TRUNCATE ON "{table.table}" FOR EACH STATEMENT {refuse}',
    ]


def _function(table: Guarded) -> str:
    """NEW and OLD exist for row triggers alone, hence the nested IF."""
    return (
        f'CREATE OR REPLACE FUNCTION "{table.table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF TG_OP = 'UPDATE' THEN IF {_redaction(table)} THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{table.table} is append-only: no %', lower(TG_OP) "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


def _redaction(table: Guarded) -> str:
    """True for the one permitted update: redactable columns emptied, all others as they were, and a permit on file."""
    if not table.redactable:
        return "false"
    fixed = [f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in table.fixed_columns]
    emptied = [f'NEW."{column}" IS NOT DISTINCT FROM {_literal(value)}' for column, value in table.redactable.items()]
    permit = f"EXISTS (SELECT 1 FROM core_redaction WHERE subject_type = '{table.label}' AND subject_pk = OLD.\"{table.pk}\")"
    return " AND ".join([*fixed, *emptied, permit])


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
