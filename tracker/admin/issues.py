from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from unfold.decorators import display

from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.requests import access_of, todays_date
from core.admin.show import EMPTY, words
from tracker.admin import (
    deadlines,
    issue_citing,
    issue_edit,
    issue_moves,
    issue_page,
    issue_parties,
    issue_timeline,
    links,
    positions,
)
from tracker.admin.issue_deadlines import Next, next_of
from tracker.admin.issue_filters import ISSUE_FILTERS
from tracker.admin.notes_forms import FINISHED
from tracker.admin.tones import flag_badge, priority_text, status_badge, trend_text
from tracker.evidence import NoteKind
from tracker.models import Deadline, Flag, Issue
from tracker.staleness import days_silent

View = Callable[..., HttpResponse]
ROW = "history/<int:seq>"
# The forms of one issue, each with its name.
PAGES: list[tuple[str, View, str]] = [
    ("edit/", issue_edit.edit, "edit"),
    ("move/<slug:to>/", issue_moves.move, "move"),
    (f"{ROW}/correct/", issue_moves.correct, "correct"),
    (f"{ROW}/void/", issue_moves.void, "void"),
    (f"{ROW}/cite/", issue_citing.cite_view, "cite"),
    ("party/", issue_parties.give_role, "party"),
    ("positions/add/", positions.add, "position_add"),
    ("deadlines/add/", deadlines.add, "deadline_add"),
    ("links/add/", links.add, "link_add"),
    ("same-matter/add/", links.add_matter, "matter_add"),
    ("same-matter/end/", links.end_matter, "matter_end"),
]


@admin.register(Issue)
class IssueAdmin(ParleyModelAdmin):
    """The list of issues; the page of one and its forms are in the modules beside this one."""

    list_display = (
        "key_column",
        "title_column",
        "status_column",
        "trend_column",
        "priority_column",
        "assignee_column",
        "silent_column",
        "flags_column",
        "next_column",
    )
    list_display_links = ("key_column", "title_column")
    list_filter = ISSUE_FILTERS
    list_fullwidth = True
    search_fields = ("key", "title", "summary")
    search_help_text = "Search key, title, summary"
    write_right = Right.WRITE
    compartment_attribute = "relationship_id"
    orders = {
        "key_column": ("relationship_id", "number"),
        "silent_column": ("-last_substantive_on", "-id"),
    }
    default_order = "key_column"
    named_by = "key"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        rows: QuerySet[Issue] = super().get_queryset(request).select_related("assignee").defer("summary")
        return rows

    def enriched(self, request: HttpRequest, rows: list[Issue]) -> list[Issue]:
        """Days of silence in the reader's calendar, the standing flags, and what is next: two statements for the whole
        page."""
        flags = Flag.objects.visible_to(access_of(request)).standing().of_issues()
        flags_of: dict[int, list[Flag]] = {row.pk: [] for row in rows}
        for flag in flags.filter(subject_id__in=flags_of) if rows else ():
            flags_of[flag.subject_id].append(flag)
        today = todays_date()
        for row in rows:
            row.shown_flags = flags_of[row.pk]  # type: ignore[attr-defined]
            row.shown_days = days_silent(row.last_substantive_on, today)  # type: ignore[attr-defined]
        self._say_what_is_next(request, rows)
        return rows

    def _say_what_is_next(self, request: HttpRequest, rows: list[Issue]) -> None:
        standing = Deadline.objects.visible_to(access_of(request)).standing()
        due: dict[int, list[Deadline]] = {row.pk: [] for row in rows}
        for deadline in standing.filter(issue__in=due) if rows else ():
            due[deadline.issue_id].append(deadline)
        for row in rows:
            row.shown_next = next_of(row, due[row.pk], todays_date())  # type: ignore[attr-defined]

    @display(description="Key", ordering="key")
    def key_column(self, issue: Issue) -> str:
        return issue.key

    @display(description="Title")
    def title_column(self, issue: Issue) -> str:
        return issue.title

    @display(description="Status")
    def status_column(self, issue: Issue) -> SafeString:
        return status_badge(issue.status)

    @display(description="Trend")
    def trend_column(self, issue: Issue) -> str:
        return trend_text(issue.trend)

    @display(description="Priority")
    def priority_column(self, issue: Issue) -> str:
        return priority_text(issue.priority)

    @display(description="Assignee")
    def assignee_column(self, issue: Issue) -> str:
        return words(issue.assignee)

    @display(description="Days silent", ordering="last_substantive_on")
    def silent_column(self, issue: Issue) -> int:
        return int(issue.shown_days)  # type: ignore[attr-defined]

    @display(description="Flags")
    def flags_column(self, issue: Issue) -> str:
        flags: list[Flag] = issue.shown_flags  # type: ignore[attr-defined]
        return format_html_join(" ", "{}", [(flag_badge(flag),) for flag in flags]) or EMPTY

    @display(description="Next")
    def next_column(self, issue: Issue) -> str:
        found: Next | None = issue.shown_next  # type: ignore[attr-defined]
        if found is None:
            return EMPTY
        tone = "late" if found.is_late else "soft"
        left = format_html(' <span class="{}">{}</span>', tone, found.left) if found.left else ""
        return format_html("{}, {}{}", found.what, found.due, left)

    def external_id(self, obj: Issue) -> str:
        return obj.key

    def short_name(self, obj: Issue) -> str:
        return obj.key

    def own_urls(self, key: str) -> list[URLPattern]:
        timeline = self.url(f"{key}/timeline/", require_safe(partial(issue_timeline.show, self)), "timeline")
        return [timeline, *(self.url(f"{key}/{route}", partial(view, self), name) for route, view, name in PAGES)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the way to say of all the issues listed that nothing has changed."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context and "cl" in context:
            context["verify_urls"] = self._verify_urls(request, context["cl"].result_list)
        return response

    def _verify_urls(self, request: HttpRequest, rows: list[Issue]) -> list[tuple[str, str, int]]:
        """Address, prefix of the keys and number of issues, for each relationship of the page in which the reader
        writes."""
        keys: dict[int, list[str]] = {}
        for row in rows:
            if row.status not in FINISHED and self.has_change_permission(request, row):
                keys.setdefault(row.relationship_id, []).append(row.key)
        address = f"{reverse('admin:tracker_note_add')}?kind={NoteKind.NO_CHANGE}&issues="
        return [(address + ",".join(some), some[0].rpartition("-")[0], len(some)) for some in keys.values()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return issue_edit.create(self, request)

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return issue_page.show(self, request, object_id)

    def history_view(self, request: HttpRequest, object_id: Any, extra_context: Any = None) -> HttpResponse:
        return issue_page.show_history(self, request, object_id)
