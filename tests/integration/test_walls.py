"""The database refuses, by itself, a row that reaches into another compartment, and a row that moves there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, models, transaction

from core import triggers
from core.triggers.walls import walls
from tests.canary import plant
from tests.forgeries import execute
from tests.sealed_rows import CITATION, COVER, Rows, copy, sealed_rows
from tests.world import World
from tracker.models import (
    Claim,
    Deadline,
    Flag,
    Issue,
    IssueLink,
    IssueParty,
    Note,
    Party,
    PartyName,
    Position,
    Relationship,
    Source,
    StatusChange,
)

pytestmark = pytest.mark.django_db

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
    "tracker_source.relationship_id": moving(Source, "relationship"),
    "tracker_source.issued_by_id": pointing(Source, "issued_by", Party),
    "tracker_source.derives_from_id": pointing(Source, "derives_from", Source),
    "tracker_source.translation_of_id": pointing(Source, "translation_of", Source),
}
# These tables are written once, so that an UPDATE is refused before it could move house.
WRITTEN_ONCE = {
    "core_event.compartment_id",
    "tracker_statuschange.issue_id",
    "tracker_sourcetext.source_id",
    *(f"tracker_{name}.relationship_id" for name in ("claim", "deadline", "issuelink", "note", "position")),
}
# There it is a new row that would reach through.
TIES: dict[str, tuple[type[models.Model], type[models.Model]]] = {
    "tracker_statuschange.supersedes_id": (StatusChange, StatusChange),
    "tracker_statuschange_claims.claim_id": (CITATION, Claim),
    "tracker_note_issues.issue_id": (COVER, Issue),
    "tracker_note.replaces_id": (Note, Note),
    "tracker_claim.replaces_id": (Claim, Claim),
    "tracker_claim.responds_to_id": (Claim, Claim),
    "tracker_claim.repeats_id": (Claim, Claim),
    "tracker_claim.source_id": (Claim, Source),
    "tracker_claim.issue_id": (Claim, Issue),
    "tracker_claim.speaker_id": (Claim, Party),
    "tracker_deadline.replaces_id": (Deadline, Deadline),
    "tracker_deadline.issue_id": (Deadline, Issue),
    "tracker_deadline.claim_id": (Deadline, Claim),
    "tracker_issuelink.replaces_id": (IssueLink, IssueLink),
    "tracker_issuelink.from_issue_id": (IssueLink, Issue),
    "tracker_issuelink.to_issue_id": (IssueLink, Issue),
    "tracker_issuelink.asserted_by_id": (IssueLink, Party),
    "tracker_issuelink.claim_id": (IssueLink, Claim),
    "tracker_position.replaces_id": (Position, Position),
    "tracker_position.issue_id": (Position, Issue),
    "tracker_position.party_id": (Position, Party),
    "tracker_position.claim_id": (Position, Claim),
}


@pytest.fixture
def rows(world: World) -> Both:
    return (
        plant(world.home, mark="ours").rows | sealed_rows(world.home),
        plant(world.foreign, mark="theirs").rows | sealed_rows(world.foreign),
    )


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


@pytest.mark.parametrize("wall", TIES)
def test_no_new_row_reaches_through_a_wall(rows: Both, wall: str) -> None:
    with pytest.raises(IntegrityError, match=f"{wall}: belongs to another compartment"), transaction.atomic():
        tie(rows, wall)


@pytest.mark.parametrize("wall", TIES)
def test_without_its_trigger_each_of_them_does(rows: Both, wall: str) -> None:
    """Negative control."""
    triggers.uninstall()
    assert tie(rows, wall).pk


@pytest.mark.parametrize(("join", "wall"), [(CITATION, "claim"), (COVER, "issue")])
def test_nor_does_a_join_that_could_be_changed(rows: Both, join: type[models.Model], wall: str) -> None:
    """Both are written once; were they not, the wall would still stand."""
    execute(f"DROP TRIGGER {join._meta.db_table}_no_update" + on(join))
    theirs = getattr(rows[1][join], f"{wall}_id")
    with pytest.raises(IntegrityError, match=f"{wall}_id: belongs to another compartment"), transaction.atomic():
        join._default_manager.filter(pk=rows[0][join].pk).update(**{wall: theirs})


def tie(rows: Both, wall: str) -> models.Model:
    """A copy of our row that refers to one of the foreign."""
    (ours, theirs), (model, target) = rows, TIES[wall]
    return copy(ours[model], **{wall.partition(".")[2]: theirs[target].pk})


def on(model: type[models.Model]) -> str:
    return f" ON {model._meta.db_table}" if connection.vendor == "postgresql" else ""


def test_every_wall_of_the_models_is_tried_here() -> None:
    """A new foreign key or join between compartments fails here until its breach is written down."""
    assert {wall.place for wall in walls()} == {*BREACHES, *TIES, *WRITTEN_ONCE, "core_membership.compartment_id"}
