from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.changes import created, difference
from core.errors import InvalidInput
from core.ledger import Entry
from core.text import clean
from core.validation import validated
from tracker.models import Party, PartyName, Relationship
from tracker.names import folded


@dataclass(frozen=True)
class Side:
    """One of the two parties: its code (ISO 3166-1 alpha-2 for a state) and the name that the team shows. An import
    gives no name here: all the names of a party follow in the same deed."""

    code: str
    name: str | None
    kind: str = Party.Kind.STATE


@transaction.atomic
def create_relationship(
    *, slug: str, name: str, key_prefix: str, sides: Sequence[Side], home: str = "", by: Access, at: dt.datetime
) -> Relationship:
    """A relationship with its two parties and its ledger. Has no members yet, so nobody can see it.

    InvalidInput where a slug, prefix or code is malformed, taken or doubled, or `home` is neither side.
    Forbidden to anybody but an operator.
    """
    by.require_operator()
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
        _add_side(relationship, side, number)
    if home:
        relationship.home_party = _home(relationship, home)
        relationship.save(update_fields=["home_party"])
    values = {"slug": slug, "name": name, "key_prefix": key_prefix, "parties": " ".join(s.code for s in sides)}
    entry = Entry("relationship.created", "tracker.relationship", relationship.slug, created(values))
    ledger.record(relationship.pk, [entry], by=by, at=at)
    return relationship


@transaction.atomic
def edit_relationship(*, relationship: Relationship, name: str, home: str, by: Access, at: dt.datetime) -> bool:
    """Another name or home party ("" for observers); whether anything was changed. Slug and prefix never change."""
    by.require(Right.IMPORT, relationship.pk)
    values = {
        "name": clean(name, field="name", limit=200),
        "home_party": _home(relationship, home) if home else None,
    }
    changes = difference(relationship, values)
    if changes:
        for field, value in values.items():
            setattr(relationship, field, value)
        validated(relationship).save()
        entry = Entry("relationship.edited", "tracker.relationship", relationship.slug, changes)
        ledger.record(relationship.pk, [entry], by=by, at=at)
    return bool(changes)


def _add_side(relationship: Relationship, side: Side, number: int) -> None:
    code = clean(side.code, field="code", limit=40)
    party = validated(Party(relationship=relationship, code=code, kind=side.kind, side=number))
    party.save()
    if side.name is not None:
        name = clean(side.name, field="name", limit=200)
        validated(PartyName(party=party, text=name, folded=folded(name))).save()


def _home(relationship: Relationship, code: str) -> Party:
    party = Party.objects.filter(relationship=relationship, code=code, side__isnull=False).first()
    if party is None:
        raise InvalidInput("is neither of the two parties", field="home_party", value=code)
    return party
