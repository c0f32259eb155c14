"""What a trigger needs to know of a table, read off its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.db.models import CharField, Model, TextField, UniqueConstraint

from core.appendonly import append_only_models
from core.triggers.joins import joins_of


@dataclass(frozen=True)
class Guarded:
    """`unique_keys` are the column sets by which REPLACE would find a row to remove. `redactable` and `closing` give
    the value of each column when it is emptied, or not written yet."""

    table: str
    label: str
    pk: str
    columns: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...]
    redactable: Mapping[str, str | None]
    changeable: tuple[str, ...] = ()
    closing: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def fixed_columns(self) -> tuple[str, ...]:
        """What a redaction leaves as it was."""
        return tuple(column for column in self.columns if column not in self.redactable)

    @property
    def written_columns(self) -> tuple[str, ...]:
        """What no UPDATE but a redaction changes."""
        return tuple(column for column in self.columns if column not in {*self.changeable, *self.closing})

    @property
    def changes_later(self) -> bool:
        return bool(self.changeable or self.closing)


def guarded_models() -> list[type[Model]]:
    """The models that are written once, each followed by the join tables of what its rows cite."""
    found: list[type[Model]] = []
    for model in append_only_models():
        found += [model, *(join.through for join in joins_of(model))]
    return found


def guarded(model: type[Model]) -> Guarded:
    """ImproperlyConfigured for a model that no guard could hold to its word: see `_unique_keys` and `_later`."""
    meta = model._meta
    column = {each.name: str(each.column) for each in meta.local_concrete_fields}
    redactable: Mapping[str, str | None] = getattr(model, "redactable", {})
    keys = _unique_keys(model)
    changeable, closing = _later(model, {name for key in keys for name in key})
    return Guarded(
        table=meta.db_table,
        label=meta.label_lower,
        pk=str(meta.pk.column),
        columns=tuple(column.values()),
        unique_keys=tuple(tuple(column[name] for name in key) for key in keys),
        redactable={column[name]: value for name, value in redactable.items()},
        changeable=tuple(column[name] for name in changeable),
        closing={column[name]: _empty(model, name) for name in closing},
    )


def _unique_keys(model: type[Model]) -> list[tuple[str, ...]]:
    """The names of fields. No guard could tell which row a key would replace that is an expression, or holds under a
    condition alone."""
    meta = model._meta
    keys: list[tuple[str, ...]] = [(each.name,) for each in meta.local_concrete_fields if each.unique]
    keys += [tuple(names) for names in meta.unique_together]
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            if not constraint.fields or constraint.condition is not None:
                reason = "an append-only table has no unique expressions and conditions"
                raise ImproperlyConfigured(f"{constraint.name}: {reason}")
            keys.append(tuple(constraint.fields))
    return list(dict.fromkeys(keys))


def _later(model: type[Model], in_keys: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of what may change, and of what is written later. Refused are a column with two such rules, of which
    one would undo the other, and one in a unique key, by which SQLite's UPDATE OR REPLACE would remove a row."""
    changeable: tuple[str, ...] = getattr(model, "changeable", ())
    closing: tuple[str, ...] = getattr(model, "closing", ())
    names = [*changeable, *closing]
    wrong = in_keys & {*names} | {*getattr(model, "redactable", {})} & {*names} | {*changeable} & {*closing}
    if wrong:
        reason = "may not change later, since it is in a unique key or under another rule"
        raise ImproperlyConfigured(f"{model._meta.label}.{min(wrong)} {reason}")
    return changeable, closing


def _empty(model: type[Model], name: str) -> str | None:
    column = model._meta.get_field(name)
    if column.null:
        return None
    if not isinstance(column, (CharField, TextField)):
        raise ImproperlyConfigured(f"{model._meta.label}.{name} is never empty, and so never written later")
    return ""
