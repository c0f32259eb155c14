"""A person leaves: their access ends, at once and everywhere, and their deeds stay on record."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction

from core import ledger
from core.access import Access
from core.actions.members import ended, ending
from core.actions.redaction import empty_line
from core.actions.tokens import revocation
from core.errors import Conflict
from core.ledger import Entry
from core.models import Event, Membership, ServiceToken, User
from core.site import site_id

PERSONAL = ("username", "display_name", "email")


@transaction.atomic
def deactivate_user(*, user: User, by: Access, at: dt.datetime, anonymise: bool = False) -> User:
    """Ends memberships, tokens and, with the account, sessions. `anonymise` also forgets name, address and password,
    for those who have left and ask for it; the ledger's lines about the account are emptied, the others know only
    its number. Conflict where nothing is left to do.

    The account's own row is written last: a row that is being renamed keeps all from committing who did something
    as that person just now, and they may hold a ledger that is needed here.
    """
    by.require_operator()
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_active and not (anonymise and user.username != _former(user)):
        raise Conflict("This account has been deactivated already.", field="user", value=user.username)
    entries = _end_memberships(user, at)
    entries[site_id()] = [_account_line(user, anonymise), *_end_tokens(user, at)]
    for compartment_id in sorted(entries):
        ledger.record(compartment_id, entries[compartment_id], by=by, at=at)
    if anonymise:
        _forget(user, by=by, at=at)
    user.is_active = False
    user.save(update_fields=["is_active", "is_superuser", "username", "display_name", "email", "password"])
    return user


def _end_memberships(user: User, at: dt.datetime) -> dict[int, list[Entry]]:
    entries: dict[int, list[Entry]] = defaultdict(list)
    for membership in Membership.objects.current().filter(user=user).select_for_update().order_by("pk"):
        membership.user = user
        entries[membership.compartment_id].append(ending(ended(membership, at)))
    return entries


def _end_tokens(user: User, at: dt.datetime) -> list[Entry]:
    tokens = list(ServiceToken.objects.filter(user=user, revoked_at=None).select_related("user"))
    ServiceToken.objects.filter(pk__in=[token.pk for token in tokens]).update(revoked_at=at)
    return [revocation(token) for token in tokens]


def _account_line(user: User, anonymise: bool) -> Entry:
    changes = {"is_active": [True, False]} if user.is_active else {}
    return Entry("user.anonymised" if anonymise else "user.deactivated", "core.user", user.external_id, changes)


def _forget(user: User, *, by: Access, at: dt.datetime) -> None:
    lines = Event.objects.filter(compartment=site_id(), subject_type="core.user", subject_id=user.external_id)
    for line in lines.order_by("seq"):
        if line.changes and any(name in line.changes for name in PERSONAL):
            empty_line(line, reason="The person asked to be forgotten.", by=by, at=at)
    user.username, user.display_name, user.email, user.is_superuser = _former(user), "", "", False
    user.set_unusable_password()


def _former(user: User) -> str:
    return f"former-{user.pk}"
