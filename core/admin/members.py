from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from unfold.decorators import display

from core import clock
from core.access import Right, Role
from core.actions.members import add_member, change_member, end_membership
from core.admin.base import ParleyModelAdmin
from core.admin.filters import CompartmentFilter, StrictFilter
from core.admin.forms import Choice, Line, ParleyForm, Tick, carried_out
from core.admin.requests import access_of, is_operator
from core.admin.show import day
from core.errors import InvalidInput
from core.models import Compartment, Membership, User
from core.site import SLUG as SITE


class RoleFilter(StrictFilter):
    title = parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Role.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(role=self.value())


class MemberOfFilter(CompartmentFilter):
    path = "compartment_id"


class RoleForm(ParleyForm):
    role = Choice(choices=Role.choices, help_text="Viewer reads, editor writes, lead keeps members, auditor reads all.")
    cleared = Tick(required=False, label="Cleared", help_text="May read what is restricted.")


class AddForm(RoleForm):
    field_order = ("compartment", "user", "role", "cleared")

    compartment = Choice(label="Relationship")
    user = Line(max_length=150, label="Person", help_text="The name with which this person signs in.")

    def __init__(self, *args: Any, compartments: dict[str, Compartment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compartments = compartments
        self.fields["compartment"].choices = [(slug, row.name) for slug, row in compartments.items()]  # type: ignore[attr-defined]


@admin.register(Membership)
class MembershipAdmin(ParleyModelAdmin):
    """Who belongs where. Leads keep theirs and operators all; a membership is ended, never deleted."""

    list_display = ("person_column", "where_column", "role_column", "cleared_column", "since_column", "ended_column")
    list_filter = (MemberOfFilter, RoleFilter)
    search_fields = ("user__username", "user__display_name")
    search_help_text = "Search a person"
    write_right = Right.MANAGE_MEMBERS
    operators_too = True
    changes_on_page = True
    orders = {"since_column": ("pk",)}
    default_order = "since_column"
    list_title = "Members"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows: QuerySet[Membership] = super().get_queryset(request).select_related("user", "compartment")
        return rows

    @display(description="Person")
    def person_column(self, row: Membership) -> str:
        return f"{row.user} ({row.user.username})" if row.user.display_name else row.user.username

    @display(description="Relationship")
    def where_column(self, row: Membership) -> str:
        return row.compartment.name

    @display(description="Role")
    def role_column(self, row: Membership) -> str:
        return row.get_role_display()

    @display(description="Cleared")
    def cleared_column(self, row: Membership) -> str:
        return "Yes" if row.cleared else "No"

    @display(description="Since", ordering="pk")
    def since_column(self, row: Membership) -> str:
        return day(row.created_at.date())

    @display(description="Ended")
    def ended_column(self, row: Membership) -> str:
        return day(row.ended_at.date() if row.ended_at else None)

    def external_id(self, obj: Membership) -> str:
        return obj.user.external_id

    def own_urls(self, key: str) -> list[URLPattern]:
        return [self.url(f"{key}/end/", self.end_view, "end")]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(self.has_add_permission(request))
        compartments = _kept(request)
        data = request.POST if request.method == "POST" else None
        form = AddForm(data, compartments=compartments, initial={"role": Role.VIEWER})
        if data is not None:
            row = carried_out(form, lambda values: _added(values, compartments, request))
            if row is not None:
                messages.success(request, f"{row.user} is now a member of {row.compartment}.")
                return redirect(self.to("changelist"))
        return self.form_page(
            request, form, title="Add a member", submit="Add the member", cancel=self.to("changelist")
        )

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row: Membership = self.found(request, object_id)
        reads = row.ended_at is not None or not self.has_change_permission(request, row)
        self.require(not (reads and request.method == "POST"))
        if reads:
            return self.page(request, "parley/record.html", obj=row, facts=self.facts(request, row))  # type: ignore[no-any-return]
        data = request.POST if request.method == "POST" else None
        form = RoleForm(data, initial={"role": row.role, "cleared": row.cleared})
        if data is not None and carried_out(form, lambda values: _changed(row, values, request)) is not None:
            messages.success(request, f"{row.user}: saved.")
            return redirect(self.to("changelist"))
        return self.form_page(
            request,
            form,
            obj=row,
            template="core/membership.html",
            submit="Save",
            cancel=self.to("changelist"),
            end_url=self.to("end", row.pk),
            history_url=self.to("history", row.pk),
        )

    def end_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row: Membership = self.found(request, object_id)
        self.require(self.has_change_permission(request, row))
        form = ParleyForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            done = carried_out(form, lambda _: end_membership(membership=row, by=access_of(request), at=clock.now()))
            if done is not None:
                messages.success(request, f"{row.user} is no longer a member of {row.compartment}.")
                return redirect(self.to("changelist"))
        intro = (
            f"{row.user} will see nothing of {row.compartment} from the next request on. It stays known that they did."
        )
        return self.form_page(
            request,
            form,
            obj=row,
            title="End the membership",
            intro=intro,
            submit="End it",
            cancel=self.to("changelist"),
        )

    def facts(self, request: HttpRequest, obj: Membership) -> list[tuple[str, object]]:
        return [
            ("Person", self.person_column(obj)),
            ("Relationship", obj.compartment.name),
            ("Role", obj.get_role_display()),
            ("Cleared", self.cleared_column(obj)),
            ("Since", self.since_column(obj)),
            ("Ended", self.ended_column(obj)),
        ]


def _kept(request: HttpRequest) -> dict[str, Compartment]:
    """The relationships whose members this reader keeps."""
    rows = Compartment.objects.exclude(slug=SITE).order_by("slug")
    if not is_operator(request):
        rows = rows.filter(pk__in=access_of(request).where(Right.MANAGE_MEMBERS))
    return {row.slug: row for row in rows}


def _added(values: dict[str, Any], compartments: dict[str, Compartment], request: HttpRequest) -> Membership:
    user = User.objects.filter(username=values["user"], is_active=True).first()
    if user is None:
        raise InvalidInput("nobody signs in with this name", field="user")
    compartment = compartments[values["compartment"]]
    given = {"role": values["role"], "cleared": values["cleared"]}
    return add_member(compartment=compartment, user=user, **given, by=access_of(request), at=clock.now())


def _changed(row: Membership, values: dict[str, Any], request: HttpRequest) -> Membership:
    given = {"role": values["role"], "cleared": values["cleared"]}
    return change_member(membership=row, **given, by=access_of(request), at=clock.now())
