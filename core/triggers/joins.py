"""The join tables that Django makes by itself for the ManyToManyFields of a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Join:
    """A row of `table` ties one of `model`, which declares the field, to one of `target`."""

    model: type[Model]
    target: type[Model]
    through: type[Model]
    column: str
    target_column: str

    @property
    def table(self) -> str:
        return self.through._meta.db_table


def joins_of(model: type[Model]) -> Iterator[Join]:
    """One with a model of its own is guarded by that model."""
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            yield Join(model, field.related_model, through, field.m2m_column_name(), field.m2m_reverse_name())
