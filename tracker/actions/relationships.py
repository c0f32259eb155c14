from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from core import ledger
from core.access import Access
from core.changes import created
from core.errors import Forbidden, InvalidInput
from core.ledger import Entry
from core.text import clean
from core.validation import validated
from tracker.models import Party, PartyName, Relationship


@dataclass(frozen=True)
class Side:
    """One of the two parties: its code (ISO 3166-1 alpha-2 for a state) and the name that the team shows."""

    code: str
    name: str


@transaction.atomic
def create_relationship(
    *, slug: str, name: str, key_prefix: str, sides: Sequence[Side], home: str = "", by: Access, at: dt.datetime
) -> Relationship:
    """A relationship with its two parties and its ledger. Has no members yet, so nobody can see it.

    InvalidInput where a slug, prefix or code is malformed, taken or doubled, or `home` is neither side.
    Forbidden to anybody but an operator.
    """
    if not (by.is_system or (by.user and by.user.is_superuser)):
        raise Forbidden("Only an operator opens a relationship.", field="role")
    if len(sides) != 2 or sides[0].code == sides[1].code:
        raise InvalidInput("a relationship has two different parties", field="parties")
    relationship = Relationship(
        slug=clean(slug, field="slug", limit=60),
        name=clean(name, field="name", limit=200),
        key_prefix=clean(key_prefix, field="key_prefix", limit=12),
        created_at=at,
    )
    validated(relationship).save()
    ledger.open_ledger(relationship)
    for number, side in enumerate(sides, start=1):
        add_party(relationship, code=side.code, name=side.name, side=number)
    if home:
        relationship.home_party = _home(relationship, home)
        relationship.save(update_fields=["home_party"])
    values = {"slug": slug, "name": name, "key_prefix": key_prefix, "parties": " ".join(s.code for s in sides)}
    entry = Entry("relationship.created", "tracker.relationship", relationship.slug, created(values))
    ledger.record(relationship.pk, [entry], by=by, at=at)
    return relationship


def add_party(
    relationship: Relationship, *, code: str, name: str, side: int | None = None, kind: str = Party.Kind.STATE
) -> Party:
    """Part of a larger deed: writes no line of its own."""
    party = validated(Party(relationship=relationship, code=clean(code, field="code", limit=40), kind=kind, side=side))
    party.save()
    validated(PartyName(party=party, text=clean(name, field="name", limit=200))).save()
    return party


def _home(relationship: Relationship, code: str) -> Party:
    party = Party.objects.filter(relationship=relationship, code=code, side__isnull=False).first()
    if party is None:
        raise InvalidInput("is neither of the two parties", field="home_party", value=code)
    return party
