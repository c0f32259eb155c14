"""Rows that are made of other rows, inside the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models


def insert_select(model: type[models.Model], columns: Sequence[str], rows: models.QuerySet[Any, Any]) -> int:
    """INSERT ... SELECT ... ON CONFLICT DO NOTHING: how many rows were new. None of them travels to Python.

    `rows` is a `values_list()` in the order of `columns`. It needs a filter: without a WHERE, SQLite takes the ON of
    ON CONFLICT for that of a join.
    """
    try:
        select, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {into} {select} ON CONFLICT DO NOTHING", params)
        return int(cursor.rowcount)
