"""What the search shows of a row: its key, one line of its text, and what stands beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.text import Truncator

from core.access import Access
from core.admin.show import day
from tracker.admin.tones import status_badge
from tracker.models import Claim, Issue, Note, Party, PartyName, Position, Source

LONGEST_LINE = 160


def shown(rows: Sequence[Any], access: Access) -> list[dict[str, Any]]:
    """`key`, `line` and `beside` of each; `row` is the row itself."""
    if not rows:
        return []
    if isinstance(rows[0], Party):
        return _parties(rows, access)
    describe: Callable[[Any], dict[str, Any]] = DESCRIBED[type(rows[0])]
    return [{"row": row, "key": row.key, **describe(row)} for row in rows]


def _line(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(LONGEST_LINE)


def _issue(issue: Issue) -> dict[str, Any]:
    return {"line": issue.title, "beside": status_badge(issue.status)}


def _claim(claim: Claim) -> dict[str, Any]:
    beside = [claim.speaker_shown, claim.issue.key, claim.source.key, day(claim.happened_on)]
    withdrawn = "Withdrawn: " if claim.is_withdrawn else ""
    return {"line": withdrawn + _line(claim.summary), "quote": _line(claim.quote), "beside": _beside(beside)}


def _position(position: Position) -> dict[str, Any]:
    beside = [position.party.code, str(position.get_kind_display()), position.issue.key]
    return {"line": _line(position.text), "beside": _beside(beside)}


def _source(source: Source) -> dict[str, Any]:
    published = day(source.published_on) if source.published_on else ""
    return {"line": source.title, "beside": _beside([source.publisher, published])}


def _note(note: Note) -> dict[str, Any]:
    beside = [str(note.get_kind_display()), day(note.noted_on)]
    return {"line": _line(note.text or note.searched), "beside": _beside(beside)}


def _beside(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


def _parties(parties: Sequence[Party], access: Access) -> list[dict[str, Any]]:
    """With all their names, in one statement: the one by which a party was found is among them."""
    names: dict[int, list[PartyName]] = defaultdict(list)
    visible = PartyName.objects.visible_to(access).filter(party__in=[party.pk for party in parties])
    for name in visible.order_by("kind", "language", "text"):
        names[name.party_id].append(name)
    return [_party(party, names[party.pk]) for party in parties]


def _party(party: Party, names: list[PartyName]) -> dict[str, Any]:
    display = [name.text for name in names if name.kind == PartyName.Kind.DISPLAY]
    others = [name.text for name in names if name.text not in display[:1]]
    beside = [", ".join(dict.fromkeys(others)), party.relationship.name]
    return {"row": party, "key": party.code, "line": display[0] if display else "", "beside": _beside(beside)}


DESCRIBED: dict[type[Any], Callable[[Any], dict[str, Any]]] = {
    Issue: _issue,
    Claim: _claim,
    Position: _position,
    Source: _source,
    Note: _note,
}
