"""The database's own guard over compartments: no row refers to a row of another compartment, and none moves house.

Derived from `compartment_path` of each model's QuerySet: the compartment of a row is what that path leads to, and for
every foreign key between two such models the two ends must agree. Nothing has to be declared for a new model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import ForeignKey, Model

from core.visibility import CompartmentQuerySet


@dataclass(frozen=True)
class Wall:
    """`breach` is true, in SQL over NEW and OLD, for a row that would reach through the wall."""

    table: str
    column: str
    on_insert: bool
    breach: str

    @property
    def name(self) -> str:
        return f"{self.table}_{self.column}_wall"

    @property
    def reason(self) -> str:
        return f"{self.table}.{self.column}: belongs to another compartment"


def walls() -> list[Wall]:
    """In a fixed order, by table."""
    models = sorted(filter(_path, apps.get_models()), key=lambda model: model._meta.db_table)
    return [wall for model in models for wall in _walls_of(model)]


def _walls_of(model: type[Model]) -> Iterator[Wall]:
    table, path = model._meta.db_table, _path(model)
    own = _compartment(model, path, "NEW")
    first_hop = path.split("__")[0].removesuffix("_id")
    for field in model._meta.local_concrete_fields:
        if field.name == first_hop:
            column = str(field.column)
            yield Wall(table, column, on_insert=False, breach=f'NEW."{column}" IS DISTINCT FROM OLD."{column}"')
        elif isinstance(field, ForeignKey) and not field.remote_field.parent_link and _path(field.related_model):
            column, target = str(field.column), field.related_model
            theirs = _through(target, _path(target), f'NEW."{column}"')
            breach = f'NEW."{column}" IS NOT NULL AND {own} IS DISTINCT FROM {theirs}'
            yield Wall(table, column, on_insert=True, breach=breach)


def _path(model: type[Model]) -> str:
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
