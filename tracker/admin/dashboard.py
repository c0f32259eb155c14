"""The first page: what has gone quiet, what is mine, what is due, and what moved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.requests import access_of, todays_date
from core.admin.show import day
from core.fuzzydates import exact
from tracker.admin.flags import issue_url, with_subjects
from tracker.admin.issue_deadlines import days_left, due_text
from tracker.admin.tones import flag_badge, handling_badge, status_badge
from tracker.models import Deadline, Flag, Issue, StatusChange
from tracker.staleness import days_silent
from tracker.statuses import Status

SHOWN = 8
DAYS_AHEAD = 14
FINISHED = (Status.RESOLVED, Status.CLOSED)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    access = access_of(request)
    return {
        **context,
        "reads": bool(access.compartments),
        "is_operator": access.is_operator,
        "quiet": _quiet(request),
        "mine": _mine(request),
        "look": _to_look_at(request),
        "due": _due(request),
        "reviews": _reviews(request),
        "moved": _moved(request),
    }


def _quiet(request: HttpRequest) -> list[dict[str, Any]]:
    """What a flag says has gone quiet, those silent longest first."""
    found = _standing(request).filter(rule=Flag.Rule.SILENCE).order_by("since", "pk")
    return [{**row, "status": status_badge(row["issue"].status)} for row in _about(request, found)]


def _to_look_at(request: HttpRequest) -> list[dict[str, Any]]:
    """What other flags say, such as that something rests on a withdrawn claim; the newest first."""
    found = _standing(request).exclude(rule=Flag.Rule.SILENCE).order_by("-pk")
    return [{**row, "badge": flag_badge(row["flag"])} for row in _about(request, found)]


def _standing(request: HttpRequest) -> QuerySet[Flag]:
    return Flag.objects.visible_to(access_of(request)).standing().of_issues()


def _about(request: HttpRequest, flags: QuerySet[Flag]) -> list[dict[str, Any]]:
    """Two statements; one where there are no such flags."""
    found = list(flags[:SHOWN])
    with_subjects(request, found)
    about: list[tuple[Flag, Issue | None]] = [(flag, flag.issue) for flag in found]  # type: ignore[attr-defined]
    return [
        {"flag": flag, "issue": issue, "url": issue_url(issue), "days": _days(flag.since)}
        for flag, issue in about
        if issue is not None
    ]


def _mine(request: HttpRequest) -> list[dict[str, Any]]:
    """The reader's issues that are not finished, those silent longest first."""
    issues = Issue.objects.visible_to(access_of(request)).filter(assignee=request.user.pk).exclude(status__in=FINISHED)
    found = issues.defer("summary").order_by("last_substantive_on", "pk")[:SHOWN]
    return [
        {
            "issue": issue,
            "url": issue_url(issue),
            "badge": status_badge(issue.status),
            "days": _days(issue.last_substantive_on),
        }
        for issue in found
    ]


def _due(request: HttpRequest) -> list[dict[str, Any]]:
    """The deadlines that stand: those that are over, the last ones of them, and then those that may fall in the next
    two weeks. Two statements."""
    today = todays_date()
    seen = Deadline.objects.visible_to(access_of(request)).select_related("issue")
    over = seen.standing().filter(due_latest__lt=today).order_by("-due_latest", "-pk")[:SHOWN]
    coming = seen.coming_up(today, DAYS_AHEAD).order_by("due_latest", "pk")[:SHOWN]
    return [
        {
            "deadline": row,
            "issue": row.issue,
            "url": f"{issue_url(row.issue)}#deadlines",
            "due": due_text(row),
            "left": days_left(row.due, today),
            "is_late": row.due_latest is not None and row.due_latest < today,
            "handling": handling_badge(row.handling),
        }
        for row in [*list(over)[::-1], *coming]
    ]


def _reviews(request: HttpRequest) -> list[dict[str, Any]]:
    """The issues to be looked at again within two weeks, or that should have been."""
    today = todays_date()
    issues = Issue.objects.visible_to(access_of(request)).filter(next_review__lte=today + dt.timedelta(DAYS_AHEAD))
    found = issues.exclude(status__in=FINISHED).defer("summary").order_by("next_review", "pk")[:SHOWN]
    return [
        {
            "issue": issue,
            "url": issue_url(issue),
            "due": day(issue.next_review),
            "left": days_left(exact(issue.next_review), today),
            "is_late": issue.next_review < today,
        }
        for issue in found
        if issue.next_review is not None
    ]


def _moved(request: HttpRequest) -> list[dict[str, Any]]:
    """The last entries that stand, voids and corrections among them, by when they were recorded."""
    rows = StatusChange.objects.visible_to(access_of(request)).filter(superseded_by=None)
    rows = rows.select_related("issue", "by").order_by("-pk")[:SHOWN]
    return [
        {
            "row": row,
            "issue": row.issue,
            "url": f"{issue_url(row.issue)}#{row.external_id}",
            "badge": status_badge(row.to_status),
            "who": row.author_name or str(row.by or "The system"),
        }
        for row in rows
    ]


def _days(since: Any) -> int:
    return days_silent(since, todays_date())
