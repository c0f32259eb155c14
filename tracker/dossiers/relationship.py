"""The first section: the relationship itself. Whoever is not let in here finds nothing behind it either."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.access import Access, Right
from core.errors import NotFound
from tracker.actions.dossiers import hold
from tracker.actions.relationships import Side, create_relationship, edit_relationship
from tracker.dossiers.fields import Fields
from tracker.dossiers.parties import PartyEntry, check_parties, export_party, read_party, write_parties
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work
from tracker.models import Party, Relationship

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,11}\Z")


@dataclass
class RelationshipEntry:
    fields: Fields
    slug: str
    name: str
    key_prefix: str
    home: str
    parties: list[PartyEntry] = field(default_factory=list)

    def sides(self) -> list[PartyEntry]:
        """The two parties, in order; [] where there are not two of them."""
        sides = sorted((party for party in self.parties if party.side), key=lambda party: party.side or 0)
        return sides if [party.side for party in sides] == [1, 2] else []


class RelationshipSection:
    name = "relationship"

    def export(self, relationship: Relationship, access: Access) -> Plain:
        parties = Party.objects.visible_to(access).filter(relationship=relationship)
        rows = list(parties.select_related("parent").prefetch_related("names"))
        home = relationship.home_party
        return {
            "slug": relationship.slug,
            "name": relationship.name,
            "key_prefix": relationship.key_prefix,
            "home_party": home.code if home else None,
            "parties": [export_party(row) for row in sorted(rows, key=lambda row: (row.side or 3, row.code))],
        }

    def read(self, value: Value | None, work: Work) -> RelationshipEntry | None:
        if value is None:
            return None
        fields = Fields(value, self.name, work.report)
        entry = RelationshipEntry(
            fields,
            slug=_matching(fields, "slug", SLUG, "lower-case words joined by hyphens, such as us-cn"),
            name=fields.text("name", limit=200),
            key_prefix=_matching(fields, "key_prefix", PREFIX, "capital letters and digits, such as USCN"),
            home=fields.text("home_party", limit=40, required=False),
            parties=[read_party(row) for row in fields.rows("parties")],
        )
        fields.finish()
        check_parties(entry.parties)
        work.key_prefix = entry.key_prefix
        work.party_codes = {party.code for party in entry.parties}
        return entry

    def write(self, entry: RelationshipEntry, work: Work) -> None:
        found = _find(entry, work)
        new: set[str] = set()
        if found:
            _edit(entry, found, work)
        elif not entry.fields.broken:
            found = _create(entry, work)
            new = {party.code for party in entry.sides()}
        if found:
            work.relationship = found
            work.parties = {party.code: party for party in found.parties.all()}
            write_parties(entry.parties, found, new, work)


def _matching(fields: Fields, name: str, pattern: re.Pattern[str], form: str) -> str:
    text = fields.text(name, limit=60)
    if text and not pattern.match(text):
        fields.refuse(name, f"must be {form}", text)
        return ""
    return text


def _find(entry: RelationshipEntry, work: Work) -> Relationship | None:
    """The relationship, if it is there for who imports. A person opens none: what is not theirs and what is not there
    get one answer. An operator may open it."""
    found = Relationship.objects.visible_to(work.by).select_related("home_party").filter(slug=entry.slug).first()
    if found is not None:
        work.by.require(Right.IMPORT, found.pk)
        hold(found)
    elif entry.slug and not work.by.is_system:
        raise NotFound(field="relationship.slug", value=entry.slug)
    return found


def _create(entry: RelationshipEntry, work: Work) -> Relationship | None:
    sides = [Side(party.code, None, party.kind) for party in entry.sides()]
    if not sides:
        entry.fields.refuse("parties", "must hold one party of side 1 and one of side 2")
        return None
    created = None
    with work.reporting(entry.fields):
        created = create_relationship(
            slug=entry.slug,
            name=entry.name,
            key_prefix=entry.key_prefix,
            sides=sides,
            home=entry.home,
            by=work.by,
            at=work.at,
        )
        work.count("relationships", "created")
    return created


def _edit(entry: RelationshipEntry, found: Relationship, work: Work) -> None:
    fields = entry.fields
    if entry.key_prefix and entry.key_prefix != found.key_prefix:
        fields.refuse("key_prefix", f"the keys of {found.slug} begin with {found.key_prefix}", entry.key_prefix)
    if fields.broken:
        return
    old = found.home_party.code if found.home_party else ""
    home = entry.home if fields.has("home_party") else old
    with work.reporting(fields):
        changed = edit_relationship(relationship=found, name=entry.name, home=home, by=work.by, at=work.at)
        work.count("relationships", "changed" if changed else "unchanged")
