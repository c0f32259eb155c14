"""The database refuses, by itself, an open row that rests on a restricted one, from whichever side it would come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, models, transaction

from core import triggers
from core.triggers import postgres, sqlite
from core.triggers.seals import seals
from tests.forgeries import execute, undone
from tests.sealed_rows import CITATION, COVER, Rows, copy, sealed_rows
from tests.world import World
from tracker.models import Claim, Deadline, Issue, IssueLink, Note, Position, Source

pytestmark = pytest.mark.django_db

OPEN, RESTRICTED = "open", "restricted"
RESTS, BEARS = "rests on what is restricted", "what rests on it is open"
Seals = dict[str, tuple[type[models.Model], type[models.Model]]]

KEYS: Seals = {
    "tracker_issue.parent_id": (Issue, Issue),
    "tracker_source.derives_from_id": (Source, Source),
    "tracker_source.translation_of_id": (Source, Source),
    "tracker_claim.source_id": (Claim, Source),
    "tracker_claim.issue_id": (Claim, Issue),
    "tracker_claim.responds_to_id": (Claim, Claim),
    "tracker_claim.repeats_id": (Claim, Claim),
    "tracker_claim.replaces_id": (Claim, Claim),
    "tracker_position.issue_id": (Position, Issue),
    "tracker_position.claim_id": (Position, Claim),
    "tracker_position.replaces_id": (Position, Position),
    "tracker_deadline.issue_id": (Deadline, Issue),
    "tracker_deadline.claim_id": (Deadline, Claim),
    "tracker_deadline.replaces_id": (Deadline, Deadline),
    "tracker_issuelink.from_issue_id": (IssueLink, Issue),
    "tracker_issuelink.to_issue_id": (IssueLink, Issue),
    "tracker_issuelink.claim_id": (IssueLink, Claim),
    "tracker_issuelink.replaces_id": (IssueLink, IssueLink),
    "tracker_note.replaces_id": (Note, Note),
}
JOINS: Seals = {"tracker_note_issues.issue_id": (Note, Issue)}
# Those whose rows may be turned to another afterwards.
TURNED = [place for place, (model, _) in KEYS.items() if model in (Issue, Source)]


@pytest.fixture
def rows(world: World) -> Rows:
    return sealed_rows(world.home)


def base_of(rows: Rows, place: str, handling: str) -> models.Model:
    return copy(rows[(KEYS | JOINS)[place][1]], handling=handling)


def rest(rows: Rows, place: str, base: models.Model, handling: str) -> models.Model:
    """A new row that rests on the base by that column alone."""
    column = place.partition(".")[2]
    if place in KEYS:
        return copy(rows[KEYS[place][0]], handling=handling, **{column: base.pk})
    resting = copy(rows[JOINS[place][0]], handling=handling)
    copy(rows[COVER], note_id=resting.pk, **{column: base.pk})
    return resting


def handle(row: models.Model, handling: str) -> int:
    return type(row)._default_manager.filter(pk=row.pk).update(handling=handling)


def comes_to_rest(rows: Rows, place: str) -> object:
    return rest(rows, place, base_of(rows, place, RESTRICTED), OPEN)


def is_opened(rows: Rows, place: str) -> object:
    return handle(rest(rows, place, base_of(rows, place, RESTRICTED), RESTRICTED), OPEN)


def loses_its_base(rows: Rows, place: str) -> object:
    base = base_of(rows, place, OPEN)
    rest(rows, place, base, OPEN)
    return handle(base, RESTRICTED)


def is_turned(rows: Rows, place: str) -> object:
    row, base = rows[KEYS[place][0]], base_of(rows, place, RESTRICTED)
    return type(row)._default_manager.filter(pk=row.pk).update(**{place.partition(".")[2]: base.pk})


Deed = Callable[[Rows, str], object]
DEEDS: dict[Deed, str] = {comes_to_rest: RESTS, is_opened: RESTS, loses_its_base: BEARS, is_turned: RESTS}


BREACHES = [(deed, place) for deed in DEEDS for place in (TURNED if deed is is_turned else KEYS | JOINS)]


def label(value: object) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("deed", "place"), BREACHES, ids=label)
def test_no_open_row_rests_on_a_restricted_one(rows: Rows, deed: Deed, place: str) -> None:
    with pytest.raises(IntegrityError, match=f"{place}: {DEEDS[deed]}"), transaction.atomic():
        deed(rows, place)


@pytest.mark.parametrize(("deed", "place"), BREACHES, ids=label)
def test_without_the_triggers_each_of_them_does(rows: Rows, deed: Deed, place: str) -> None:
    """Negative control."""
    with undone():
        triggers.uninstall()
        assert deed(rows, place)


@pytest.mark.parametrize("place", KEYS | JOINS)
def test_what_rests_may_be_restricted_first_and_opened_last(rows: Rows, place: str) -> None:
    base = base_of(rows, place, OPEN)
    resting = rest(rows, place, base, OPEN)
    assert [handle(row, RESTRICTED) for row in (resting, base)] == [1, 1]
    assert [handle(row, OPEN) for row in (base, resting)] == [1, 1]


@pytest.mark.parametrize("place", KEYS | JOINS)
def test_a_restricted_row_may_rest_on_an_open_one(rows: Rows, place: str) -> None:
    assert rest(rows, place, base_of(rows, place, OPEN), RESTRICTED).pk


@pytest.mark.parametrize("model", [Issue, Source])
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement that SQLite alone has")
def test_a_row_that_bears_an_open_one_is_not_replaced_by_a_restricted_one(
    rows: Rows, model: type[models.Model]
) -> None:
    row = rows[model]
    names = [f'"{field.column}"' for field in model._meta.local_concrete_fields]
    values = ["'restricted'" if name == '"handling"' else name for name in names]
    table = model._meta.db_table
    statement = (
        f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} "
        f"WHERE id = {row.pk}"
    )
    with pytest.raises(IntegrityError, match=BEARS), transaction.atomic():
        execute(statement)
    with undone():
        triggers.uninstall()
        execute(statement)
        assert model._default_manager.filter(pk=row.pk, handling=RESTRICTED).exists()


def test_a_move_may_cite_a_restricted_claim(rows: Rows) -> None:
    """It has no handling of its own: it is as open as its issue, and the claim is shown to the cleared alone."""
    claim = copy(rows[Claim], handling=RESTRICTED)
    assert copy(rows[CITATION], claim_id=claim.pk).pk


def test_a_change_of_other_columns_is_not_looked_at(rows: Rows) -> None:
    """Two sub-issues whose clocks are set at once would else wait for each other at their parent."""
    with undone():
        triggers.uninstall()
        child = rest(rows, "tracker_issue.parent_id", base_of(rows, "tracker_issue.parent_id", RESTRICTED), OPEN)
        if connection.vendor == "postgresql":
            execute("SET CONSTRAINTS ALL IMMEDIATE")
        triggers.install()
        assert Issue.objects.filter(pk=child.pk).update(title="Renamed", handling=OPEN) == 1


def test_a_field_that_its_model_calls_unsealed_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Claim, "unsealed", ("source",), raising=False)
    assert {"tracker_claim.source_id"} == {*KEYS, *JOINS} - {seal.place for seal in seals()}


def test_a_seal_that_the_models_no_longer_call_for_goes_with_the_next_migrate(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    with undone():
        monkeypatch.setattr(Claim, "unsealed", ("source",), raising=False)
        if connection.vendor == "postgresql":
            execute("SET CONSTRAINTS ALL IMMEDIATE")
        triggers.reinstall()
        assert loses_its_base(rows, "tracker_claim.source_id")


@pytest.mark.parametrize("dialect", [sqlite, postgres], ids=["sqlite", "postgresql"])
def test_every_trigger_has_a_name_of_its_own_that_postgresql_does_not_cut(dialect: object) -> None:
    names = [name for guard in triggers.guards() for name in dialect.names(guard)]  # type: ignore[attr-defined]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 63


def test_every_seal_of_the_models_is_tried_here() -> None:
    """A new foreign key or join between rows that have a handling fails here until it is written down."""
    assert {seal.place for seal in seals()} == {*KEYS, *JOINS}
