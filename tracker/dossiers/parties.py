"""The parties of a relationship and their names, as they stand in its section."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracker.actions.parties import Name, add_party, edit_party
from tracker.dossiers.fields import Fields
from tracker.dossiers.work import Work
from tracker.models import Party, PartyName, Relationship


@dataclass
class PartyEntry:
    fields: Fields
    code: str
    kind: str
    parent: str
    side: int | None
    names: list[Name] = field(default_factory=list)
    broken: bool = False


def export_party(row: Party) -> dict[str, Any]:
    names = sorted(row.names.all(), key=lambda name: (name.kind, name.language, name.text))
    return {
        "code": row.code,
        "kind": row.kind,
        "parent": row.parent.code if row.parent else None,
        "side": row.side,
        "names": [
            {"text": name.text, "language": name.language, "kind": name.kind, "since": name.since} for name in names
        ],
    }


def read_party(fields: Fields) -> PartyEntry:
    entry = PartyEntry(
        fields,
        code=fields.text("code", limit=40),
        kind=fields.choice("kind", Party.Kind.values, required=False) or Party.Kind.STATE,
        parent=fields.text("parent", limit=40, required=False),
        side=fields.integer("side", required=False),
    )
    if entry.side not in (None, 1, 2):
        fields.refuse("side", "must be 1 or 2, or left out", entry.side)
    names = fields.rows("names", required=False)
    entry.names = [_read_name(row) for row in names]
    fields.finish()
    entry.broken = fields.broken or any(row.broken for row in names)
    return entry


def _read_name(fields: Fields) -> Name:
    name = Name(
        text=fields.text("text", limit=200),
        language=fields.text("language", limit=12, required=False) or "en",
        kind=fields.choice("kind", PartyName.Kind.values, required=False) or PartyName.Kind.DISPLAY,
        since=fields.date("since", required=False),
    )
    fields.finish()
    return name


def check_parties(entries: list[PartyEntry]) -> None:
    """Within the file: no code twice, and no party a part of itself."""
    by_code: dict[str, PartyEntry] = {}
    for entry in entries:
        first = by_code.setdefault(entry.code, entry)
        if first is not entry and entry.code:
            entry.broken = True
            entry.fields.refuse("code", f"stands twice, first in line {first.fields.mark.line}", entry.code)
    for entry in entries:
        above, seen = entry, {entry.code}
        while above.parent in by_code:
            above = by_code[above.parent]
            if above.code in seen:
                entry.broken = True
                entry.fields.refuse("parent", "would make a party a part of itself", entry.parent)
                break
            seen.add(above.code)


def write_parties(entries: list[PartyEntry], relationship: Relationship, new: set[str], work: Work) -> None:
    """Parents before their parts. `new` are those that were created together with the relationship."""
    waiting = [entry for entry in entries if not entry.broken]
    while waiting:
        awaited = {entry.code for entry in waiting}
        ready = [entry for entry in waiting if entry.parent not in awaited]
        if not ready:
            return
        for entry in ready:
            with work.reporting(entry.fields):
                outcome = _write(entry, relationship, work)
                work.count("parties", "created" if entry.code in new else outcome)
        waiting = [entry for entry in waiting if entry not in ready]


def _write(entry: PartyEntry, relationship: Relationship, work: Work) -> str:
    party, parent = work.parties.get(entry.code), work.parties.get(entry.parent)
    if entry.parent and parent is None:
        if entry.parent not in work.party_codes:
            entry.fields.refuse("parent", "there is no such party", entry.parent)
        return "unchanged"
    if entry.side is not None and (party is None or party.side != entry.side):
        entry.fields.refuse("side", "the two parties of a relationship do not change", entry.side)
        return "unchanged"
    given = {"kind": entry.kind, "parent": parent}
    values = {name: value for name, value in given.items() if entry.fields.has(name)}
    if party is None:
        work.parties[entry.code] = _add(entry, relationship, parent, work)
        return "created"
    changed = edit_party(party=party, values=values, names=entry.names, by=work.by, at=work.at)
    return "changed" if changed else "unchanged"


def _add(entry: PartyEntry, relationship: Relationship, parent: Party | None, work: Work) -> Party:
    return add_party(
        relationship=relationship,
        code=entry.code,
        kind=entry.kind,
        parent=parent,
        names=entry.names,
        by=work.by,
        at=work.at,
    )
