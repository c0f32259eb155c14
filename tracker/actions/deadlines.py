"""By when something is due, how that was moved, and what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.changes import plain
from core.errors import InvalidInput
from core.fuzzydates import FuzzyDate
from core.ledger import Entry
from core.text import clean
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
from tracker.evidence import DeadlineKind, DeadlineOutcome
from tracker.models import Claim, Deadline, Issue, Relationship


@dataclass(frozen=True)
class DeadlineDraft:
    """`due` may be fuzzy, or words alone. `replaces` is the deadline that was moved here."""

    issue: Issue
    what: str
    due: FuzzyDate
    kind: str = DeadlineKind.SELF_SET
    claim: Claim | None = None
    handling: str = ""
    replaces: Deadline | None = None
    entered: Entered = NOW_BY_HAND


@transaction.atomic
def set_deadline(*, draft: DeadlineDraft, by: Access, at: dt.datetime) -> Deadline:
    """A new deadline. It may lie in the past: what was missed before it was known."""
    relationship = draft.issue.relationship
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    hold_issues([draft.issue])
    deadline = inserted(_built(draft, relationship, by, at))
    ledger.record(relationship.pk, [added_entry(deadline)], by=by, at=at)
    return deadline


@transaction.atomic
def move_deadline(*, deadline: Deadline, draft: DeadlineDraft, reason: str, by: Access, at: dt.datetime) -> Deadline:
    """It is due at another time now: the old one is closed as moved, the new one names it."""
    relationship = deadline.relationship
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    hold_issues([deadline.issue, draft.issue])
    if draft.issue.pk != deadline.issue_id:
        raise InvalidInput("is that of another issue", field="replaces", value=deadline.key)
    new = _built(replace(draft, replaces=deadline), relationship, by, at)
    moved = _closed(deadline, DeadlineOutcome.MOVED, at.date(), reason, NOW_BY_HAND, at)
    inserted(new)
    ledger.record(relationship.pk, [moved, added_entry(new)], by=by, at=at)
    return new


@transaction.atomic
def close_deadline(
    *,
    deadline: Deadline,
    outcome: str,
    closed_on: dt.date,
    reason: str,
    by: Access,
    at: dt.datetime,
    entered: Entered = NOW_BY_HAND,
) -> Deadline:
    """It was met, missed or dropped on that day; an import says `moved` as well, with the row that replaces it."""
    by.require(Right.WRITE, deadline.relationship_id)
    hold_relationship(deadline.relationship)
    entry = _closed(deadline, choice(outcome, DeadlineOutcome, "outcome"), closed_on, reason, entered, at)
    ledger.record(deadline.relationship_id, [entry], by=by, at=at)
    return deadline


def _closed(
    deadline: Deadline, outcome: str, closed_on: dt.date, reason: str, entered: Entered, at: dt.datetime
) -> Entry:
    if entered.known_at is not None:
        check_known_at(entered.known_at, None, at)
    values = {
        "outcome": outcome,
        "closed_on": day(closed_on, "closed_on", at),
        "closed_at": max(entered.known_at or at, deadline.known_at),
        "close_reason": clean(reason, field="reason", limit=2000, lines=True),
    }
    close(deadline, values, "is closed or withdrawn")
    return entry_of(deadline, "closed", {name: [None, plain(value)] for name, value in values.items()})


def _built(draft: DeadlineDraft, relationship: Relationship, by: Access, at: dt.datetime) -> Deadline:
    for field in ("issue", "claim", "replaces"):
        belongs(getattr(draft, field), relationship, field)
    if draft.claim is not None and draft.claim.is_withdrawn:
        raise InvalidInput("is withdrawn", field="claim", value=draft.claim.key)
    deadline = Deadline(
        issue=draft.issue,
        what=clean(draft.what, field="what", limit=300),
        kind=choice(draft.kind, DeadlineKind, "kind"),
        claim=draft.claim,
        replaces=draft.replaces,
        handling=handling_for(draft.handling, (draft.issue, draft.claim, draft.replaces), relationship, by),
    )
    deadline.due = draft.due
    return stamped(numbered(deadline, relationship, draft.entered), draft.entered, by=by, at=at)
