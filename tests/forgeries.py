"""Ways to rewrite a row that is written once, past everything but the database itself. Each takes a row that is on
record and makes it say FORGED, or takes it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Model

from core.triggers.shape import guarded

FORGED = "forged"
# A text column of each table, and what else would collide in a second row of the same content.
COLUMN = {
    "core.event": "kind",
    "core.redaction": "reason",
    "tracker.claim": "summary",
    "tracker.deadline": "what",
    "tracker.issuelink": "text",
    "tracker.note": "text",
    "tracker.position": "text",
    "tracker.sourcetext": "text",
    "tracker.statuschange": "author_name",
}
ELSEWHERE = {
    "id": "id + 100000",
    "seq": "seq + 100000",
    "number": "number + 100000",
    "key": "key || 'x'",
    "replaces_id": "NULL",
    "subject_pk": "subject_pk + 100000",
    "hash": "'" + "f" * 64 + "'",
    "supersedes_id": "NULL",
}

Forgery = Callable[[Model], object]


def column_of(row: Model) -> str:
    return COLUMN[row._meta.label_lower]


def pk_of(row: Model) -> str:
    return str(row._meta.pk.column)


def save(row: Model) -> None:
    setattr(row, column_of(row), FORGED)
    row.save()


def update(row: Model) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**{column_of(row): FORGED})


def bulk_update(row: Model) -> None:
    setattr(row, column_of(row), FORGED)
    type(row)._default_manager.bulk_update([row], [column_of(row)])


def upsert(row: Model) -> None:
    setattr(row, column_of(row), FORGED)
    type(row)._default_manager.bulk_create(
        [row], update_conflicts=True, unique_fields=["pk"], update_fields=[column_of(row)]
    )


def delete(row: Model) -> None:
    """As a cascade does it, without asking who points here."""
    type(row)._default_manager.filter(pk=row.pk)._raw_delete(connection.alias)


def sql_update(row: Model) -> None:
    execute(f"UPDATE {row._meta.db_table} SET {column_of(row)} = '{FORGED}' WHERE {pk_of(row)} = {row.pk}")


def sql_delete(row: Model) -> None:
    execute(f"DELETE FROM {row._meta.db_table} WHERE {pk_of(row)} = {row.pk}")


FORGERIES: list[Forgery] = [save, update, bulk_update, upsert, delete, sql_update, sql_delete]


def unique_keys(model: type[Model]) -> tuple[tuple[str, ...], ...]:
    return guarded(model).unique_keys


def colliding_insert(row: Model, key: tuple[str, ...]) -> tuple[str, str]:
    """Columns and SELECT of a forged row that collides with the one on record in that key and in no other."""
    table = guarded(type(row))
    others = {column for other in table.unique_keys for column in other} - set(key)
    values = {column: ELSEWHERE[column] if column in others & set(ELSEWHERE) else column for column in table.columns}
    values[column_of(row)] = f"'{FORGED}'"
    return ", ".join(values), f"SELECT {', '.join(values.values())} FROM {table.table} WHERE {table.pk} = {row.pk}"


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is seen within, and gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
