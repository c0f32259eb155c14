"""Who a relationship knows, and by which names: kept by those who write in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.changes import created, difference, plain
from core.errors import InvalidInput
from core.ledger import Entry
from core.text import clean
from core.validation import validated
from tracker.actions.holding import hold_relationship
from tracker.models import Party, PartyName, Relationship
from tracker.names import folded


@dataclass(frozen=True)
class Name:
    text: str
    language: str = "en"
    kind: str = PartyName.Kind.DISPLAY
    since: dt.date | None = None


@transaction.atomic
def add_party(
    *,
    relationship: Relationship,
    code: str,
    kind: str = Party.Kind.STATE,
    parent: Party | None = None,
    names: Sequence[Name] = (),
    by: Access,
    at: dt.datetime,
) -> Party:
    """A party beside the two of the relationship. InvalidInput where code or kind is malformed or taken."""
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    party = Party(relationship=relationship, code=clean(code, field="code", limit=40), kind=kind, parent=parent)
    if relationship.parties.filter(code=party.code).exists():
        raise InvalidInput("is the code of another party here", field="code", value=party.code)
    _check_parent(party)
    validated(party).save()
    changes = {**created({"kind": kind, "parent": parent}), **_add_names(party, names)}
    ledger.record(relationship.pk, [Entry("party.added", "tracker.party", party.code, changes)], by=by, at=at)
    return party


@transaction.atomic
def edit_party(
    *,
    party: Party,
    values: Mapping[str, object],
    names: Sequence[Name] = (),
    by: Access,
    at: dt.datetime,
) -> bool:
    """Changes kind and parent, and adds the names that are not there; whether anything was. Sides never change."""
    by.require(Right.WRITE, party.relationship_id)
    if set(values) - {"kind", "parent"}:
        raise InvalidInput("cannot be edited", field=min(set(values) - {"kind", "parent"}))
    hold_relationship(party.relationship)
    changes = difference(party, values)
    if changes:
        for name, value in values.items():
            setattr(party, name, value)
        _check_parent(party)
        validated(party).save()
    changes |= _add_names(party, names)
    if changes:
        entry = Entry("party.edited", "tracker.party", party.code, changes)
        ledger.record(party.relationship_id, [entry], by=by, at=at)
    return bool(changes)


@transaction.atomic
def edit_name(*, name: PartyName, kind: str, by: Access, at: dt.datetime) -> bool:
    """Says that it is a name of another kind: one that was taken for right is a misspelling. Whether it was another.
    The text stays as it is, since nothing is deleted, and a search still finds the party by it."""
    party = name.party
    by.require(Right.WRITE, party.relationship_id)
    hold_relationship(party.relationship)
    name.refresh_from_db()
    changes = {f"kind of {name.text}": [name.kind, kind]} if kind != name.kind else {}
    if changes:
        name.kind = kind
        if party.names.filter(text=name.text, language=name.language, kind=kind).exists():
            raise InvalidInput("is what another of its names is, with the same text", field="kind", value=kind)
        validated(name).save()
        entry = Entry("party.edited", "tracker.party", party.code, changes)
        ledger.record(party.relationship_id, [entry], by=by, at=at)
    return bool(changes)


def _add_names(party: Party, names: Sequence[Name]) -> dict[str, list[Any]]:
    """Adds the names that the party does not have; one that it has may get another day since when it is used."""
    changes: dict[str, list[Any]] = {}
    added = []
    for name in names:
        text = clean(name.text, field="text", limit=200)
        language = clean(name.language, field="language", limit=12)
        given = {"text": text, "language": language, "kind": name.kind}
        row = party.names.filter(**given).first()
        if row is None:
            added.append(text)
            row = PartyName(party=party, folded=folded(text), **given)
        elif name.since in (None, row.since):
            continue
        else:
            changes[f"since of {text}"] = [plain(row.since), plain(name.since)]
        row.since = name.since
        validated(row).save()
    return changes | ({"names": [None, ", ".join(added)]} if added else {})


def _check_parent(party: Party) -> None:
    """A part of a whole of the same relationship, and never of itself, at whatever remove."""
    above = party.parent
    while above is not None:
        if above.relationship_id != party.relationship_id:
            raise InvalidInput("is no party of this relationship", field="parent")
        if above.pk == party.pk:
            raise InvalidInput("would make the party a part of itself", field="parent", value=party.code)
        above = above.parent
