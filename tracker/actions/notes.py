"""Remarks of the desk, and the word that somebody looked and found nothing new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.errors import InvalidInput
from core.text import clean
from core.validation import seals_as_conflicts
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.records import (
    NOW_BY_HAND,
    Entered,
    added_entry,
    belongs,
    choice,
    day,
    follow,
    handling_for,
    inserted,
    numbered,
    stamped,
)
from tracker.evidence import NoteKind
from tracker.models import Issue, Note

MOST_ISSUES = 200


@dataclass(frozen=True)
class NoteDraft:
    """`searched` says where one looked, and for what: a note of no change needs it. `noted_on` is today where it is not
    said."""

    issues: Sequence[Issue]
    text: str = ""
    kind: str = NoteKind.NOTE
    searched: str = ""
    noted_on: dt.date | None = None
    handling: str = ""
    replaces: Note | None = None
    entered: Entered = NOW_BY_HAND


@transaction.atomic
def add_note(*, draft: NoteDraft, by: Access, at: dt.datetime) -> Note:
    """A note on one issue or many of one relationship. One of no change starts their clocks of silence anew; one on a
    restricted issue is restricted."""
    issues = list({issue.pk: issue for issue in draft.issues}.values())
    if not 1 <= len(issues) <= MOST_ISSUES:
        raise InvalidInput(f"must be from one to {MOST_ISSUES}", field="issues", value=len(issues))
    relationship = issues[0].relationship
    by.require(Right.WRITE, relationship.pk)
    for row in (*issues, draft.replaces):
        belongs(row, relationship, "issues")
    hold_relationship(relationship)
    hold_issues(issues)
    kind = choice(draft.kind, NoteKind, "kind")
    says_nothing_new = kind == NoteKind.NO_CHANGE
    note = Note(
        kind=kind,
        text=clean(draft.text, field="text", limit=5000, lines=True, required=not says_nothing_new),
        searched=clean(draft.searched, field="searched", limit=2000, lines=True, required=says_nothing_new),
        handling=handling_for(draft.handling, (*issues, draft.replaces), relationship, by),
        replaces=draft.replaces,
    )
    stamped(numbered(note, relationship, draft.entered), draft.entered, by=by, at=at)
    note.noted_on = day(draft.noted_on or note.known_at.date(), "noted_on", at)
    inserted(note)
    through = Note.issues.through
    with seals_as_conflicts():
        through._default_manager.bulk_create(through(note=note, issue=issue) for issue in issues)
    follow(issues)
    entry = added_entry(note, issues=", ".join(issue.key for issue in issues))
    ledger.record(relationship.pk, [entry], by=by, at=at)
    return note
