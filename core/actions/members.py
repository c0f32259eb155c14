"""Who belongs to a compartment, in which role, and cleared or not. Kept by its leads and by operators."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q

from core import ledger
from core.access import Access, Right, Role
from core.changes import created, difference
from core.errors import Conflict, Forbidden, InvalidInput
from core.ledger import Entry
from core.models import Compartment, Membership, User
from core.site import SLUG as SITE


@transaction.atomic
def add_member(
    *, compartment: Compartment, user: User, role: str, by: Access, at: dt.datetime, cleared: bool = False
) -> Membership:
    """Gives the person a role in the compartment. Conflict where they have one, InvalidInput for an unknown role,
    Forbidden to all but leads and operators; clearance is given only by those who have it."""
    _require_keeper(by, compartment.pk, clearance=cleared)
    _check_role(role)
    if compartment.slug == SITE:
        raise InvalidInput("is the site itself, which has no members", field="relationship", value=SITE)
    if not user.is_active:
        raise InvalidInput("is deactivated", field="user", value=user.username)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                compartment=compartment, user=user, role=role, cleared=cleared, created_at=at
            )
    except IntegrityError as error:
        raise Conflict(f"{user.username} is a member already.", field="user") from error
    entry = _entry("member.added", membership, created({"role": role, "cleared": cleared}))
    ledger.record(compartment.pk, [entry], by=by, at=at)
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
    ledger.record(locked.compartment_id, [_entry("member.changed", locked, changes)], by=by, at=at)
    return locked


@transaction.atomic
def end_membership(*, membership: Membership, by: Access, at: dt.datetime) -> Membership:
    """The person is out from their next request on; that they were a member stays known."""
    locked = _current(membership)
    _require_keeper(by, locked.compartment_id)
    _require_another_lead(locked, by)
    ledger.record(locked.compartment_id, [ending(ended(locked, at))], by=by, at=at)
    return locked


def ended(membership: Membership, at: dt.datetime) -> Membership:
    """Never before it began: a demo's clock may have run ahead of the one that came after it."""
    membership.ended_at = max(at, membership.created_at)
    membership.save(update_fields=["ended_at"])
    return membership


def ending(membership: Membership) -> Entry:
    return _entry("member.ended", membership, {"role": [membership.role, None]})


def _current(membership: Membership) -> Membership:
    """The row, locked together with those of all leads and in one order: of two leads who put each other out at the
    same time, the second finds the first gone."""
    rows = Membership.objects.current().filter(compartment=membership.compartment_id).select_for_update()
    locked = {row.pk: row for row in rows.filter(Q(pk=membership.pk) | Q(role=Role.LEAD)).order_by("pk")}
    if membership.pk not in locked:
        raise Conflict("This membership has ended.", field="user")
    return locked[membership.pk]


def _require_keeper(by: Access, compartment_id: int, *, clearance: bool = False) -> None:
    if by.is_operator:
        return
    by.require(Right.MANAGE_MEMBERS, compartment_id)
    if clearance and compartment_id not in by.cleared:
        raise Forbidden("Only a cleared lead may clear others.", field="cleared")


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise InvalidInput("is not a role", field="role", value=role)


def _require_another_lead(membership: Membership, by: Access) -> None:
    """A lead cannot leave a compartment without one; an operator may, to put somebody else there."""
    if membership.role != Role.LEAD or by.is_operator:
        return
    leads = Membership.objects.current().filter(compartment=membership.compartment_id, role=Role.LEAD)
    if not leads.exclude(pk=membership.pk).exists():
        raise InvalidInput("is the only lead; name another one first", field="role")


def _entry(kind: str, membership: Membership, changes: dict[str, list[object]]) -> Entry:
    return Entry(kind, "core.membership", membership.user.external_id, changes)
