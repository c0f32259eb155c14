"""Keys for programs: who makes them, for how long, and what is kept of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from knox.crypto import hash_token

from core.access import Access
from core.actions.leaving import deactivate_user
from core.actions.tokens import create_token, revoke_token
from core.errors import Conflict, Forbidden, InvalidInput
from core.models import Event, ServiceToken
from core.site import site_id
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

SYSTEM = Access.system()


def make(world: World, owner: str = "editor", by: Access | None = None, **given: object) -> tuple[ServiceToken, str]:
    values = {"name": "Nightly", "scopes": ["read", "write"], **given}
    maker = by or world.access(owner)
    return create_token(user=world.people[owner], by=maker, at=NOW, **values)  # type: ignore[arg-type]


def test_its_text_is_shown_once_and_only_a_digest_is_kept(world: World) -> None:
    token, text = make(world)
    kept = ServiceToken.objects.values().get()
    assert token.digest == hash_token(text)
    assert all(text not in str(value) for value in kept.values())


def test_without_a_word_on_it_a_token_lives_a_year_of_real_time(world: World) -> None:
    token, _ = make(world)
    assert token.expiry is not None
    assert abs(token.expiry - timezone.now() - dt.timedelta(days=365)) < dt.timedelta(minutes=5)


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_life_that_is_none_or_too_long_is_refused(world: World, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(world, expires_in=dt.timedelta(days=days))
    assert refused.value.field == "expires_in"


def test_its_making_and_its_end_stand_on_the_ledger_of_the_site(world: World) -> None:
    token, text = make(world, compartments=[world.home])
    revoke_token(token=token, by=world.access("editor"), at=NOW)
    made, revoked = Event.objects.filter(compartment=site_id(), subject_id=token.external_id).order_by("seq")
    assert (made.kind, revoked.kind) == ("token.created", "token.revoked")
    changes = made.changes or {}
    assert (changes["scopes"], changes["compartments"]) == ([None, "read write"], [None, "us-cn"])
    assert made.actor == revoked.actor == world.people["editor"]
    assert text not in str(made.changes)
    assert token.digest not in str(made.changes)


@pytest.mark.parametrize("name", ["viewer", "lead", "cleared_lead", "stranger"])
def test_nobody_makes_or_revokes_a_token_for_somebody_else(world: World, name: str) -> None:
    with pytest.raises(Forbidden):
        make(world, by=world.access(name))
    token, _ = make(world)
    with pytest.raises(Forbidden):
        revoke_token(token=token, by=world.access(name), at=NOW)
    assert ServiceToken.objects.get().revoked_at is None


def test_an_operator_does_both_for_anybody(world: World) -> None:
    token, _ = make(world, by=world.access("operator"))
    revoke_token(token=token, by=world.access("operator"), at=NOW)
    assert ServiceToken.objects.get().revoked_at == NOW


@pytest.mark.parametrize("owner", ["editor", "operator"])
def test_a_token_makes_no_token_and_revokes_none(world: World, owner: str) -> None:
    token, _ = make(world, owner, scopes=["read", "write", "restricted"])
    by = Access.of_token(token)
    with pytest.raises(Forbidden):
        make(world, owner, by=by, name="Longer")
    with pytest.raises(Forbidden):
        revoke_token(token=token, by=by, at=NOW)


def test_nobody_who_is_nobody_makes_one(world: World) -> None:
    with pytest.raises(Forbidden):
        make(world, by=Access.nobody())


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "READ"], [""], ["read\x00"]])
def test_scopes_are_of_the_list_and_at_least_one(world: World, scopes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(world, scopes=scopes)
    assert refused.value.field == "scopes"


def test_a_scope_said_twice_is_kept_once(world: World) -> None:
    token, _ = make(world, scopes=["write", "read", "write"])
    assert token.scopes == ["read", "write"]


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\x00", "\ud800", "x" * 101])
def test_a_name_is_required_and_must_be_text(world: World, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(world, name=name)
    assert refused.value.field == "name"


def test_one_owner_has_one_token_of_a_name_until_it_is_revoked(world: World) -> None:
    token, _ = make(world)
    make(world, "lead")
    with pytest.raises(Conflict) as refused:
        make(world)
    assert refused.value.field == "name"
    revoke_token(token=token, by=SYSTEM, at=NOW)
    make(world)


def test_a_relationship_that_is_not_the_owners_is_refused_also_to_an_operator(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(world, compartments=[world.home, world.foreign], by=world.access("operator"))
    assert refused.value.field == "compartments"
    assert not ServiceToken.objects.exists()


def test_a_token_is_revoked_once_and_stays_on_record(world: World) -> None:
    token, _ = make(world)
    revoke_token(token=token, by=world.access("editor"), at=NOW)
    with pytest.raises(Conflict):
        revoke_token(token=token, by=world.access("editor"), at=NOW)
    assert ServiceToken.objects.get().revoked_at == NOW


def test_nobody_makes_a_token_for_an_account_that_is_deactivated(world: World) -> None:
    deactivate_user(user=world.people["editor"], by=SYSTEM, at=NOW)
    world.people["editor"].refresh_from_db()
    with pytest.raises(InvalidInput) as refused:
        make(world, by=world.access("operator"))
    assert refused.value.field == "user"
