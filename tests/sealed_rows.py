"""Open rows of every model that has a handling, and of those that tie them, in one relationship; and copies of them.

Written below the actions, so that what the database refuses is refused by the database.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any, TypeVar

from django.db import models

from core.models import User
from tests.world import NOW
from tracker.models import (
    Claim,
    Deadline,
    Flag,
    Issue,
    IssueLink,
    Note,
    Party,
    Position,
    Relationship,
    Source,
    SourceText,
    StatusChange,
)

M = TypeVar("M", bound=models.Model)
Rows = dict[type[models.Model], models.Model]

DAY = dt.date(2026, 2, 2)
CITATION: type[models.Model] = StatusChange.claims.through
COVER: type[models.Model] = Note.issues.through
_numbers = itertools.count(5001)


def sealed_rows(relationship: Relationship) -> Rows:
    """One of each, which together have a value in every unique key and in most foreign keys."""
    issue, other_issue = (_issue(relationship) for _ in range(2))
    source = _add(
        Source, relationship, kind="outlet", title="A page", retrieved_on=DAY, reliability="B", created_at=NOW
    )
    first, claim = _claims(issue, source)
    party = Party.objects.filter(relationship=relationship).earliest("pk")
    written: list[models.Model] = [issue, source, claim]
    written.append(SourceText.objects.create(source=source, text="Said.", sha256="0" * 64, held_at=NOW))
    values = {"issue": issue, "claim": claim}
    written.append(_twice(Position, **values, party=party, kind="demand", text="More", since=DAY))
    written.append(_twice(Deadline, **values, what="A reply", kind="agreed", due_earliest=DAY, due_latest=DAY))
    ends = {"from_issue": issue, "to_issue": other_issue}
    written.append(_twice(IssueLink, relationship=relationship, **ends, claim=claim, kind="related", text="Linked"))
    note = _twice(Note, relationship=relationship, kind="note", text="A remark", searched="The web", noted_on=DAY)
    written += [note, COVER._default_manager.create(note=note, issue=issue)]
    move = _move(issue)
    written += [move, CITATION._default_manager.create(statuschange=move, claim=first)]
    written.append(_flag(issue))
    return {type(row): row for row in written}


def copy(row: M, **changes: Any) -> M:
    """Another row of the same content, with a number of its own, that replaces nothing."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values.pop(row._meta.pk.attname)
    number = next(_numbers)
    own = {"number": number, "key": f"X-{number}", "replaces_id": None, "seq": number}
    values |= {name: value for name, value in own.items() if name in values}
    return type(row)._default_manager.create(**{**values, **changes})


def _add(model: type[M], relationship: Relationship, **values: Any) -> M:
    number = next(_numbers)
    key = f"{relationship.key_prefix}-{model.__name__}{number}"
    return model._default_manager.create(relationship=relationship, number=number, key=key, **values)


def _twice(model: type[M], **values: Any) -> M:
    """The second, which replaces the first."""
    relationship = values.pop("relationship", None) or values["issue"].relationship
    values |= {"known_at": NOW, "recorded_at": NOW}
    return _add(model, relationship, replaces=_add(model, relationship, **values), **values)


def _issue(relationship: Relationship) -> Issue:
    return _add(Issue, relationship, title="Soybeans", status="raised", created_at=NOW, last_substantive_on=DAY)


def _claims(issue: Issue, source: Source) -> tuple[Claim, Claim]:
    """The second responds to the first, repeats and replaces it."""
    values = {"issue": issue, "source": source, "summary": "Said so", "capacity": "expert", "happened_on": DAY}
    values |= {"known_at": NOW, "recorded_at": NOW}
    first = _add(Claim, issue.relationship, **values)
    on_first = {"responds_to": first, "stance": "affirms", "repeats": first, "replaces": first}
    return first, _add(Claim, issue.relationship, **values, **on_first)


def _move(issue: Issue) -> StatusChange:
    """A correction, which has a value in every unique key."""
    values = {"issue": issue, "to_status": "raised", "reason": "Seen.", "occurred_on": DAY}
    values |= {"known_at": NOW, "recorded_at": NOW}
    wrong = StatusChange.objects.create(seq=1, **values)
    return StatusChange.objects.create(seq=2, supersedes=wrong, **values)


def _flag(issue: Issue) -> Flag:
    return Flag.objects.create(
        relationship=issue.relationship,
        subject_kind="issue",
        subject_id=issue.pk,
        rule="silence",
        since=DAY,
        raised_at=NOW,
    )


def closed_values(user: User, other: User) -> dict[str, tuple[Any, Any]]:
    """For each closing column of any model what it is closed with, and what somebody might want it to be afterwards."""
    later, next_day = NOW + dt.timedelta(hours=1), DAY + dt.timedelta(days=1)
    return {
        "withdrawn_at": (NOW, later),
        "withdrawn_by": (user.pk, other.pk),
        "withdrawn_by_name": ("Somebody", "Another"),
        "withdrawal_reason": ("A slip.", "No slip."),
        "quote_start": (2, 1),
        "quote_end": (9, 8),
        "until": (DAY, next_day),
        "ended_at": (NOW, later),
        "end_reason": ("Given up.", "Not so."),
        "outcome": ("met", "missed"),
        "closed_on": (DAY, next_day),
        "closed_at": (NOW, later),
        "close_reason": ("It came.", "It did not."),
    }
