"""What raises a flag. `settings.FLAG_RULES` lists the rules by dotted path, so that rooms above may add their own.

A rule is a question to the database, never a loop: which rows should be flagged as of a date? A pass over all rules
then makes the standing flags equal to the answers. The rules on evidence are in `tracker/evidence_rules.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, Exists, Expression, F, OuterRef, QuerySet, Value, When
from django.utils.module_loading import import_string

from tracker.models import Flag, Issue
from tracker.staleness import NEAR_DEADLINE_DAYS, SILENT_DAYS

Subjects = QuerySet[Any, Any]


@dataclass(frozen=True)
class FlagRule:
    """`name` and `subject_kind` are stored with each flag and so are never renamed.

    `subjects(as_of)` yields with `values()`: relationship_id, subject_id, since, flag_handling. `since` tells one
    episode from the next: when it changes, or who may read of it, the standing flag ends and another begins.
    `why_cleared` says, on a Flag whose subject is no longer among them, why not, in words for the reader.
    """

    name: str
    subject_kind: str
    subjects: Callable[[dt.date], Subjects]
    why_cleared: Expression


def configured() -> list[FlagRule]:
    return [import_string(path) for path in settings.FLAG_RULES]


def _silent(as_of: dt.date) -> Subjects:
    return Issue.objects.stale_on(as_of).values(
        "relationship_id", subject_id=F("pk"), since=F("last_substantive_on"), flag_handling=F("handling")
    )


def _issue_now(**conditions: Any) -> Exists:
    return Exists(Issue.objects.filter(pk=OuterRef("subject_id"), **conditions))


# Of one that may be silent for a week with a near deadline, and for no longer than any other without: it is in time
# again, although nothing happened, only because no deadline is near any more.
_HURRIED = list(NEAR_DEADLINE_DAYS)

silence = FlagRule(
    name=Flag.Rule.SILENCE,
    subject_kind=Flag.Subject.ISSUE,
    subjects=_silent,
    why_cleared=Case(
        When(~_issue_now(status__in=list(SILENT_DAYS)), then=Value("The issue is resolved or closed.")),
        When(_issue_now(last_substantive_on__gt=OuterRef("since")), then=Value("Something happened on the issue.")),
        When(
            _issue_now(last_substantive_on__lt=OuterRef("since")),
            then=Value("The event from which the silence counted was taken back."),
        ),
        When(
            _issue_now(status__in=_HURRIED),
            then=Value("No deadline is near any more: it was moved or closed, or has passed."),
        ),
        default=Value("Its status or priority allows a longer silence now."),
    ),
)


def silent_now(as_of: dt.date) -> Subjects:
    """The issues that are stale as of a date by what is known now: key, status, since, handling."""
    return Issue.objects.stale_on(as_of).values("key", "status", "handling", since=F("last_substantive_on"))
