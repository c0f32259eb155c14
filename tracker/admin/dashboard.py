"""The first page: what has gone quiet, what is mine, what is due, and what moved."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.admin.requests import access_of, todays_date
from tracker.admin.flags import issue_url, with_subjects
from tracker.admin.issue_deadlines import days_left, due_text
from tracker.admin.tones import handling_badge, status_badge
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
        "due": _due(request),
        "moved": _moved(request),
    }


def _quiet(request: HttpRequest) -> list[dict[str, Any]]:
    """What a flag says has gone quiet, those silent longest first."""
    flags = Flag.objects.visible_to(access_of(request)).standing().of_issues().filter(rule=Flag.Rule.SILENCE)
    found = list(flags.order_by("since", "pk")[:SHOWN])
    with_subjects(request, found)
    about: list[tuple[Flag, Issue | None]] = [(flag, flag.issue) for flag in found]  # type: ignore[attr-defined]
    return [
        {
            "status": status_badge(issue.status),
            "issue": issue,
            "url": issue_url(issue),
            "days": _days(flag.since),
        }
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
    """The deadlines that stand and may fall in the next two weeks, the first one first."""
    today = todays_date()
    rows = Deadline.objects.visible_to(access_of(request)).coming_up(today, DAYS_AHEAD).select_related("issue")
    return [
        {
            "deadline": row,
            "issue": row.issue,
            "url": f"{issue_url(row.issue)}#deadlines",
            "due": due_text(row),
            "left": days_left(row.due, today),
            "handling": handling_badge(row.handling),
        }
        for row in rows.order_by("due_latest", "pk")[:SHOWN]
    ]


def _moved(request: HttpRequest) -> list[dict[str, Any]]:
    """The last entries, voids and corrections included, by when they were recorded."""
    rows = StatusChange.objects.visible_to(access_of(request)).select_related("issue", "by").order_by("-pk")[:SHOWN]
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
