from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display

from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.filters import CompartmentFilter, StrictFilter, memberships_seen
from core.admin.history import SYSTEM, arrow, changes_of, changes_shown, spoken, who
from core.admin.requests import access_of, is_operator
from core.admin.show import moment
from core.admin.subjects import put_subjects
from core.models import Event

LONGEST_SHOWN = 160
NOBODY = "-"


class LedgerFilter(CompartmentFilter):
    """The relationships whose ledger the reader may read, and for operators the site's own."""

    path = "compartment_id"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        offered = super().lookups(request, model_admin)
        readable = access_of(request).where(Right.READ_LEDGER)
        return [(slug, name) for slug, name in offered if self._pks[slug] in readable]


class SubjectFilter(StrictFilter):
    """By the model that a line is about: those that have a page here."""

    title = "subject"
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        models = [model for model in apps.get_models() if admin.site.is_registered(model) and model is not Event]
        return sorted((m._meta.label_lower, str(m._meta.verbose_name_plural).capitalize()) for m in models)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset if value is None else queryset.filter(subject_type=value)


class ActorFilter(StrictFilter):
    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        people = {row.user.username: str(row.user) for row in memberships_seen(request)}
        if is_operator(request):
            people.setdefault(request.user.get_username(), str(request.user))
        return [(NOBODY, SYSTEM), *sorted(people.items(), key=lambda person: person[1].casefold())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(actor=None) if value == NOBODY else queryset.filter(actor__username=value)


@admin.register(Event)
class EventAdmin(ParleyModelAdmin):
    """The ledger, to read. Lines are written by actions, and nothing changes them."""

    list_display = ("at_column", "actor_column", "kind_column", "subject_column", "changes_column")
    list_display_links = ("kind_column",)
    list_filter = (LedgerFilter, SubjectFilter, ActorFilter)
    list_fullwidth = True
    list_per_page = 100
    list_title = "Ledger"
    search_fields = ("subject_id__istartswith", "kind__istartswith")
    search_help_text = "Search a key or a kind"
    read_right = Right.READ_LEDGER
    orders = {"at_column": ("pk",)}
    default_order = "-at_column"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        rows: QuerySet[Event] = super().get_queryset(request).select_related("actor", "compartment")
        return rows

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request) or super().has_view_permission(request, obj)

    @display(description="When", ordering="pk")
    def at_column(self, event: Event) -> str:
        return moment(event.at)

    @display(description="Who")
    def actor_column(self, event: Event) -> str:
        return who(event)

    @display(description="What")
    def kind_column(self, event: Event) -> str:
        return spoken(event.kind)

    @display(description="Subject")
    def subject_column(self, event: Event) -> str:
        return str(event.shown_subject)  # type: ignore[attr-defined]

    @display(description="Changes")
    def changes_column(self, event: Event) -> SafeString | str:
        return changes_shown(event, LONGEST_SHOWN)

    def enriched(self, request: HttpRequest, rows: list[Event]) -> list[Event]:
        put_subjects(request, rows)
        return rows

    def facts(self, request: HttpRequest, obj: Event) -> list[tuple[str, object]]:
        put_subjects(request, [obj])
        return [
            ("Relationship", obj.compartment.name),
            ("When", moment(obj.at)),
            ("Who", who(obj)),
            ("What", f"{spoken(obj.kind)} ({obj.kind})"),
            ("Subject", obj.shown_subject),  # type: ignore[attr-defined]
            ("Handling", obj.get_handling_display()),
            *[(change.field, arrow(change)) for change in changes_of(obj)],
            *_chain(request, obj),
        ]

    def external_id(self, obj: Event) -> str:
        return obj.subject_id


def _chain(request: HttpRequest, event: Event) -> list[tuple[str, object]]:
    """Its place in the chain, for the cleared: to others the gaps would tell of what they may not see."""
    if event.compartment_id not in access_of(request).cleared:
        return []
    return [("Line", event.seq), ("Hash", event.hash), ("Hash before", event.previous_hash)]
