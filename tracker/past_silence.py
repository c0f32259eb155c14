"""What was stale on a past day, by what was known at its end: `Issue.objects.stale_on`, read back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from core.visibility import Handling
from tracker.models import StatusChange
from tracker.models.issue import near_deadlines
from tracker.staleness import cutoffs, near_deadline_cutoffs
from tracker.substance import news, searches

Rows = QuerySet[Any, Any]


def silent_as_known(day: dt.date) -> Rows:
    """The issues that were stale on a past day, by what was known at its end (UTC): key, status, since, handling.

    Starts from the row that was the last in force of each issue. What was withdrawn or closed later still counted, and
    what was entered later did not. A parent takes the clock of its sub-issues, and whatever is open counts what is
    open alone. Priority, handling and parent have no history of their own and are today's; so is what a source
    rewrites.
    """
    known = dt.datetime.combine(day, dt.time.max, tzinfo=dt.UTC)
    rows = StatusChange.objects.in_force(known)
    later = rows.filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), seq__gt=OuterRef("seq")),
        issue=OuterRef("issue"),
    )
    days = [Coalesce(part, "occurred_on") for part in _substance(known)]
    stale = rows.filter(~Exists(later)).annotate(since=Greatest("occurred_on", *days), before=_stale_before(day, known))
    return stale.filter(since__lt=F("before")).values(
        "since", key=F("issue__key"), status=F("to_status"), handling=F("issue__handling")
    )


def _substance(known: dt.datetime) -> list[Subquery]:
    """The last days of what counted for the issue of the outer row beside its own moves: its claims and notes, and the
    moves, claims and notes of its sub-issues."""
    moves, claims, notes = StatusChange.objects.in_force(known), news(known), searches(known)
    return [
        _last(claims, "happened_on", _seen("issue"), issue=OuterRef("issue")),
        _last(notes, "noted_on", _seen("issues"), issues=OuterRef("issue")),
        _last(moves, "occurred_on", _counts_above("issue"), issue__parent=OuterRef("issue")),
        _last(claims, "happened_on", _seen("issue") & _counts_above("issue"), issue__parent=OuterRef("issue")),
        _last(notes, "noted_on", _seen("issues") & _counts_above("issues"), issues__parent=OuterRef("issue")),
    ]


def _last(rows: Rows, day: str, counted: Q, **of_the_issue: OuterRef) -> Subquery:
    """Both conditions in one `filter`: of a note on many issues they must speak of the same one."""
    return Subquery(rows.filter(counted, **of_the_issue).order_by(f"-{day}").values(day)[:1])


def _seen(issue: str) -> Q:
    """A row on an open issue counts if it is open itself."""
    return Q(handling=Handling.OPEN) | Q(**{f"{issue}__handling": Handling.RESTRICTED})


def _counts_above(issue: str) -> Q:
    """A sub-issue of an open issue counts if it is open itself."""
    return Q(**{f"{issue}__handling": Handling.OPEN}) | Q(**{f"{issue}__parent__handling": Handling.RESTRICTED})


def _stale_before(day: dt.date, known: dt.datetime) -> Case:
    """The cutoffs as a column of a StatusChange; NULL, before which nothing lies, for what never becomes stale."""
    is_near = Exists(near_deadlines(day, issue="issue_id", handling="issue__handling", known=known))
    near = (When(Q(to_status=at.status) & is_near, then=Value(at.before)) for at in near_deadline_cutoffs(day))
    usual = (When(to_status=at.status, issue__priority=at.priority, then=Value(at.before)) for at in cutoffs(day))
    return Case(*near, *usual, output_field=DateField())
