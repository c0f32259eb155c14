from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.forms import PasswordInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from unfold.decorators import display
from unfold.widgets import INPUT_CLASSES

from core import clock
from core.actions.leaving import deactivate_user
from core.actions.users import create_user
from core.admin.base import ParleyModelAdmin
from core.admin.filters import StrictFilter
from core.admin.forms import Line, ParleyForm, Tick, carried_out
from core.admin.requests import access_of
from core.admin.show import day, words
from core.models import User
from core.site import site_id

PASSWORD = PasswordInput(attrs={"class": " ".join(INPUT_CLASSES), "autocomplete": "new-password"})


class ActiveFilter(StrictFilter):
    title = "account"
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("active", "Active"), ("deactivated", "Deactivated"), ("operator", "Operators")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return (
            queryset.filter(is_superuser=True) if value == "operator" else queryset.filter(is_active=value == "active")
        )


class UserForm(ParleyForm):
    username = Line(max_length=150, help_text="The name to sign in with: letters, digits and @ . + - _")
    display_name = Line(required=False, max_length=150, label="Name", help_text="As colleagues know this person.")
    email = Line(required=False, max_length=254, help_text="Where letters go.")
    time_zone = Line(max_length=64, initial="UTC", help_text="Of the IANA list, such as Asia/Tokyo.")
    password = Line(max_length=1000, widget=PASSWORD, strip=False, help_text="At least 12 characters.")
    is_superuser = Tick(required=False, label="Operator", help_text="Keeps people and relationships; reads no record.")


class LeaveForm(ParleyForm):
    anonymise = Tick(
        required=False,
        label="Forget name, address and password too",
        help_text="For those who have left and ask for it. It cannot be undone; their deeds stay on record.",
    )


@admin.register(User)
class UserAdmin(ParleyModelAdmin):
    """Accounts, for operators alone. What a person sees is a matter of memberships."""

    list_display = ("username_column", "name_column", "email_column", "zone_column", "state_column", "since_column")
    list_filter = (ActiveFilter,)
    search_fields = ("username", "display_name", "email")
    search_help_text = "Search name or address"
    read_right = None
    operators_too = True
    orders = {"username_column": ("username",), "since_column": ("pk",)}
    default_order = "username_column"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.all() if access_of(request).is_operator else User.objects.none()

    @display(description="Username", ordering="username")
    def username_column(self, user: User) -> str:
        return user.username

    @display(description="Name")
    def name_column(self, user: User) -> str:
        return words(user.display_name)

    @display(description="Address")
    def email_column(self, user: User) -> str:
        return words(user.email)

    @display(description="Time zone")
    def zone_column(self, user: User) -> str:
        return user.time_zone

    @display(description="Account")
    def state_column(self, user: User) -> str:
        kind = "Operator" if user.is_superuser else "Person"
        return kind if user.is_active else "Deactivated"

    @display(description="Since", ordering="pk")
    def since_column(self, user: User) -> str:
        return day(user.created_at.date())

    def own_urls(self, key: str) -> list[URLPattern]:
        return [self.url(f"{key}/deactivate/", self.deactivate_view, "deactivate")]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(self.has_add_permission(request))
        form = UserForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            user = carried_out(form, lambda values: create_user(**values, by=access_of(request), at=clock.now()))
            if user is not None:
                messages.success(request, f"{user} may sign in, and sees nothing before the first membership.")
                return redirect(self.to("change", user.pk))
        return self.form_page(
            request, form, title="New user", submit="Create the account", cancel=self.to("changelist")
        )

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        user: User = self.found(request, object_id)
        actions = [{"url": self.to("deactivate", user.pk), "label": "Deactivate"}] if user.is_active else []
        response: HttpResponse = self.page(
            request, "parley/record.html", obj=user, facts=self.facts(request, user), actions=actions
        )
        return response

    def facts(self, request: HttpRequest, obj: User) -> list[tuple[str, object]]:
        member_of = ", ".join(
            f"{row.get_role_display()} of {row.compartment}"
            for row in obj.memberships.current().select_related("compartment")
        )
        return [
            ("Username", obj.username),
            ("Name", words(obj.display_name)),
            ("Address", words(obj.email)),
            ("Time zone", obj.time_zone),
            ("Account", self.state_column(obj)),
            ("Since", self.since_column(obj)),
            ("Member", words(member_of)),
        ]

    def deactivate_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        user: User = self.found(request, object_id)
        form = LeaveForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            done = carried_out(
                form, lambda values: deactivate_user(user=user, by=access_of(request), at=clock.now(), **values)
            )
            if done is not None:
                messages.success(request, f"{done.username} is deactivated.")
                return redirect(self.to("change", user.pk))
        intro = "Memberships, tokens and sessions end at once. The account itself stays, for its deeds are on record."
        return self.form_page(
            request,
            form,
            obj=user,
            title=f"Deactivate {user.username}",
            intro=intro,
            submit="Deactivate",
            cancel=self.to("change", user.pk),
        )

    def compartment_of(self, obj: User) -> int:
        return site_id()

    def external_id(self, obj: User) -> str:
        return obj.external_id

    def may_read_ledger(self, request: HttpRequest, obj: User) -> bool:
        return True
