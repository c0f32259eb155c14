"""What raises a flag. `settings.FLAG_RULES` lists the rules by dotted path, so that rooms above may add their own.

A rule is a question to the database, never a loop: which rows should be flagged as of a date? A pass over all rules
then makes the standing flags equal to the answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    DateField,
    Exists,
    Expression,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.module_loading import import_string

from core.visibility import Handling
from tracker.models import Flag, Issue, StatusChange
from tracker.staleness import SILENT_DAYS, cutoffs

Subjects = QuerySet[Any, Any]


@dataclass(frozen=True)
class FlagRule:
    """`name` and `subject_kind` are stored with each flag and so are never renamed.

    `subjects(as_of)` yields with `values()`: relationship_id, subject_id, since, handling. `since` tells one episode
    from the next: when it changes, the standing flag ends and another begins.
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
        "relationship_id", "handling", subject_id=F("pk"), since=F("last_substantive_on")
    )


def _issue_now(**conditions: Any) -> Exists:
    return Exists(Issue.objects.filter(pk=OuterRef("subject_id"), **conditions))


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
        default=Value("Its status or priority allows a longer silence now."),
    ),
)


def silent_now(as_of: dt.date) -> Subjects:
    """The issues that are stale as of a date by what is known now: key, status, since, handling."""
    return Issue.objects.stale_on(as_of).values("key", "status", "handling", since=F("last_substantive_on"))


def silent_as_known(day: dt.date) -> Subjects:
    """The issues that were stale on a past day, by what was known at its end (UTC): key, status, since, handling.

    Starts from the row that was the last in force of each issue. A parent takes the clock of its sub-issues,
    an open one that of its open ones. Priority,
    handling and parent have no history of their own and are today's.
    """
    known = dt.datetime.combine(day, dt.time.max, tzinfo=dt.UTC)
    rows = StatusChange.objects.in_force(known)
    later = rows.filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), seq__gt=OuterRef("seq")),
        issue=OuterRef("issue"),
    )
    childrens = rows.filter(issue__parent=OuterRef("issue")).order_by().values("issue__parent")
    childrens = childrens.filter(Q(issue__handling=Handling.OPEN) | Q(issue__parent__handling=Handling.RESTRICTED))
    latest_of_children = Subquery(childrens.annotate(day=Max("occurred_on")).values("day"))
    latest = Greatest("occurred_on", Coalesce(latest_of_children, "occurred_on"))
    stale = rows.filter(~Exists(later)).annotate(since=latest, before=_day_before_which_stale(day))
    return stale.filter(since__lt=F("before")).values(
        "since", key=F("issue__key"), status=F("to_status"), handling=F("issue__handling")
    )


def _day_before_which_stale(day: dt.date) -> Case:
    """The cutoffs as a column of a StatusChange; NULL, before which nothing lies, for what never becomes stale."""
    return Case(
        *(When(to_status=at.status, issue__priority=at.priority, then=Value(at.before)) for at in cutoffs(day)),
        output_field=DateField(),
    )
