"""The database refuses, by itself, a row that reaches into another compartment, and a row that moves there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction

from core import triggers
from core.triggers.walls import walls
from tests.canary import plant
from tests.world import World
from tracker.models import Flag, Issue, IssueParty, Party, PartyName, Relationship, StatusChange

pytestmark = pytest.mark.django_db

Rows = dict[type[models.Model], models.Model]
Both = tuple[Rows, Rows]
Breach = Callable[[Rows, Rows, World], int]


def pointing(model: type[models.Model], column: str, at: type[models.Model]) -> Breach:
    """The row of our relationship is made to refer to one of the foreign."""
    return lambda ours, theirs, world: model._default_manager.filter(pk=ours[model].pk).update(
        **{column: theirs[at].pk}
    )


def moving(model: type[models.Model], column: str) -> Breach:
    return lambda ours, theirs, world: model._default_manager.filter(pk=ours[model].pk).update(
        **{column: world.foreign.pk}
    )


BREACHES: dict[str, Breach] = {
    "tracker_issue.parent_id": pointing(Issue, "parent", Issue),
    "tracker_issueparty.party_id": pointing(IssueParty, "party", Party),
    "tracker_issueparty.issue_id": pointing(IssueParty, "issue", Issue),
    "tracker_party.parent_id": pointing(Party, "parent", Party),
    "tracker_partyname.party_id": pointing(PartyName, "party", Party),
    "tracker_relationship.home_party_id": lambda ours, theirs, world: Relationship.objects.filter(
        pk=world.home.pk
    ).update(home_party=theirs[Party].pk),
    "tracker_issue.relationship_id": moving(Issue, "relationship"),
    "tracker_party.relationship_id": moving(Party, "relationship"),
    "tracker_flag.relationship_id": moving(Flag, "relationship"),
}
# These tables are written once, so that an UPDATE is refused before it could reach through a wall.
WRITTEN_ONCE = {"core_event.compartment_id", "tracker_statuschange.issue_id"}


@pytest.fixture
def rows(world: World) -> Both:
    return plant(world.home, mark="ours").rows, plant(world.foreign, mark="theirs").rows


@pytest.mark.parametrize("wall", BREACHES)
def test_no_row_reaches_through_a_wall(world: World, rows: Both, wall: str) -> None:
    table = wall.partition(".")[0]
    # A row may break two walls at once, and each database answers by the one it looks at first.
    expected = rf"{table}\.\w+: belongs to another compartment"
    with pytest.raises(IntegrityError, match=expected), transaction.atomic():
        BREACHES[wall](rows[0], rows[1], world)


@pytest.mark.parametrize("wall", BREACHES)
def test_without_its_trigger_every_one_of_them_does(world: World, rows: Both, wall: str) -> None:
    """Negative control."""
    triggers.uninstall()
    with transaction.atomic():
        assert BREACHES[wall](rows[0], rows[1], world) == 1


def test_a_new_row_does_not_supersede_one_of_another_compartment(world: World, rows: Both) -> None:
    ours, theirs = rows
    values = {"to_status": "", "seq": 2, "reason": "x", "supersedes": theirs[StatusChange]}
    old = StatusChange.objects.get(pk=ours[StatusChange].pk)
    again = {name: getattr(old, name) for name in ("issue", "occurred_on", "known_at", "recorded_at")}
    with pytest.raises(IntegrityError, match="supersedes_id: belongs to another"), transaction.atomic():
        StatusChange.objects.create(**{**again, **values})


def test_every_wall_of_the_models_is_tried_here() -> None:
    """A new foreign key between compartments fails here until its breach is written down."""
    known = {*BREACHES, *WRITTEN_ONCE, "tracker_statuschange.supersedes_id", "core_membership.compartment_id"}
    assert {f"{wall.table}.{wall.column}" for wall in walls()} == known
