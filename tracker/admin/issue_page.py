"""The page of one issue: what it is, where it may go, and how it came to be where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse

from core.access import Right
from core.admin.requests import access_of, todays_date
from core.admin.show import day, link, words
from tracker.admin.tones import flag_badge, priority_text, status_badge, trend_text
from tracker.history import offered_moves
from tracker.models import Flag, Issue, IssueParty, PartyName, StatusChange
from tracker.staleness import days_silent
from tracker.statuses import TEST_OF, Status

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin


@dataclass(frozen=True)
class MoveButton:
    status: Status
    badge: str
    test: str
    url: str


@dataclass(frozen=True)
class HistoryRow:
    """A row as shown: `replaced_by` is the later row that took it out of force."""

    change: StatusChange
    before: str
    after: str
    trend: str
    replaced_by: StatusChange | None
    correct_url: str
    void_url: str

    @property
    def who(self) -> str:
        return self.change.author_name or str(self.change.by or "The system")

    @property
    def is_void(self) -> bool:
        return not self.change.to_status


def show(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = found_issue(page, request, object_id)
    may_write = page.has_change_permission(request, issue)
    response: HttpResponse = page.page(
        request,
        "tracker/issue.html",
        obj=issue,
        issue=issue,
        title=issue.key,
        may_write=may_write,
        status_badge=status_badge(issue.status),
        flags=[flag_badge(flag) for flag in _flags(request, issue)],
        moves=_buttons(page, issue) if may_write else [],
        edit_url=page.to("edit", issue.pk),
        history_url=page.to("history", issue.pk),
        reads_ledger=access_of(request).may(Right.READ_LEDGER, issue.relationship_id),
        facts=_facts(page, request, issue),
        children=_children(page, request, issue),
        rows=history_rows(page, issue, may_write=may_write),
    )
    return response


def show_history(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """The statuses for all readers, and for those who read the ledger every line about the issue."""
    issue = found_issue(page, request, object_id)
    response: HttpResponse = page.page(
        request,
        "tracker/issue_history.html",
        obj=issue,
        issue=issue,
        title=f"History of {issue.key}",
        rows=history_rows(page, issue, may_write=False),
        events=page.events_of(request, issue),
    )
    return response


def found_issue(page: IssueAdmin, request: HttpRequest, object_id: int) -> Issue:
    rows = page.get_queryset(request).defer(None).select_related("relationship", "assignee", "parent")
    issue: Issue = page.found(request, object_id, rows)
    return issue


def history_rows(page: IssueAdmin, issue: Issue, *, may_write: bool) -> list[HistoryRow]:
    """Newest first by recording, so that what was entered last stands on top, corrections included."""
    changes = list(issue.status_changes.select_related("by", "supersedes").order_by("-seq"))
    replaced = {change.supersedes_id: change for change in changes if change.supersedes_id}
    return [_row(page, issue, change, replaced.get(change.pk), may_write=may_write) for change in changes]


def _row(
    page: IssueAdmin, issue: Issue, change: StatusChange, by: StatusChange | None, *, may_write: bool
) -> HistoryRow:
    change.issue = issue
    editable = may_write and by is None
    return HistoryRow(
        change=change,
        before=status_badge(change.from_status) if change.from_status else "",
        after=status_badge(change.to_status),
        trend=trend_text(change.trend) if change.trend else "",
        replaced_by=by,
        correct_url=page.to("correct", issue.pk, change.seq) if editable else "",
        void_url=page.to("void", issue.pk, change.seq) if editable and change.to_status else "",
    )


def _buttons(page: IssueAdmin, issue: Issue) -> list[MoveButton]:
    return [
        MoveButton(status, status_badge(status), TEST_OF[status], page.to("move", issue.pk, status.value))
        for status in offered_moves(issue.status)
    ]


def _flags(request: HttpRequest, issue: Issue) -> Any:
    return Flag.objects.visible_to(access_of(request)).standing().of_issues().filter(subject_id=issue.pk)


def _children(page: IssueAdmin, request: HttpRequest, issue: Issue) -> list[tuple[str, Issue, str]]:
    if issue.parent_id is not None:
        return []
    children = issue.children.visible_to(access_of(request)).order_by("number")[:100]
    return [(page.to("change", child.pk), child, status_badge(child.status)) for child in children]


def _facts(page: IssueAdmin, request: HttpRequest, issue: Issue) -> list[tuple[str, object]]:
    parent = issue.parent
    silent = days_silent(issue.last_substantive_on, todays_date())
    return [
        ("Relationship", issue.relationship.name),
        ("Trend", trend_text(issue.trend)),
        ("Priority", priority_text(issue.priority)),
        ("Category", issue.get_category_display()),
        ("Assignee", words(issue.assignee)),
        ("Parties", _parties(request, issue)),
        ("Part of", link(page.to("change", parent.pk), parent) if parent else words(None)),
        ("Next review", day(issue.next_review)),
        ("Last event", f"{day(issue.last_substantive_on)} ({_ago(silent)})"),
        ("Handling", issue.get_handling_display()),
    ]


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _parties(request: HttpRequest, issue: Issue) -> str:
    """By the names that the team shows, the principals first; by their codes where there is none."""
    names = PartyName.objects.filter(party=OuterRef("party"), kind=PartyName.Kind.DISPLAY).order_by("language", "pk")
    rows = IssueParty.objects.visible_to(access_of(request)).filter(issue=issue).select_related("party")
    rows = rows.annotate(shown=Subquery(names.values("text")[:1])).order_by("-role", "party__side", "party__code")
    named = [(row.shown or row.party.code, row.get_role_display().lower()) for row in rows]  # type: ignore[attr-defined]
    return ", ".join(f"{name} ({role})" for name, role in named) or words(None)
