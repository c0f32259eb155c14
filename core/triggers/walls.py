"""The database's own guard over compartments: no row refers to a row of another compartment, and none moves house.

Derived from `compartment_path` of each model's QuerySet: the compartment of a row is what that path leads to, and for
every foreign key between two such models the two ends must agree. Nothing has to be declared for a new model.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Model

from core.triggers.joins import joins_of
from core.triggers.rows import RowGuard
from core.visibility import CompartmentQuerySet


def walls() -> list[RowGuard]:
    """In a fixed order, by table."""
    models = sorted(filter(compartment_path_of, apps.get_models()), key=lambda model: model._meta.db_table)
    return [wall for model in models for wall in _walls_of(model)]


def _walls_of(model: type[Model]) -> Iterator[RowGuard]:
    yield from _of_columns(model)
    yield from _of_joins(model)


def _of_columns(model: type[Model]) -> Iterator[RowGuard]:
    table, path = model._meta.db_table, compartment_path_of(model)
    own = _compartment(model, path, "NEW")
    first_hop = path.split("__")[0].removesuffix("_id")
    for field in model._meta.local_concrete_fields:
        column = str(field.column)
        if field.name == first_hop:
            yield _wall(table, column, f'NEW."{column}" IS DISTINCT FROM OLD."{column}"', on_insert=False)
        elif isinstance(field, ForeignKey) and not field.remote_field.parent_link:
            target = field.related_model
            if theirs := compartment_path_of(target):
                leads_to = _through(target, theirs, f'NEW."{column}"')
                yield _wall(table, column, f'NEW."{column}" IS NOT NULL AND {own} IS DISTINCT FROM {leads_to}')


def _of_joins(model: type[Model]) -> Iterator[RowGuard]:
    for join in joins_of(model):
        if theirs := compartment_path_of(join.target):
            own = _through(model, compartment_path_of(model), f'NEW."{join.column}"')
            leads_to = _through(join.target, theirs, f'NEW."{join.target_column}"')
            yield _wall(join.table, join.target_column, f"{own} IS DISTINCT FROM {leads_to}")


def _wall(table: str, column: str, breach: str, *, on_insert: bool = True) -> RowGuard:
    return RowGuard(table, (table, column), "wall", "belongs to another compartment", breach, on_insert=on_insert)


def compartment_path_of(model: type[Model]) -> str:
    """The way from a row to its compartment; empty for a model that belongs to none."""
    rows = model._default_manager.all()
    return rows.compartment_path if isinstance(rows, CompartmentQuerySet) else ""


def _compartment(model: type[Model], path: str, row: str) -> str:
    """The compartment of `row` (NEW or an alias) as an SQL expression."""
    hop, _, rest = path.partition("__")
    if hop == "pk":
        return f'{row}."{model._meta.pk.column}"'
    field = model._meta.get_field(hop.removesuffix("_id"))
    value = f'{row}."{field.column}"'  # type: ignore[union-attr]
    return _through(field.related_model, rest, value) if rest else value  # type: ignore[arg-type]


def _through(target: type[Model], path: str, key: str) -> str:
    meta = target._meta
    alias = f"{meta.model_name}_{path.count('__')}"
    inner = _compartment(target, path, alias)
    return f'(SELECT {inner} FROM "{meta.db_table}" {alias} WHERE {alias}."{meta.pk.column}" = {key})'
