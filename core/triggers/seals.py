"""The database's own guard over what is restricted: an open row never rests on a restricted one.

Derived from the models: wherever a row with a handling refers to a row with a handling, by a foreign key or through a
join table, both directions are guarded. A row may not come to rest, open, on a restricted one; and the one on which it
rests may not be restricted before it is. A field named in its model's `unsealed` is let be.

On PostgreSQL the row that comes to rest locks what it rests on. FOR SHARE, since a handling is no key: so two
transactions, each of which could pass, pass one after the other, and the second is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Model

from core.triggers.joins import Join, joins_of
from core.triggers.rows import RowGuard
from core.triggers.walls import compartment_path_of

RESTS, BEARS = "rests on what is restricted", "what rests on it is open"


def seals() -> list[RowGuard]:
    """In a fixed order, by the table of what rests."""
    models = sorted(filter(has_handling, apps.get_models()), key=lambda model: model._meta.db_table)
    return [seal for model in models for seal in _seals_of(model)]


def has_handling(model: type[Model]) -> bool:
    """A row of a compartment that says itself who may read it."""
    own = {field.name for field in model._meta.local_concrete_fields}
    return "handling" in own and compartment_path_of(model) != ""


def _seals_of(model: type[Model]) -> Iterator[RowGuard]:
    unsealed = getattr(model, "unsealed", ())
    for field in model._meta.local_concrete_fields:
        if isinstance(field, ForeignKey) and has_handling(field.related_model) and field.name not in unsealed:
            yield from _of_key(model, str(field.column), field.related_model)
    for join in joins_of(model):
        if has_handling(join.target):
            yield from _of_join(join)


def _of_key(model: type[Model], column: str, target: type[Model]) -> Iterator[RowGuard]:
    """The row that rests, and the row that bears it."""
    table, base = model._meta.db_table, target._meta.db_table
    subject = (table, column)
    borne = f'FROM "{base}" t WHERE t.{_pk(target)} = NEW."{column}" AND NEW."handling" = \'open\''
    yield RowGuard(
        table,
        subject,
        "seal",
        RESTS,
        _restricted(borne),
        watched=("handling", column),
        held=f"{borne} FOR SHARE",
    )
    resting = f'FROM "{table}" r WHERE r."{column}" = NEW.{_pk(target)} AND r."handling" = \'open\''
    yield _bears(target, subject, resting)


def _of_join(join: Join) -> Iterator[RowGuard]:
    """The row that joins, the row that rests and is opened, and the row that bears it."""
    subject, table = (join.table, join.target_column), join.model._meta.db_table
    rests, bears, joins = f'"{table}" r', f'"{join.target._meta.db_table}" t', f'"{join.table}" j'
    mine, its = f'"{join.column}"', f'"{join.target_column}"'
    own, theirs = _pk(join.model), _pk(join.target)
    both = f"FROM {rests}, {bears} WHERE r.{own} = NEW.{mine} AND t.{theirs} = NEW.{its}"
    yield RowGuard(
        join.table,
        subject,
        "seal",
        RESTS,
        _restricted(f"{both} AND r.\"handling\" = 'open'"),
        watched=(join.column, join.target_column),
        # Also where it is restricted: it may be about to be opened.
        held=f"{both} FOR SHARE",
    )
    borne = f"FROM {joins}, {bears} WHERE j.{mine} = NEW.{own} AND t.{theirs} = j.{its} AND NEW.\"handling\" = 'open'"
    yield RowGuard(
        table,
        subject,
        "opening",
        RESTS,
        _restricted(borne),
        watched=("handling",),
        held=f"{borne} ORDER BY t.{theirs} FOR SHARE OF t",
    )
    resting = f"FROM {joins}, {rests} WHERE j.{its} = NEW.{theirs} AND r.{own} = j.{mine} AND r.\"handling\" = 'open'"
    yield _bears(join.target, subject, resting)


def _restricted(borne: str) -> str:
    """`borne` selects what an open row rests on, as t."""
    return f"EXISTS (SELECT 1 {borne} AND t.\"handling\" = 'restricted')"


def _bears(target: type[Model], subject: tuple[str, str], resting: str) -> RowGuard:
    """`resting` selects the open rows that rest on NEW. An INSERT is looked at as well: one that REPLACEs is an update
    by another name. Nothing has to be held: whoever writes this row has waited for those that come to rest on it."""
    breach = f"NEW.\"handling\" = 'restricted' AND EXISTS (SELECT 1 {resting})"
    watched = ("handling", str(target._meta.pk.column))
    return RowGuard(target._meta.db_table, subject, "base", BEARS, breach, watched=watched)


def _pk(model: type[Model]) -> str:
    return f'"{model._meta.pk.column}"'
