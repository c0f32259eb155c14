"""A record is closed once: what is written of it later is written once, and all else stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from core import triggers
from core.appendonly import AppendOnlyModel, append_only_models
from core.models import Event, Redaction
from tests.forgeries import undone
from tests.sealed_rows import Rows, closed_values, copy, sealed_rows
from tests.world import World

pytestmark = pytest.mark.django_db

LATER = [model for model in append_only_models() if model.changeable or model.closing]
CLOSING = [(model, name) for model in LATER for name in model.closing]
WRITTEN = [
    (model, field.name)
    for model in LATER
    for field in model._meta.concrete_fields
    if field.name not in (*model.closing, *model.changeable)
]
REFUSED = "is append-only: no update"
# Of a row that breaks a wall, too, each database answers by the trigger it looks at first.
REFUSED_OR_WALLED = f"{REFUSED}|belongs to another compartment"
# What a column of each kind is made to say; no row says it.
FORGED: dict[type, Any] = {
    models.CharField: "x",
    models.TextField: "x",
    models.DateField: "1900-01-01",
    models.DateTimeField: "1900-01-01T00:00:00+00:00",
}
UNHEARD_OF = 31_999


@pytest.fixture
def rows(world: World) -> Rows:
    return sealed_rows(world.home)


@pytest.fixture
def values(world: World) -> dict[str, tuple[Any, Any]]:
    return closed_values(world.people["lead"], world.people["editor"])


def label(value: object) -> str:
    return getattr(value, "__name__", str(value))


def update(row: models.Model, **values: Any) -> int:
    return type(row)._default_manager.filter(pk=row.pk).update(**values)


def close(row: models.Model, values: dict[str, tuple[Any, Any]]) -> int:
    return update(row, **{name: values[name][0] for name in type(row).closing})  # type: ignore[attr-defined]


@pytest.mark.parametrize(("model", "name"), CLOSING, ids=label)
def test_a_record_is_closed_once(rows: Rows, values: Any, model: type[AppendOnlyModel], name: str) -> None:
    row = rows[model]
    assert close(row, values) == 1
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        update(row, **{name: values[name][1]})
    with undone():
        triggers.uninstall()
        assert update(row, **{name: values[name][1]}) == 1


@pytest.mark.parametrize(("model", "name"), CLOSING, ids=label)
def test_nor_is_it_reopened(rows: Rows, values: Any, model: type[AppendOnlyModel], name: str) -> None:
    row = rows[model]
    close(row, values)
    empty = None if model._meta.get_field(name).null else ""
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        update(row, **{name: empty})


@pytest.mark.parametrize("model", LATER, ids=label)
def test_one_end_does_not_stand_in_the_way_of_another(rows: Rows, values: Any, model: type[AppendOnlyModel]) -> None:
    """A position that was given up may be withdrawn afterwards."""
    withdrawal = [name for name in model.closing if name.startswith("withdraw")]
    for names in ([name for name in model.closing if name not in withdrawal], withdrawal):
        assert not names or update(rows[model], **{name: values[name][0] for name in names}) == 1


@pytest.mark.parametrize(("model", "name"), WRITTEN, ids=label)
def test_what_a_record_says_is_not_changed_while_it_is_closed(
    rows: Rows, values: Any, model: type[AppendOnlyModel], name: str
) -> None:
    row = rows[model]
    closed = {column: values[column][0] for column in model.closing}
    with pytest.raises(IntegrityError, match=REFUSED_OR_WALLED), transaction.atomic():
        update(row, **closed, **{name: forged(row, name)})


def forged(row: models.Model, name: str) -> Any:
    field = row._meta.get_field(name)
    if isinstance(field, models.BooleanField):
        return not getattr(row, name)
    return FORGED.get(type(field), UNHEARD_OF)


@pytest.mark.parametrize("model", LATER, ids=label)
def test_who_may_read_a_record_may_change_and_change_again(
    rows: Rows, values: Any, model: type[AppendOnlyModel]
) -> None:
    row = copy(rows[model])
    assert model.changeable == ("handling",)
    assert [update(row, handling=handling) for handling in ("restricted", "open", "restricted")] == [1, 1, 1]
    close(row, values)
    assert update(row, handling="open") == 1


@pytest.mark.parametrize("model", LATER, ids=label)
def test_a_permit_to_redact_covers_the_texts_alone(rows: Rows, model: type[AppendOnlyModel]) -> None:
    row, event = copy(rows[model]), Event.objects.earliest("pk")
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        update(row, **model.redactable)
    Redaction.objects.create(subject_type=model._meta.label_lower, subject_pk=row.pk, event=event, reason="A slip.")
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        update(row, **model.redactable, handling="restricted")
    assert update(row, **model.redactable) == 1


def test_every_closing_column_is_tried_here(values: Any) -> None:
    """A new one fails here until somebody has said what it is closed with."""
    assert set(values) == {name for _, name in CLOSING}
