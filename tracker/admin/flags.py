from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display

from core.admin.base import ParleyModelAdmin
from core.admin.filters import CompartmentFilter, StrictFilter
from core.admin.requests import access_of, todays_date
from core.admin.show import day, link, moment, words
from tracker.admin.flag_reasons import Reasons
from tracker.admin.tones import flag_badge
from tracker.models import Flag, Issue
from tracker.staleness import days_silent


class StandingFilter(StrictFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("standing", "Standing"), ("cleared", "Cleared")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset if value is None else queryset.filter(cleared_at__isnull=value == "standing")


class LevelFilter(StrictFilter):
    title = parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Flag.Level.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(level=self.value())


class RuleFilter(StrictFilter):
    title = parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Flag.Rule.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(rule=self.value())


@admin.register(Flag)
class FlagAdmin(ParleyModelAdmin):
    """What machines remarked, to read: flags are raised and cleared by the pass over the issues."""

    list_display = ("issue_column", "flag_column", "days_column", "raised_column", "cleared_column", "why_column")
    list_display_links = None
    list_filter = (StandingFilter, RuleFilter, CompartmentFilter, LevelFilter)
    orders = {"raised_column": ("pk",)}
    default_order = "-raised_column"
    compartment_attribute = "relationship_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flag]:
        rows: QuerySet[Flag] = super().get_queryset(request)
        return rows

    def enriched(self, request: HttpRequest, rows: list[Flag]) -> list[Flag]:
        with_subjects(request, rows)
        reasons = Reasons(rows, access_of(request))
        for row in rows:
            row.shown_why = reasons.of(row)  # type: ignore[attr-defined]
        return rows

    @display(description="Issue")
    def issue_column(self, flag: Flag) -> SafeString | str:
        return subject_link(flag)

    @display(description="Flag")
    def flag_column(self, flag: Flag) -> SafeString:
        return flag_badge(flag)

    @display(description="Days")
    def days_column(self, flag: Flag) -> str:
        return "" if flag.cleared_at else str(days_silent(flag.since, todays_date()))

    @display(description="Raised", ordering="pk")
    def raised_column(self, flag: Flag) -> str:
        return moment(flag.raised_at)

    @display(description="Cleared")
    def cleared_column(self, flag: Flag) -> str:
        return moment(flag.cleared_at)

    @display(description="Why")
    def why_column(self, flag: Flag) -> str:
        return flag.shown_why  # type: ignore[attr-defined, no-any-return]

    def facts(self, request: HttpRequest, obj: Flag) -> list[tuple[str, object]]:
        with_subjects(request, [obj])
        return [
            ("Issue", subject_link(obj)),
            ("Flag", flag_badge(obj)),
            ("Silent since" if obj.rule == Flag.Rule.SILENCE else "Since", day(obj.since)),
            ("Raised", moment(obj.raised_at)),
            ("Cleared", moment(obj.cleared_at)),
            ("Why", Reasons([obj], access_of(request)).of(obj)),
        ]


def with_subjects(request: HttpRequest, flags: list[Flag]) -> None:
    """Puts to each flag the issue that it is about: one statement for all."""
    ids = {flag.subject_id for flag in flags if flag.subject_kind == Flag.Subject.ISSUE}
    issues = Issue.objects.visible_to(access_of(request)).defer("summary").in_bulk(ids) if ids else {}
    for flag in flags:
        flag.issue = issues.get(flag.subject_id)  # type: ignore[attr-defined]


def subject_link(flag: Flag) -> SafeString | str:
    issue: Issue | None = flag.issue  # type: ignore[attr-defined]
    return words(None) if issue is None else link(issue_url(issue), issue)


def issue_url(issue: Issue) -> str:
    return reverse("admin:tracker_issue_change", args=[issue.pk])
