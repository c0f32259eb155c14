"""What a person may see and do is read from the memberships of this moment."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from core.access import Access, Right
from core.actions.leaving import deactivate_user
from core.actions.members import add_member, change_member, end_membership
from core.actions.tokens import create_token, revoke_token
from core.models import Event, Membership, ServiceToken
from core.site import SLUG as SITE
from core.visibility import CompartmentQuerySet
from tests.canary import plant
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if isinstance(model._default_manager.all(), CompartmentQuerySet)]
SYSTEM = Access.system()


def membership(world: World, name: str) -> Membership:
    return Membership.objects.current().get(user=world.people[name])


def token_of(world: World, name: str, *scopes: str, elsewhere: bool = False) -> ServiceToken:
    places = [world.home] if elsewhere else []
    return create_token(
        user=world.people[name], name="t", scopes=scopes, compartments=places, by=world.access(name), at=NOW
    )[0]


def test_it_is_read_in_one_statement(world: World) -> None:
    with CaptureQueriesContext(connection) as statements:
        Access.of(world.people["lead"])
    assert len(statements) == 1


def test_it_holds_where_the_person_is_a_member_and_nowhere_else(world: World) -> None:
    access = world.access("editor")
    assert access.compartments == {world.home.pk}
    assert access.may(Right.WRITE, world.home.pk)
    assert not access.may(Right.READ, world.foreign.pk)


def test_a_membership_that_ends_opens_nothing_from_then_on(world: World) -> None:
    end_membership(membership=membership(world, "editor"), by=SYSTEM, at=NOW)
    assert world.access("editor").compartments == frozenset()


def test_a_change_of_role_or_clearance_holds_from_then_on(world: World) -> None:
    change_member(membership=membership(world, "cleared_editor"), role="viewer", cleared=False, by=SYSTEM, at=NOW)
    access = world.access("cleared_editor")
    assert not access.may(Right.WRITE, world.home.pk)
    assert access.cleared == frozenset()


def test_an_account_that_is_deactivated_opens_nothing(world: World) -> None:
    deactivate_user(user=world.people["lead"], by=SYSTEM, at=NOW)
    world.people["lead"].refresh_from_db()
    assert world.access("lead") == Access.nobody()


def test_somebody_who_comes_back_has_the_new_role_alone(world: World) -> None:
    end_membership(membership=membership(world, "cleared_lead"), by=SYSTEM, at=NOW)
    later = NOW + dt.timedelta(days=1)
    add_member(compartment=world.home, user=world.people["cleared_lead"], role="viewer", by=SYSTEM, at=later)
    access = world.access("cleared_lead")
    assert not access.may(Right.MANAGE_MEMBERS, world.home.pk)
    assert access.cleared == frozenset()


@pytest.mark.parametrize(
    ("name", "scopes", "rights"),
    [
        ("lead", ["read"], {Right.READ, Right.READ_LEDGER}),
        ("lead", ["read", "write"], {Right.READ, Right.READ_LEDGER, Right.WRITE, Right.WITHDRAW}),
        ("editor", ["read", "write"], {Right.READ, Right.READ_LEDGER, Right.WRITE}),
        ("viewer", ["read", "write", "restricted"], {Right.READ}),
        ("lead", ["restricted"], set()),
    ],
)
def test_a_token_has_the_rights_of_its_owner_cut_down_to_its_scopes(
    world: World, name: str, scopes: list[str], rights: set[Right]
) -> None:
    access = Access.of_token(token_of(world, name, *scopes))
    assert {right for right in Right if access.may(right, world.home.pk)} == rights


@pytest.mark.parametrize(
    ("name", "scopes", "cleared"),
    [
        ("cleared_editor", ["read"], False),
        ("cleared_editor", ["read", "restricted"], True),
        ("editor", ["read", "restricted"], False),
    ],
)
def test_a_token_reads_what_is_restricted_if_owner_and_scope_both_say_so(
    world: World, name: str, scopes: list[str], cleared: bool
) -> None:
    assert (world.home.pk in Access.of_token(token_of(world, name, *scopes)).cleared) is cleared


def test_a_token_for_some_relationships_opens_no_other(world: World) -> None:
    person = world.people["lead"]
    add_member(compartment=world.foreign, user=person, role="lead", by=SYSTEM, at=NOW)
    everywhere, here = token_of(world, "lead", "read"), None
    assert Access.of_token(everywhere).compartments == {world.home.pk, world.foreign.pk}
    revoke_token(token=everywhere, by=SYSTEM, at=NOW)
    here = token_of(world, "lead", "read", elsewhere=True)
    assert Access.of_token(here).compartments == {world.home.pk}


def test_a_token_for_a_relationship_that_its_owner_has_left_opens_nothing(world: World) -> None:
    token = token_of(world, "editor", "read", elsewhere=True)
    end_membership(membership=membership(world, "editor"), by=SYSTEM, at=NOW)
    token.refresh_from_db()
    assert Access.of_token(token).compartments == frozenset()


def test_a_revoked_token_opens_nothing_even_if_somebody_still_holds_it(world: World) -> None:
    token = token_of(world, "editor", "read")
    assert Access.of_token(token).compartments
    assert Access.of_token(revoke_token(token=token, by=SYSTEM, at=NOW)) == Access.nobody()


def test_an_operators_token_is_no_operator(world: World) -> None:
    assert world.access("operator").is_operator
    assert not Access.of_token(token_of(world, "operator", "read", "write", "restricted")).is_operator


@pytest.mark.parametrize("model", MODELS)
def test_an_operator_who_is_no_member_sees_no_content(world: World, model: type[Model]) -> None:
    plant(world.home, mark="zqx")
    rows: CompartmentQuerySet[Model] = model._default_manager.all()  # type: ignore[assignment]
    seen = rows.visible_to(world.access("operator"))
    if model is Event:
        seen = seen.exclude(compartment__slug=SITE)
    assert not seen.exists()
    if model._meta.label != "tracker.IssueParty":
        assert rows.visible_to(world.access("cleared_lead")).exists(), "there was something to see"
