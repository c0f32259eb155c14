"""What each record of an issue is in its timeline: one entry or two, in words. Pure: it asks the database nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.visibility import Handling
from tracker.evidence import DeadlineOutcome, LinkKind, NoteKind
from tracker.models import Claim, Deadline, Issue, IssueLink, Note, Position, Record, Source, StatusChange
from tracker.sides import Sides

SYSTEM = "The system"


class Kind(StrEnum):
    STATUS = "status"
    CLAIM = "claim"
    POSITION = "position"
    DEADLINE = "deadline"
    NOTE = "note"
    LINK = "link"


@dataclass(frozen=True)
class Entry:
    """Something that happened or was said. `row` is the record it comes from, `label` says in few words what became of
    it, `text` its content and `before` what that took the place of.

    `happened` is the date as stated where that is less sharp than `happened_on`; `recorded_at` when the entry came in,
    `known_at` when the team knew, which is stated for what was entered late. `void` says why it no longer stands.
    `moved` marks what changed where the matter stands.
    """

    kind: Kind
    row: Any
    key: str
    label: str
    text: str
    happened_on: dt.date
    recorded_at: dt.datetime
    known_at: dt.datetime
    who: str = ""
    happened: str = ""
    before: str = ""
    sources: tuple[Source, ...] = ()
    moved: bool = False
    void: str = ""
    restricted: bool = False
    speaker: str = ""
    withdrawn: tuple[Withdrawn, ...] = ()


@dataclass(frozen=True)
class Withdrawn:
    """A claim on which an entry rests and that stands no more, with the one in its place that its reader may see."""

    claim: Claim
    replaced_by: Claim | None = None


# The claims in the place of others, by the number of the one replaced.
Later = Mapping[int | None, Claim]


def of_status(change: StatusChange, issue: Issue, replaced_by: StatusChange | None, later: Later) -> Entry:
    """A row of the history; void once a later one took its place."""
    change.issue = issue
    claims: list[Claim] = list(change.claims.all())
    sources = {claim.source_id: claim.source for claim in claims if not claim.is_withdrawn}
    voids = not change.to_status and change.supersedes is not None
    label = f"Voids H{change.supersedes.seq}" if voids and change.supersedes else str(change.get_to_status_display())
    return Entry(
        kind=Kind.STATUS,
        row=change,
        key=change.external_id,
        label=label,
        text=change.reason,
        happened_on=change.occurred_on,
        recorded_at=change.recorded_at,
        known_at=change.known_at,
        who=change.author_name or str(change.by or SYSTEM),
        before=str(change.get_from_status_display()) if change.from_status and not voids else "",
        sources=tuple(sources.values()),
        moved=True,
        void=f"Replaced by {issue.key}-H{replaced_by.seq}" if replaced_by else "",
        withdrawn=tuple(one for claim in claims for one in _withdrawn(claim, later)),
    )


def of_claim(claim: Claim, sides: Sides, later: Later) -> Entry:
    who = claim.speaker_name or sides.name(claim.speaker_id) or str(claim.get_capacity_display())
    stated = "" if claim.said_on is None or claim.said_on.is_exact else str(claim.said_on)
    better = later.get(claim.pk)
    entry = _entry(
        Kind.CLAIM,
        claim,
        label=f"{who}: {claim.get_modality_display().lower()}",
        text=f"“{claim.quote}”" if claim.quote else claim.summary,
        happened_on=claim.happened_on,
        happened=stated,
        sources=(claim.source,),
        speaker=who,
    )
    return replace(entry, void=f"{entry.void} · replaced by {better.key}") if entry.void and better else entry


def of_positions(rows: Mapping[int, Position], sides: Sides, later: Later) -> Iterator[Entry]:
    """When each was first held, and when it was given up. A change is one entry, with what was held before."""
    followed = {row.replaces_id for row in rows.values() if row.replaces_id and not row.is_withdrawn}
    for row in rows.values():
        held = f"{sides.name(row.party_id)}: {row.get_kind_display().lower()}"
        former = rows.get(row.replaces_id) if row.replaces_id else None
        common: dict[str, Any] = {"text": row.text, "moved": True, **_resting(row.claim, later)}
        before = former.text if former else ""
        yield _entry(Kind.POSITION, row, label=held, happened_on=row.since, before=before, **common)
        if row.until is not None and row.ended_at is not None and row.pk not in followed:
            label = f"{held} given up"
            text = f"{row.text} ({row.end_reason})"
            yield _ended(Kind.POSITION, row, row.until, row.ended_at, label=label, **{**common, "text": text})


def of_deadlines(rows: Mapping[int, Deadline], later: Later) -> Iterator[Entry]:
    """When each was set, and what became of it. One that was moved is one entry, with the day before."""
    followed = {row.replaces_id for row in rows.values() if row.replaces_id and not row.is_withdrawn}
    for row in rows.values():
        former = rows.get(row.replaces_id) if row.replaces_id else None
        said_on = row.claim.happened_on if row.claim else row.known_at.date()
        moved_on = former.closed_on if former is not None else None
        yield _entry(
            Kind.DEADLINE,
            row,
            label="Moved" if former else "Set",
            text=f"{row.what}: {row.due}",
            before=str(former.due) if former else "",
            happened_on=moved_on or said_on,
            moved=former is not None,
            **_resting(row.claim, later),
        )
        closed_on, closed_at = row.closed_on, row.closed_at
        if closed_on is not None and closed_at is not None and row.pk not in followed:
            label = str(DeadlineOutcome(row.outcome).label)
            text = f"{row.what}: {row.due} ({row.close_reason})"
            yield _ended(Kind.DEADLINE, row, closed_on, closed_at, label=label, text=text, moved=True)


def of_note(note: Note) -> Entry:
    searched = f"Searched: {note.searched}" if note.searched else ""
    return _entry(
        Kind.NOTE,
        note,
        label=str(NoteKind(note.kind).label) if note.kind == NoteKind.NO_CHANGE else "",
        text="\n".join(part for part in (note.text, searched) if part),
        happened_on=note.noted_on,
    )


def asserted(link: IssueLink, party: str) -> str:
    """By whose word the two have to do with each other. The party is named by what its reader knows it as."""
    claim = link.claim
    if party:
        return f"as {party} asserts"
    if claim is None:
        return "as we see it"
    return f"as {claim.speaker_name} says" if claim.speaker_name else "as the source tells it"


def of_link(link: IssueLink, issue: Issue, sides: Sides, later: Later) -> Entry:
    from_here = link.from_issue_id == issue.pk
    other = link.to_issue if from_here else link.from_issue
    said = asserted(link, sides.name(link.asserted_by_id))
    return _entry(
        Kind.LINK,
        link,
        label=f"{LINK_WORDS[link.kind][0 if from_here else 1]} {other.key} {other.title}, {said}",
        text=link.text,
        happened_on=link.claim.happened_on if link.claim else link.known_at.date(),
        **_resting(link.claim, later),
    )


# How a link reads from the issue from which it goes, and from that to which it goes.
LINK_WORDS: dict[str, tuple[str, str]] = {
    LinkKind.RELATED: ("Related to", "Related to"),
    LinkKind.PART_OF: ("Part of", "Has as a part"),
    LinkKind.TRADED_FOR: ("Given for", "In return for"),
}


def _resting(claim: Claim | None, later: Later) -> dict[str, Any]:
    """What an entry that rests on this claim says of it."""
    return {"sources": (claim.source,), "withdrawn": _withdrawn(claim, later)} if claim is not None else {}


def _withdrawn(claim: Claim, later: Later) -> tuple[Withdrawn, ...]:
    return (Withdrawn(claim, later.get(claim.pk)),) if claim.is_withdrawn else ()


def _entry(kind: Kind, row: Record, **said: Any) -> Entry:
    return Entry(
        kind=kind,
        row=row,
        key=row.key,
        recorded_at=row.recorded_at,
        known_at=row.known_at,
        who=row.author_name or str(row.by or SYSTEM),
        void=f"Withdrawn: {row.withdrawal_reason}" if row.is_withdrawn else "",
        restricted=row.handling == Handling.RESTRICTED,
        **said,
    )


def _ended(kind: Kind, row: Record, on: dt.date, at: dt.datetime, **said: Any) -> Entry:
    """An end has a day and a moment of its own; who recorded it stands on the ledger."""
    return Entry(
        kind=kind,
        row=row,
        key=row.key,
        happened_on=on,
        recorded_at=at,
        known_at=at,
        void=f"Withdrawn: {row.withdrawal_reason}" if row.is_withdrawn else "",
        restricted=row.handling == Handling.RESTRICTED,
        **said,
    )
