from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.requests import access_of, todays_date
from core.admin.show import EMPTY, words
from tracker.admin import issue_edit, issue_moves, issue_page
from tracker.admin.issue_filters import ISSUE_FILTERS
from tracker.admin.tones import flag_badge, priority_text, status_badge, trend_text
from tracker.models import Flag, Issue
from tracker.staleness import days_silent


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
        """Days of silence in the reader's calendar, and the standing flags: one statement for the whole page."""
        flags = Flag.objects.visible_to(access_of(request)).standing().of_issues()
        flags_of: dict[int, list[Flag]] = {row.pk: [] for row in rows}
        for flag in flags.filter(subject_id__in=flags_of) if rows else ():
            flags_of[flag.subject_id].append(flag)
        today = todays_date()
        for row in rows:
            row.shown_flags = flags_of[row.pk]  # type: ignore[attr-defined]
            row.shown_days = days_silent(row.last_substantive_on, today)  # type: ignore[attr-defined]
        return rows

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

    def external_id(self, obj: Issue) -> str:
        return obj.key

    def short_name(self, obj: Issue) -> str:
        return obj.key

    def own_urls(self, key: str) -> list[URLPattern]:
        row = f"{key}/history/<int:seq>"
        return [
            self.url(f"{key}/edit/", self.edit_view, "edit"),
            self.url(f"{key}/move/<slug:to>/", self.move_view, "move"),
            self.url(f"{row}/correct/", self.correct_view, "correct"),
            self.url(f"{row}/void/", self.void_view, "void"),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return issue_edit.create(self, request)

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return issue_page.show(self, request, object_id)

    def history_view(self, request: HttpRequest, object_id: Any, extra_context: Any = None) -> HttpResponse:
        return issue_page.show_history(self, request, object_id)

    def edit_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return issue_edit.edit(self, request, object_id)

    def move_view(self, request: HttpRequest, object_id: int, to: str) -> HttpResponse:
        return issue_moves.move(self, request, object_id, to)

    def correct_view(self, request: HttpRequest, object_id: int, seq: int) -> HttpResponse:
        return issue_moves.correct(self, request, object_id, seq)

    def void_view(self, request: HttpRequest, object_id: int, seq: int) -> HttpResponse:
        return issue_moves.void(self, request, object_id, seq)
