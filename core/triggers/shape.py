"""What a trigger needs to know of a table, read off its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import UniqueConstraint

from core.appendonly import AppendOnlyModel


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


def guarded(model: type[AppendOnlyModel]) -> Guarded:
    meta = model._meta
    column = {field.name: str(field.column) for field in meta.concrete_fields}
    keys: list[tuple[str, ...]] = [(str(field.column),) for field in meta.concrete_fields if field.unique]
    keys += [tuple(column[name] for name in names) for names in meta.unique_together]
    keys += [
        tuple(column[name] for name in constraint.fields)
        for constraint in meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields
    ]
    return Guarded(
        table=meta.db_table,
        label=meta.label_lower,
        pk=str(meta.pk.column),
        columns=tuple(str(field.column) for field in meta.concrete_fields),
        unique_keys=tuple(dict.fromkeys(keys)),
        redactable={column[name]: value for name, value in model.redactable.items()},
    )
