"""Who belongs to a relationship, and who decides that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from core.access import Access
from core.actions.leaving import deactivate_user
from core.actions.members import add_member, change_member, end_membership
from core.actions.tokens import create_token
from core.errors import Conflict, Forbidden, InvalidInput, ParleyError
from core.models import Compartment, Event, Membership, User
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

SYSTEM = Access.system()


def membership(world: World, name: str) -> Membership:
    return Membership.objects.get(user=world.people[name], ended_at=None)


def add(world: World, by: Access, **given: object) -> Membership:
    values = {"compartment": world.home, "user": world.people["stranger"], "role": "viewer", **given}
    return add_member(by=by, at=NOW, **values)  # type: ignore[arg-type]


def change(world: World, name: str, by: Access, role: str, *, cleared: bool = False) -> Membership:
    return change_member(membership=membership(world, name), role=role, cleared=cleared, by=by, at=NOW)


def one_lead_alone(world: World) -> None:
    end_membership(membership=membership(world, "cleared_lead"), by=SYSTEM, at=NOW)


@pytest.mark.parametrize("name", ["lead", "operator"])
def test_leads_and_operators_add_members(world: World, name: str) -> None:
    assert add(world, world.access(name)).role == "viewer"


@pytest.mark.parametrize("name", ["viewer", "editor", "auditor", "cleared_editor", "stranger"])
def test_nobody_else_adds_changes_or_ends_one(world: World, name: str) -> None:
    by = world.access(name)
    with pytest.raises(Forbidden):
        add(world, by)
    with pytest.raises(Forbidden):
        change(world, "viewer", by, "lead")
    with pytest.raises(Forbidden):
        end_membership(membership=membership(world, "viewer"), by=by, at=NOW)


def test_a_leads_token_keeps_no_members(world: World) -> None:
    lead = world.people["cleared_lead"]
    token, _ = create_token(user=lead, name="t", scopes=["read", "write"], by=Access.of(lead), at=NOW)
    with pytest.raises(Forbidden):
        add(world, Access.of_token(token))


def test_a_deed_stands_on_the_ledger_of_the_relationship_by_number_and_not_by_name(world: World) -> None:
    stranger = world.people["stranger"]
    added = add(world, world.access("lead"))
    change_member(membership=added, role="editor", cleared=False, by=world.access("lead"), at=NOW)
    end_membership(membership=added, by=world.access("lead"), at=NOW)
    lines = Event.objects.filter(compartment=world.home, subject_id=stranger.external_id).order_by("seq")
    assert [(line.kind, (line.changes or {}).get("role")) for line in lines] == [
        ("member.added", [None, "viewer"]),
        ("member.changed", ["viewer", "editor"]),
        ("member.ended", ["editor", None]),
    ]
    assert all(line.actor == world.people["lead"] for line in lines)
    assert "stranger" not in str([(line.subject_id, line.changes) for line in lines])


def test_a_change_that_changes_nothing_leaves_no_line(world: World) -> None:
    before = Event.objects.count()
    change(world, "viewer", world.access("lead"), "viewer")
    assert Event.objects.count() == before


@pytest.mark.parametrize(("name", "allowed"), [("lead", False), ("cleared_lead", True), ("operator", True)])
def test_clearance_is_given_by_the_cleared_and_by_operators(world: World, name: str, allowed: bool) -> None:
    by = world.access(name)
    gifts: list[Callable[[], Membership]] = [
        lambda: add(world, by, cleared=True),
        lambda: change(world, "viewer", by, "viewer", cleared=True),
    ]
    for give in gifts:
        if allowed:
            assert give().cleared is True
        else:
            with pytest.raises(Forbidden) as refused:
                give()
            assert refused.value.field == "cleared"


def test_a_lead_who_is_not_cleared_may_keep_and_take_a_clearance_but_not_give_it_back(world: World) -> None:
    by = world.access("lead")
    assert change(world, "cleared_viewer", by, "editor", cleared=True).role == "editor"
    assert change(world, "cleared_viewer", by, "editor", cleared=False).cleared is False
    with pytest.raises(Forbidden):
        change(world, "cleared_viewer", by, "editor", cleared=True)


def test_a_lead_does_not_clear_themselves(world: World) -> None:
    with pytest.raises(Forbidden):
        change(world, "lead", world.access("lead"), "lead", cleared=True)


@pytest.mark.parametrize("role", ["viewer", "editor", "auditor"])
def test_the_only_lead_cannot_become_anything_else(world: World, role: str) -> None:
    one_lead_alone(world)
    with pytest.raises(InvalidInput, match="only lead") as refused:
        change(world, "lead", world.access("lead"), role)
    assert refused.value.field == "role"


def test_the_only_lead_cannot_leave_and_with_another_one_may(world: World) -> None:
    one_lead_alone(world)
    with pytest.raises(InvalidInput, match="only lead"):
        end_membership(membership=membership(world, "lead"), by=world.access("lead"), at=NOW)
    change(world, "editor", world.access("lead"), "lead")
    end_membership(membership=membership(world, "lead"), by=world.access("lead"), at=NOW)


def test_a_lead_elsewhere_is_no_other_lead_here(world: World) -> None:
    one_lead_alone(world)
    assert membership(world, "stranger").role == "lead"
    with pytest.raises(InvalidInput, match="only lead"):
        end_membership(membership=membership(world, "lead"), by=world.access("lead"), at=NOW)


def test_an_operator_may_leave_a_relationship_without_a_lead(world: World) -> None:
    one_lead_alone(world)
    end_membership(membership=membership(world, "lead"), by=world.access("operator"), at=NOW)
    assert not Membership.objects.current().filter(compartment=world.home, role="lead").exists()


def test_a_person_has_one_role_in_a_relationship(world: World) -> None:
    with pytest.raises(Conflict) as refused:
        add(world, SYSTEM, user=world.people["editor"])
    assert refused.value.field == "user"


def test_a_membership_ends_once(world: World) -> None:
    ended = membership(world, "viewer")
    end_membership(membership=ended, by=SYSTEM, at=NOW)
    deeds: list[Callable[[], Membership]] = [
        lambda: end_membership(membership=ended, by=SYSTEM, at=NOW),
        lambda: change_member(membership=ended, role="lead", cleared=True, by=SYSTEM, at=NOW),
    ]
    for deed in deeds:
        with pytest.raises(Conflict, match="has ended"):
            deed()


def test_a_membership_that_ends_is_kept_and_the_person_may_come_back(world: World) -> None:
    end_membership(membership=membership(world, "viewer"), by=SYSTEM, at=NOW)
    add(world, SYSTEM, user=world.people["viewer"], role="editor")
    assert Membership.objects.filter(user=world.people["viewer"]).count() == 2


def test_a_clock_that_was_set_back_ends_no_membership_before_it_began(world: World) -> None:
    earlier = NOW - dt.timedelta(days=30)
    assert end_membership(membership=membership(world, "viewer"), by=SYSTEM, at=earlier).ended_at == NOW


@pytest.mark.parametrize("role", ["", "owner", "LEAD", "lead\x00"])
def test_an_unknown_role_is_refused(world: World, role: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(world, SYSTEM, role=role)
    assert refused.value.field == "role"


@pytest.mark.parametrize("name", ["operator", "lead"])
def test_the_site_itself_has_no_members(world: World, name: str) -> None:
    site = Compartment.objects.get(slug="site")
    with pytest.raises(ParleyError):
        add(world, world.access(name), compartment=site)
    assert not Membership.objects.filter(compartment=site).exists()


def test_an_account_that_is_deactivated_joins_nothing(world: World) -> None:
    deactivate_user(user=world.people["stranger"], by=SYSTEM, at=NOW)
    with pytest.raises(InvalidInput) as refused:
        add(world, SYSTEM, user=User.objects.get(pk=world.people["stranger"].pk))
    assert refused.value.field == "user"
