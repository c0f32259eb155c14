from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from core.admin.filters import CompartmentFilter, StrictFilter, memberships_seen
from core.admin.requests import access_of, todays_date
from tracker.models import Flag
from tracker.statuses import Category, Priority, Status

NOBODY, ME = "-", "me"
SILENT_DAYS = (7, 21, 30, 60, 90, 180)


class ColumnFilter(StrictFilter):
    """One column with a fixed list of words."""

    words: Any

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in self.words.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset if value is None else queryset.filter(**{self.parameter_name: value})


class StatusFilter(ColumnFilter):
    title = parameter_name = "status"
    words = Status


class PriorityFilter(ColumnFilter):
    title = parameter_name = "priority"
    words = Priority


class CategoryFilter(ColumnFilter):
    title = parameter_name = "category"
    words = Category


class AssigneeFilter(StrictFilter):
    title = parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        people = {row.user.username: str(row.user) for row in memberships_seen(request)}
        return [(ME, "Me"), (NOBODY, "Nobody"), *sorted(people.items(), key=lambda person: person[1].casefold())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        if value == NOBODY:
            return queryset.filter(assignee=None)
        return queryset.filter(assignee__username=request.user.get_username() if value == ME else value)


class FlaggedFilter(StrictFilter):
    title = "flags"
    parameter_name = "flagged"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("yes", "Flagged"), ("no", "Not flagged")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        standing = Flag.objects.visible_to(access_of(request)).standing().of_issues().filter(subject_id=OuterRef("pk"))
        return queryset.filter(Exists(standing) if value == "yes" else ~Exists(standing))


class SilentFilter(StrictFilter):
    title = "silence"
    parameter_name = "silent"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(str(days), f"More than {days} days") for days in SILENT_DAYS]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(last_substantive_on__lt=todays_date() - dt.timedelta(days=int(value)))


ISSUE_FILTERS = [
    CompartmentFilter,
    StatusFilter,
    FlaggedFilter,
    SilentFilter,
    PriorityFilter,
    AssigneeFilter,
    CategoryFilter,
]
