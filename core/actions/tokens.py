"""Keys for programs. People make their own, an operator anybody's; the text is shown once and never kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import IntegrityError, transaction

from core import ledger
from core.access import RESTRICTED_SCOPE, SCOPES, Access
from core.changes import created
from core.errors import Conflict, Forbidden, InvalidInput
from core.ledger import Entry
from core.models import Compartment, ServiceToken, User
from core.site import site_id
from core.text import clean

ALL_SCOPES = (*SCOPES, RESTRICTED_SCOPE)
USUAL_SCOPES = tuple(SCOPES)
USUAL_LIFE = dt.timedelta(days=365)
LONGEST_LIFE = dt.timedelta(days=3650)


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    scopes: Collection[str],
    by: Access,
    at: dt.datetime,
    compartments: Sequence[Compartment] = (),
    expires_in: dt.timedelta | None = None,
) -> tuple[ServiceToken, str]:
    """The token and its text, which is nowhere else: only a digest is stored.

    It can do what its owner can at any time, cut down by `scopes` and, where some are named, to `compartments`.
    Forbidden for somebody else's, and to whoever came by a token; Conflict where the owner has one of that name;
    InvalidInput for a scope that is none, a compartment that is not the owner's, a life beyond ten years.
    """
    _require_keeper(user, by)
    if not user.is_active:
        raise InvalidInput("is deactivated", field="user", value=user.username)
    values = {
        "name": clean(name, field="name", limit=100),
        "scopes": _checked_scopes(scopes),
        "expiry": _checked_life(expires_in),
    }
    _check_compartments(user, compartments)
    try:
        with transaction.atomic():
            # Expiry is counted in real time, as it is checked, whatever the clock of a demo says.
            token, text = ServiceToken.objects.create(user=user, **values)
    except IntegrityError as error:
        raise Conflict("There is a token of that name.", field="name", value=name) from error
    token.compartments.set(compartments)
    ledger.record(site_id(), [_creation(token, compartments)], by=by, at=at)
    return token, text


@transaction.atomic
def revoke_token(*, token: ServiceToken, by: Access, at: dt.datetime) -> ServiceToken:
    """Of no use from the next request on. Conflict where it has been revoked already."""
    _require_keeper(token.user, by)
    if not ServiceToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        raise Conflict("This token has been revoked already.", field="token", value=token.name)
    token.revoked_at = at
    ledger.record(site_id(), [revocation(token)], by=by, at=at)
    return token


def revocation(token: ServiceToken) -> Entry:
    return Entry("token.revoked", "core.servicetoken", token.external_id, {"owner": [token.user.external_id, None]})


def _require_keeper(owner: User, by: Access) -> None:
    """A token makes no tokens: it could hand out more than it was given, or outlive its own end."""
    if by.is_operator or (by.user == owner and not by.by_token):
        return
    raise Forbidden("Tokens are made and revoked by their owner, signed in, or by an operator.", field="user")


def _checked_scopes(scopes: Collection[str]) -> list[str]:
    unknown = [scope for scope in scopes if scope not in ALL_SCOPES]
    if unknown:
        raise InvalidInput(f"is not one of {', '.join(ALL_SCOPES)}", field="scopes", value=unknown[0])
    if not scopes:
        raise InvalidInput("must name at least one", field="scopes")
    return [scope for scope in ALL_SCOPES if scope in scopes]


def _checked_life(expires_in: dt.timedelta | None) -> dt.timedelta:
    life = USUAL_LIFE if expires_in is None else expires_in
    if not dt.timedelta(0) < life <= LONGEST_LIFE:
        raise InvalidInput("must lie between now and ten years from now", field="expires_in", value=life)
    return life


def _check_compartments(owner: User, compartments: Sequence[Compartment]) -> None:
    theirs = Access.of(owner).compartments
    if any(compartment.pk not in theirs for compartment in compartments):
        raise InvalidInput("is no relationship of the token's owner", field="compartments")


def _creation(token: ServiceToken, compartments: Sequence[Compartment]) -> Entry:
    values = {
        "owner": token.user.external_id,
        "name": token.name,
        "scopes": " ".join(token.scopes),
        "compartments": " ".join(sorted(compartment.slug for compartment in compartments)),
        "expiry": token.expiry,
    }
    return Entry("token.created", "core.servicetoken", token.external_id, created(values))
