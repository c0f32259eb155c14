"""Who belongs to a compartment, in which role, and cleared or not. Kept by its leads and by operators."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from core import ledger
from core.access import Access, Right, Role
from core.changes import created, difference
from core.errors import Conflict, Forbidden, InvalidInput
from core.ledger import Entry
from core.models import Compartment, Membership, User


@transaction.atomic
def add_member(
    *, compartment: Compartment, user: User, role: str, by: Access, at: dt.datetime, cleared: bool = False
) -> Membership:
    """Gives the person a role in the compartment. Conflict where they have one, InvalidInput for an unknown role,
    Forbidden to all but leads and operators; clearance is given only by those who have it."""
    _require_keeper(by, compartment.pk, clearance=cleared)
    _check_role(role)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                compartment=compartment, user=user, role=role, cleared=cleared, created_at=at
            )
    except IntegrityError as error:
        raise Conflict(f"{user.username} is a member already.", field="user") from error
    _record("member.added", membership, created({"role": role, "cleared": cleared}), by=by, at=at)
    return membership


@transaction.atomic
def change_member(*, membership: Membership, role: str, cleared: bool, by: Access, at: dt.datetime) -> Membership:
    """Another role or clearance, from the person's next request on."""
    locked = _current(membership)
    _require_keeper(by, locked.compartment_id, clearance=cleared and not locked.cleared)
    _check_role(role)
    changes = difference(locked, {"role": role, "cleared": cleared})
    if not changes:
        return locked
    if role != Role.LEAD:
        _require_another_lead(locked, by)
    locked.role, locked.cleared = role, cleared
    locked.save(update_fields=["role", "cleared"])
    _record("member.changed", locked, changes, by=by, at=at)
    return locked


@transaction.atomic
def end_membership(*, membership: Membership, by: Access, at: dt.datetime) -> Membership:
    """The person is out from their next request on; that they were a member stays known."""
    locked = _current(membership)
    _require_keeper(by, locked.compartment_id)
    _require_another_lead(locked, by)
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    _record("member.ended", locked, {"role": [locked.role, None]}, by=by, at=at)
    return locked


def _current(membership: Membership) -> Membership:
    row = Membership.objects.current().select_for_update().filter(pk=membership.pk).first()
    if row is None:
        raise Conflict("This membership has ended.", field="user")
    return row


def _require_keeper(by: Access, compartment_id: int, *, clearance: bool = False) -> None:
    if by.user is not None and by.user.is_superuser:
        return
    by.require(Right.MANAGE_MEMBERS, compartment_id)
    if clearance and not by.is_system and compartment_id not in by.cleared:
        raise Forbidden("Only a cleared lead may clear others.", field="cleared")


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise InvalidInput("is not a role", field="role", value=role)


def _require_another_lead(membership: Membership, by: Access) -> None:
    """A lead cannot leave a compartment without one; an operator may, to put somebody else there."""
    if membership.role != Role.LEAD or by.is_system or (by.user is not None and by.user.is_superuser):
        return
    leads = Membership.objects.current().filter(compartment=membership.compartment_id, role=Role.LEAD)
    if not leads.exclude(pk=membership.pk).exists():
        raise InvalidInput("is the only lead; name another one first", field="role")


def _record(
    kind: str, membership: Membership, changes: dict[str, list[object]], *, by: Access, at: dt.datetime
) -> None:
    entry = Entry(kind, "core.membership", membership.user.username, changes)
    ledger.record(membership.compartment_id, [entry], by=by, at=at)
