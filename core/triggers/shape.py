"""What a trigger needs to know of a table, read off its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, UniqueConstraint

from core.appendonly import append_only_models


@dataclass(frozen=True)
class Guarded:
    """`unique_keys` are the column sets by which REPLACE would find a row to remove."""

    table: str
    label: str
    pk: str
    columns: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...]
    redactable: Mapping[str, str | None]

    @property
    def fixed_columns(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column not in self.redactable)


def guarded_models() -> list[type[Model]]:
    """The models that are written once, each followed by the join tables of what its rows cite."""
    found: list[type[Model]] = []
    for model in append_only_models():
        joins = (field.remote_field.through for field in model._meta.local_many_to_many)
        found += [model, *(join for join in joins if join is not None and join._meta.auto_created)]
    return found


def guarded(model: type[Model]) -> Guarded:
    """ImproperlyConfigured for a key that is an expression: no guard could tell which row it would replace."""
    meta = model._meta
    fields = meta.local_concrete_fields
    column = {field.name: str(field.column) for field in fields}
    keys: list[tuple[str, ...]] = [(column[field.name],) for field in fields if field.unique]
    keys += [tuple(column[name] for name in names) for names in meta.unique_together]
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            if not constraint.fields:
                raise ImproperlyConfigured(f"{constraint.name}: an append-only table has no unique expressions")
            keys.append(tuple(column[name] for name in constraint.fields))
    redactable: Mapping[str, str | None] = getattr(model, "redactable", {})
    return Guarded(
        table=meta.db_table,
        label=meta.label_lower,
        pk=str(meta.pk.column),
        columns=tuple(column.values()),
        unique_keys=tuple(dict.fromkeys(keys)),
        redactable={column[name]: value for name, value in redactable.items()},
    )
