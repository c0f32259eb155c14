"""The triggers that guard history are there after every migration, and where one is not, it is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.test.utils import isolate_apps

from core import triggers
from core.appendonly import AppendOnlyModel, append_only_models
from core.models import Event, Redaction
from core.triggers import shape
from tests.forgeries import execute, undone

MODELS = append_only_models()
# Every trigger there should be, with its table; those that guard what is written once, and not a wall or a seal.
TABLE_OF = {name: guard.table for guard in triggers.guards() for name in triggers.dialect_of(connection).names(guard)}
ONCE = [name for name in TABLE_OF if "_no_" in name]
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement that SQLite alone has")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a statement that PostgreSQL alone has")


@pytest.mark.django_db
def test_after_a_migration_no_trigger_is_missing() -> None:
    assert triggers.missing() == []
    triggers.install()
    assert triggers.missing() == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE_OF)
def test_a_trigger_that_was_dropped_is_named(name: str) -> None:
    with undone():
        drop(name)
        assert triggers.missing() == [name]


@pytest.mark.django_db
def test_without_any_all_are_named() -> None:
    with undone():
        triggers.uninstall()
        assert sorted(triggers.missing()) == sorted(TABLE_OF)


@on_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE_OF)
def test_a_trigger_of_that_name_that_refuses_nothing_is_named(name: str) -> None:
    with undone():
        drop(name)
        execute(f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{TABLE_OF[name]}" WHEN 0 BEGIN SELECT 1; END')
        assert triggers.missing() == [name]


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("switch", ["DISABLE TRIGGER", "ENABLE TRIGGER", "ENABLE REPLICA TRIGGER"])
@pytest.mark.parametrize("name", ONCE)
def test_a_trigger_that_does_not_fire_always_is_named(name: str, switch: str) -> None:
    with undone():
        execute(f'ALTER TABLE "{TABLE_OF[name]}" {switch} "{name}"')
        assert triggers.missing() == [name]


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
def test_a_function_that_refuses_nothing_is_named_with_all_its_triggers(model: type[models.Model]) -> None:
    table = model._meta.db_table
    with undone():
        execute(
            f'CREATE OR REPLACE FUNCTION "{table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS '
            "'BEGIN RETURN NEW; END'"
        )
        assert triggers.missing() == [name for name in ONCE if TABLE_OF[name] == table]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("transactional_db")
def test_a_migration_that_rebuilds_a_table_leaves_it_guarded(model: type[models.Model]) -> None:
    with rebuilt(model):
        call_command("migrate", verbosity=0)
        assert triggers.missing() == []


@on_sqlite
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("transactional_db")
def test_a_rebuilt_table_has_lost_its_triggers_without_a_word(model: type[models.Model]) -> None:
    for name, table in TABLE_OF.items():
        # Those of other tables may speak of this one, and would keep it from being rebuilt.
        if table != model._meta.db_table:
            drop(name)
    with connection.schema_editor() as editor:
        editor._remake_table(model)  # type: ignore[attr-defined]
    assert sorted(triggers.missing()) == sorted(TABLE_OF)


@on_sqlite
@pytest.mark.usefixtures("transactional_db")
def test_a_table_that_triggers_speak_of_cannot_be_rebuilt_unless_they_make_way() -> None:
    with pytest.raises(OperationalError, match=r"no such table: main\.core_redaction"), connection.schema_editor() as e:
        e._remake_table(Redaction)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_run_of_migrate_that_has_nothing_to_do_keeps_the_triggers_throughout() -> None:
    with undone():
        triggers.make_way(plan=[])
        assert triggers.missing() == []


class rebuilt:  # noqa: N801 - reads as a word
    """A column is widened as by a migration, and made as it was afterwards."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.field = next(field for field in model._meta.fields if type(field) is models.CharField)

    def __enter__(self) -> None:
        self.alter(self.field, self.wider())

    def __exit__(self, *_: object) -> None:
        self.alter(self.wider(), self.field)
        triggers.install()

    def wider(self) -> models.Field[object, object]:
        wider = self.field.clone()
        wider.max_length = (self.field.max_length or 0) + 1
        wider.set_attributes_from_name(self.field.name)
        wider.model = self.model
        return wider

    def alter(self, old: models.Field[object, object], new: models.Field[object, object]) -> None:
        triggers.make_way(plan=["a migration"])
        with connection.schema_editor() as editor:
            editor.alter_field(self.model, old, new)


@pytest.fixture
def citing(transactional_db: None) -> Iterator[type[models.Model]]:
    """An append-only model whose rows cite others, as a later room may bring one."""
    with isolate_apps("core"):

        class Cited(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "core"

        class Citing(AppendOnlyModel):
            cited = models.ManyToManyField(Cited)

            class Meta:
                app_label = "core"

    with connection.schema_editor() as editor:
        editor.create_model(Cited)
        editor.create_model(Citing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shape, "append_only_models", lambda: [Citing])
        yield Citing
        triggers.uninstall()
    with connection.schema_editor() as editor:
        editor.delete_model(Citing)
        editor.delete_model(Cited)


def test_the_join_rows_of_what_a_row_cites_are_guarded_with_it(citing: type[models.Model]) -> None:
    many: Any = citing._meta.get_field("cited")
    joins = many.remote_field.through._default_manager
    triggers.install()
    cited = many.related_model._default_manager.create()
    joins.create(citing=citing._default_manager.create(), cited=cited)
    with pytest.raises(IntegrityError, match="is append-only: no delete"):
        joins.all()._raw_delete("default")
    with pytest.raises(IntegrityError, match="is append-only: no update"):
        joins.update(cited=cited)
    triggers.uninstall()
    joins.all()._raw_delete("default")
    assert not joins.exists()


UNIQUE = models.UniqueConstraint
UNGUARDABLE: dict[str, dict[str, Any]] = {
    "odd_name": {"constraints": [UNIQUE(Lower("name"), name="odd_name")]},
    "odd_while_open": {"constraints": [UNIQUE(fields=["name"], condition=Q(ended=None), name="odd_while_open")]},
    "Odd.name": {"closing": ("name",), "constraints": [UNIQUE(fields=["name"], name="odd_once")]},
    "Odd.handling": {"changeable": ("handling",), "redactable": {"handling": ""}},
    "Odd.ended": {"changeable": ("ended",), "closing": ("ended",)},
    "Odd.count": {"closing": ("count",)},
}


@pytest.mark.parametrize("name", UNGUARDABLE)
def test_a_model_that_no_guard_could_hold_to_its_word_is_refused_at_once(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        shape.guarded(odd(**UNGUARDABLE[name]))


def test_a_model_that_asks_for_none_of_this_is_guarded() -> None:
    """The negative control."""
    table = shape.guarded(odd(changeable=("handling",), closing=("ended", "name"), redactable={"text": "[redacted]"}))
    assert (table.changeable, table.closing) == (("handling",), {"ended": None, "name": ""})
    assert table.written_columns == ("id", "text", "count")


def odd(constraints: Sequence[models.UniqueConstraint] = (), **attributes: Any) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "core", "constraints": list(constraints)})
    columns = {
        "name": models.TextField(),
        "text": models.TextField(),
        "handling": models.TextField(),
        "count": models.IntegerField(),
        "ended": models.DateField(null=True),
    }
    with isolate_apps("core"):
        return type("Odd", (AppendOnlyModel,), {"__module__": __name__, "Meta": meta, **columns, **attributes})


def test_every_append_only_model_of_every_room_is_known() -> None:
    assert {Event, Redaction, apps.get_model("tracker", "StatusChange")} <= set(shape.guarded_models())


def drop(name: str) -> None:
    execute(f'DROP TRIGGER "{name}"' + (f' ON "{TABLE_OF[name]}"' if connection.vendor == "postgresql" else ""))
