from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest

from core.admin.filters import CompartmentFilter, StrictFilter
from core.admin.requests import access_of
from tracker.admin.issue_filters import ColumnFilter
from tracker.evidence import Capacity, Modality
from tracker.models import Issue, Source

OFFERED = 300


class KeyFilter(StrictFilter):
    """The rows of one record, by its key. Offers the newest; any other that is there for the reader may be asked for
    by address, as the pages of those records do."""

    model: type[Issue | Source]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        rows = self.model.objects.visible_to(access_of(request)).values_list("key", "title")
        found = list(rows.order_by("-pk")[:OFFERED])
        asked = request.GET.get(self.parameter_name, "")
        if asked and asked not in dict(found):
            found += rows.filter(key=asked[:24])
        return [(key, f"{key} {title}"[:80]) for key, title in found]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset if value is None else queryset.filter(**{f"{self.parameter_name}__key": value})


class IssueFilter(KeyFilter):
    title = parameter_name = "issue"
    model = Issue


class SourceFilter(KeyFilter):
    title = parameter_name = "source"
    model = Source


class StateFilter(StrictFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("in-force", "In force"), ("withdrawn", "Withdrawn")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset if value is None else queryset.filter(withdrawn_at__isnull=value == "in-force")


class CapacityFilter(ColumnFilter):
    title = parameter_name = "capacity"
    words = Capacity


class ModalityFilter(ColumnFilter):
    title = "how firm"
    parameter_name = "modality"
    words = Modality


CLAIM_FILTERS = [CompartmentFilter, StateFilter, IssueFilter, SourceFilter, CapacityFilter, ModalityFilter]
