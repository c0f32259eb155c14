"""What each party holds on an issue, and what it held before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.changes import plain
from core.errors import InvalidInput
from core.ledger import Entry
from core.text import clean
from core.visibility import Handling
from tracker.actions.history import check_known_at
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.records import (
    NOW_BY_HAND,
    Entered,
    added_entry,
    belongs,
    choice,
    close,
    day,
    entry_of,
    handling_for,
    inserted,
    numbered,
    stamped,
)
from tracker.evidence import Disclosure, PositionKind
from tracker.models import Claim, Issue, Party, Position, Relationship


@dataclass(frozen=True)
class PositionDraft:
    """`since` is the day of its claim where it is not said. Our own lines are restricted unless `handling` says that
    they are open. `replaces` is the position that it takes the place of."""

    issue: Issue
    party: Party
    kind: str
    text: str
    disclosure: str = Disclosure.PUBLIC
    since: dt.date | None = None
    claim: Claim | None = None
    handling: str = ""
    replaces: Position | None = None
    entered: Entered = NOW_BY_HAND


@transaction.atomic
def add_position(*, draft: PositionDraft, by: Access, at: dt.datetime) -> Position:
    """A position that nobody has recorded yet. InvalidInput for one that is not internal and names no claim, or an
    internal one that does."""
    relationship = draft.issue.relationship
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    hold_issues([draft.issue])
    position = inserted(_built(draft, relationship, by, at))
    ledger.record(relationship.pk, [added_entry(position)], by=by, at=at)
    return position


@transaction.atomic
def change_position(*, position: Position, draft: PositionDraft, reason: str, by: Access, at: dt.datetime) -> Position:
    """The party holds something else now: the old position ends on the day on which the new one begins."""
    relationship = position.relationship
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    hold_issues([position.issue, draft.issue])
    if draft.party.pk != position.party_id or draft.issue.pk != position.issue_id:
        raise InvalidInput("is that of another party or issue", field="replaces", value=position.key)
    new = _built(replace(draft, replaces=position), relationship, by, at)
    ended = _ended(position, new.since, reason, NOW_BY_HAND, at)
    inserted(new)
    ledger.record(relationship.pk, [ended, added_entry(new)], by=by, at=at)
    return new


@transaction.atomic
def end_position(
    *, position: Position, until: dt.date, reason: str, by: Access, at: dt.datetime, entered: Entered = NOW_BY_HAND
) -> Position:
    """The party holds it no longer from that day on. Conflict where that is on record already; an error in recording it
    is withdrawn instead."""
    by.require(Right.WRITE, position.relationship_id)
    hold_relationship(position.relationship)
    entry = _ended(position, until, reason, entered, at)
    ledger.record(position.relationship_id, [entry], by=by, at=at)
    return position


def _ended(position: Position, until: dt.date, reason: str, entered: Entered, at: dt.datetime) -> Entry:
    day(until, "until", at)
    if until < position.since:
        raise InvalidInput(f"lies before it was first held, {position.since}", field="until", value=until)
    if entered.known_at is not None:
        check_known_at(entered.known_at, None, at)
    values = {
        "until": until,
        "ended_at": max(entered.known_at or at, position.known_at),
        "end_reason": clean(reason, field="reason", limit=2000, lines=True),
    }
    close(position, values, "has ended or is withdrawn")
    return entry_of(position, "ended", {name: [None, plain(value)] for name, value in values.items()})


def _built(draft: PositionDraft, relationship: Relationship, by: Access, at: dt.datetime) -> Position:
    for field in ("issue", "party", "claim", "replaces"):
        belongs(getattr(draft, field), relationship, field)
    disclosure = choice(draft.disclosure, Disclosure, "disclosure")
    if disclosure == Disclosure.INTERNAL and draft.claim is not None:
        raise InvalidInput("is none for what is internal: nobody said it", field="claim")
    if disclosure != Disclosure.INTERNAL and draft.claim is None:
        raise InvalidInput("is required: what was said, where", field="claim")
    if draft.claim is not None and draft.claim.is_withdrawn:
        raise InvalidInput("is withdrawn", field="claim", value=draft.claim.key)
    default = Handling.RESTRICTED if is_ours(draft.party, relationship) else Handling.OPEN
    handling = handling_for(draft.handling, (draft.issue, draft.claim, draft.replaces), relationship, by, default)
    position = Position(
        issue=draft.issue,
        party=draft.party,
        kind=choice(draft.kind, PositionKind, "kind"),
        text=clean(draft.text, field="text", limit=2000, lines=True),
        disclosure=disclosure,
        claim=draft.claim,
        replaces=draft.replaces,
        handling=handling,
    )
    stamped(numbered(position, relationship, draft.entered), draft.entered, by=by, at=at)
    fallback = draft.claim.happened_on if draft.claim else position.known_at.date()
    position.since = day(draft.since or fallback, "since", at)
    return position


def is_ours(party: Party, relationship: Relationship) -> bool:
    """The side that the team works for, or a part of it."""
    above: Party | None = party
    while above is not None:
        if above.pk == relationship.home_party_id:
            return True
        above = above.parent
    return False
