"""What a move of the status rests on: claims, any number, also such as are found later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.errors import InvalidInput
from core.ledger import Entry
from tracker.actions.holding import hold_relationship
from tracker.models import Claim, StatusChange


@transaction.atomic
def cite(*, change: StatusChange, claims: Sequence[Claim], by: Access, at: dt.datetime) -> list[Claim]:
    """Adds claims to what a move cites, and returns those that it did not cite before. None is ever taken away: a
    wrong citation goes with a correction of the move.

    InvalidInput for a claim of another relationship, or one that is withdrawn.
    """
    relationship = change.issue.relationship_id
    by.require(Right.WRITE, relationship)
    hold_relationship(change.issue.relationship)
    checked_claims(claims, relationship)
    known = set(change.claims.values_list("pk", flat=True))
    new = [claim for claim in claims if claim.pk not in known]
    if new:
        ledger.record(relationship, attached(change, new), by=by, at=at)
    return new


def checked_claims(claims: Sequence[Claim], relationship: int) -> None:
    for claim in claims:
        if claim.relationship_id != relationship:
            raise InvalidInput("is not known here", field="claims")
        if claim.is_withdrawn:
            raise InvalidInput("is withdrawn", field="claims", value=claim.key)


def attached(change: StatusChange, claims: Sequence[Claim]) -> list[Entry]:
    """Part of a deed: the join rows, and the lines about them. These speak of the claim and are as open as it is, so
    that the line of an open move does not name a restricted claim."""
    through = StatusChange.claims.through
    unique = {claim.pk: claim for claim in claims}
    through._default_manager.bulk_create(through(statuschange=change, claim=claim) for claim in unique.values())
    cited = {"cited_by": [None, change.external_id]}
    return [Entry("claim.cited", "tracker.claim", claim.key, cited, claim.handling) for claim in unique.values()]
