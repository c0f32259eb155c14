"""The page of one issue: what it is, where it may go, what was said about it, and how it came to be where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from core.access import Right
from core.admin.requests import access_of, todays_date
from core.admin.show import day, link, words
from tracker.admin.issue_claims import SHOWN, Shower, newest_of, panel_of
from tracker.admin.issue_deadlines import deadlines_of, next_of, read_deadlines
from tracker.admin.issue_history import history_rows, moves_of
from tracker.admin.issue_links import links_of, matters_of, read_links
from tracker.admin.issue_notes import notes_of
from tracker.admin.issue_positions import positions_of, read_positions
from tracker.admin.tones import flag_badge, priority_text, status_badge, trend_text
from tracker.history import offered_moves
from tracker.models import Deadline, Flag, Issue, IssueLink, IssueParty, Position
from tracker.sides import Sides
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


def show(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = found_issue(page, request, object_id)
    may_write = page.has_change_permission(request, issue)
    sides = Sides.of(issue.relationship_id, access_of(request))
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
        urls=_urls(page, issue),
        reads_ledger=access_of(request).may(Right.READ_LEDGER, issue.relationship_id),
        facts=_facts(page, request, issue, sides),
        children=_children(page, request, issue),
        **_sections(page, request, issue, sides, may_write=may_write),
    )
    return response


def _sections(page: IssueAdmin, request: HttpRequest, issue: Issue, sides: Sides, *, may_write: bool) -> dict[str, Any]:
    """What was said, held, set, noted and linked; each section a statement or two, however much it shows."""
    access, today = access_of(request), todays_date()
    changes, recent = moves_of(issue, access), newest_of(issue, access, SHOWN)
    positions, deadlines = read_positions(issue, access), read_deadlines(issue, access)
    links = read_links(issue, access)
    resting: list[Position | Deadline | IssueLink] = [*positions, *deadlines, *links]
    rested_on = [row.claim for row in resting if row.claim is not None]
    cited = [claim for change in changes for claim in change.claims.all()]
    shower = Shower([*recent, *cited], sides, access, rested_on)
    set_by = deadlines_of(issue, deadlines, access, today, shower.fates)
    return {
        "rows": history_rows(page, issue, changes, shower, may_write=may_write),
        "claims": panel_of(issue, recent, shower, access),
        "positions": positions_of(issue, positions, sides, access, shower.fates),
        "deadlines": set_by,
        "next": next_of(issue, [shown.deadline for shown in set_by.standing], today),
        "notes": notes_of(issue, access),
        "links": links_of(issue, links, sides, access, shower.fates),
        "matters": matters_of(issue, access),
    }


def _urls(page: IssueAdmin, issue: Issue) -> dict[str, str]:
    """The forms and pages that belong to it."""
    names = ("edit", "history", "timeline", "party", "position_add", "deadline_add", "link_add", "matter_add")
    return {name: page.to(name, issue.pk) for name in (*names, "matter_end")}


def show_history(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """The statuses for all readers, and for those who read the ledger every line about the issue."""
    issue, access = found_issue(page, request, object_id), access_of(request)
    changes = moves_of(issue, access)
    shower = Shower(
        [claim for change in changes for claim in change.claims.all()], Sides.of(issue.relationship_id, access), access
    )
    response: HttpResponse = page.page(
        request,
        "tracker/issue_history.html",
        obj=issue,
        issue=issue,
        title=f"History of {issue.key}",
        rows=history_rows(page, issue, changes, shower, may_write=False),
        events=page.events_of(request, issue),
    )
    return response


def found_issue(page: IssueAdmin, request: HttpRequest, object_id: int) -> Issue:
    rows = page.get_queryset(request).defer(None).select_related("relationship", "assignee", "parent")
    issue: Issue = page.found(request, object_id, rows)
    return issue


def opened_to_write(page: IssueAdmin, request: HttpRequest, object_id: int) -> Issue:
    """The issue, for a form that only those may open who write there."""
    issue = found_issue(page, request, object_id)
    page.require(page.has_change_permission(request, issue))
    return issue


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


def _facts(page: IssueAdmin, request: HttpRequest, issue: Issue, sides: Sides) -> list[tuple[str, object]]:
    parent = issue.parent
    silent = days_silent(issue.last_substantive_on, todays_date())
    return [
        ("Relationship", issue.relationship.name),
        ("Trend", trend_text(issue.trend)),
        ("Priority", priority_text(issue.priority)),
        ("Category", issue.get_category_display()),
        ("Assignee", words(issue.assignee)),
        ("Parties", _parties(request, issue, sides)),
        ("Part of", link(page.to("change", parent.pk), parent) if parent else words(None)),
        ("Next review", day(issue.next_review)),
        ("Last event", f"{day(issue.last_substantive_on)} ({_ago(silent)})"),
        ("Handling", issue.get_handling_display()),
    ]


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _parties(request: HttpRequest, issue: Issue, sides: Sides) -> str:
    """The principals first, by the names that the team shows."""
    rows = IssueParty.objects.visible_to(access_of(request)).filter(issue=issue)
    rows = rows.order_by("-role", "party__side", "party__code")
    named = [(sides.name(row.party_id), row.get_role_display().lower()) for row in rows]
    return ", ".join(f"{name} ({role})" for name, role in named) or words(None)
