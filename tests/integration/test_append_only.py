"""What is written once stays as it was written, whoever asks the database otherwise and in whatever way."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from core import triggers
from core.access import Access
from core.actions.redaction import redact
from core.appendonly import append_only_models
from core.models import Event, Redaction
from tests.forgeries import (
    FORGED,
    FORGERIES,
    Forgery,
    colliding_insert,
    column_of,
    execute,
    pk_of,
    undone,
    unique_keys,
)
from tests.sealed_rows import sealed_rows
from tests.world import NOW, World
from tracker.actions.statuses import correct_status
from tracker.models import StatusChange

MODELS = append_only_models()
KEYS = [(model, key) for model in MODELS for key in unique_keys(model)]
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement that SQLite alone has")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a statement that PostgreSQL alone has")

REFUSED = "is append-only"


def label(value: object) -> str | None:
    if isinstance(value, tuple):
        return "+".join(value)
    return getattr(value, "__name__", None)


@pytest.fixture
def rows(world: World) -> dict[type[Model], Model]:
    return rows_on_record(world)


def rows_on_record(world: World) -> dict[type[Model], Model]:
    """One of each: those that tell of a matter, a correction (it has a value in every unique key), its line on the
    ledger, a permit to redact."""
    issue = world.issue()
    correct_status(
        issue=issue,
        version=issue.version,
        seq=1,
        to="discussing",
        reason="Both spoke.",
        occurred_on=NOW.date(),
        by=Access.system(),
        at=NOW,
    )
    last = Event.objects.filter(compartment=world.home).latest("seq")
    redact(compartment=world.home, seq=last.seq - 1, reason="A slip.", by=Access.system(), at=NOW)
    written: dict[type[Model], Model] = {
        Event: last,
        StatusChange: StatusChange.objects.get(seq=2, issue=issue),
        Redaction: Redaction.objects.earliest("pk"),
    }
    return {**sealed_rows(world.home), **written}


@pytest.mark.parametrize("forge", FORGERIES, ids=label)
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_no_row_is_changed_or_removed(rows: dict[type[Model], Model], model: type[Model], forge: Forgery) -> None:
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        forge(rows[model])


@pytest.mark.parametrize("forge", FORGERIES, ids=label)
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_without_the_triggers_each_of_these_succeeds(
    rows: dict[type[Model], Model], model: type[Model], forge: Forgery
) -> None:
    with undone():
        triggers.uninstall()
        forge(rows[model])
        kept = model._default_manager.filter(pk=rows[model].pk).values_list(column_of(rows[model]), flat=True)
        assert list(kept) in ([], [FORGED])


@pytest.mark.parametrize(("model", "key"), KEYS, ids=label)
def test_an_upsert_by_any_key_changes_no_row(
    rows: dict[type[Model], Model], model: type[Model], key: tuple[str, ...]
) -> None:
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        execute(upsert_by(rows[model], key))


@pytest.mark.parametrize(("model", "key"), KEYS, ids=label)
def test_without_the_triggers_such_an_upsert_changes_the_row(
    rows: dict[type[Model], Model], model: type[Model], key: tuple[str, ...]
) -> None:
    with undone():
        triggers.uninstall()
        execute(upsert_by(rows[model], key))
        rows[model].refresh_from_db()
        assert getattr(rows[model], column_of(rows[model])) == FORGED


def upsert_by(row: Model, key: tuple[str, ...]) -> str:
    columns, select = colliding_insert(row, key)
    do = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {column_of(row)} = '{FORGED}'"
    return f"INSERT INTO {row._meta.db_table} ({columns}) {select} {do}"


@on_sqlite
@pytest.mark.parametrize(("model", "key"), KEYS, ids=label)
def test_a_foreign_connection_replaces_no_row(committed_world: World, model: type[Model], key: tuple[str, ...]) -> None:
    """One that knows nothing of our settings: without recursive_triggers REPLACE removes rows in silence."""
    row = rows_on_record(committed_world)[model]
    columns, select = colliding_insert(row, key)
    statement = f"INSERT OR REPLACE INTO {model._meta.db_table} ({columns}) {select}"
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as foreign:
        with pytest.raises(sqlite3.IntegrityError, match=f"{REFUSED}: no replace"):
            foreign.execute(statement)
        foreign.rollback()
        foreign.execute(f"DROP TRIGGER {model._meta.db_table}_no_replace")
        # The control: no other guard is in the way of this statement.
        foreign.execute(statement)
        assert not foreign.execute(
            f"SELECT 1 FROM {model._meta.db_table} WHERE {pk_of(row)} = {row.pk} AND {column_of(row)} <> '{FORGED}'"
        ).fetchall()
        foreign.rollback()


@on_postgresql
@pytest.mark.parametrize("table", [*(model._meta.db_table for model in MODELS), "core_compartment", "core_user"])
@pytest.mark.parametrize("cascade", ["", " CASCADE"])
@pytest.mark.usefixtures("rows")
def test_no_table_is_emptied(table: str, cascade: str) -> None:
    # What the world left to be checked at the commit would be in the way, and not our guard.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    expected = REFUSED if cascade else f"{REFUSED}|foreign key constraint"
    with pytest.raises(DatabaseError, match=expected), transaction.atomic():
        execute(f"TRUNCATE {table}{cascade}")


@on_postgresql
@pytest.mark.usefixtures("rows")
def test_without_the_triggers_truncate_empties_them() -> None:
    with undone():
        triggers.uninstall()
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("TRUNCATE core_user CASCADE")
        assert not Event.objects.exists()
        assert not StatusChange.objects.exists()


@on_postgresql
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_a_session_that_calls_itself_a_replica_changes_no_row(
    rows: dict[type[Model], Model], model: type[Model]
) -> None:
    execute("SET LOCAL session_replication_role = replica")
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        execute(f"UPDATE {model._meta.db_table} SET {column_of(rows[model])} = '{FORGED}'")


@on_postgresql
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_merge_changes_no_row(rows: dict[type[Model], Model], model: type[Model]) -> None:
    table, column, pk = model._meta.db_table, column_of(rows[model]), pk_of(rows[model])
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        execute(
            f"MERGE INTO {table} old USING {table} new ON old.{pk} = new.{pk} "
            f"WHEN MATCHED THEN UPDATE SET {column} = '{FORGED}'"
        )


def test_update_or_replace_changes_no_row(rows: dict[type[Model], Model]) -> None:
    word = "OR REPLACE" if connection.vendor == "sqlite" else ""
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        execute(f"UPDATE {word} core_event SET seq = 1 WHERE id = {rows[Event].pk}")


@pytest.mark.django_db
def test_the_deployment_check_fails_where_a_trigger_is_missing() -> None:
    options = {"deploy": True, "databases": ["default"], "tags": ["database"], "fail_level": "ERROR"}
    call_command("check", **options)
    with undone():
        execute(drop_of_update_trigger())
        assert triggers.missing() == ["core_event_no_update"]
        with pytest.raises(SystemCheckError, match="core_event_no_update"):
            call_command("check", **options)


def drop_of_update_trigger() -> str:
    return "DROP TRIGGER core_event_no_update" + (" ON core_event" if connection.vendor == "postgresql" else "")
