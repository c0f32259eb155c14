from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import display

from core import clock
from core.admin.base import ParleyModelAdmin
from core.admin.forms import Choice, Line, ParleyForm, carried_out
from core.admin.requests import access_of
from core.admin.show import words
from tracker.actions.relationships import Side, create_relationship
from tracker.models import PartyName, Relationship

NO_HOME = ("", "None: we observe")


class RelationshipForm(ParleyForm):
    shown_at: ClassVar = {"parties": "second_code", "code": "first_code", "text": "first_name", "home_party": "home"}

    name = Line(max_length=200, help_text="As the team says it, such as United States – China.")
    slug = Line(max_length=60, help_text="In addresses, such as us-cn. It never changes.")
    key_prefix = Line(max_length=12, help_text="What the keys of issues begin with, such as USCN. It never changes.")
    first_code = Line(max_length=40, label="First party", help_text="ISO 3166-1 alpha-2, such as US.")
    first_name = Line(max_length=200, label="Its name")
    second_code = Line(max_length=40, label="Second party", help_text="Such as CN.")
    second_name = Line(max_length=200, label="Its name")
    home = Choice(
        required=False,
        label="Our side",
        choices=[NO_HOME, ("first", "The first party"), ("second", "The second party")],
    )

    def sides(self) -> list[Side]:
        return [Side(self.cleaned_data[f"{place}_code"], self.cleaned_data[f"{place}_name"]) for place in PLACES]

    def home_code(self) -> str:
        home = self.cleaned_data["home"]
        return str(self.cleaned_data[f"{home}_code"]) if home else ""


PLACES = ("first", "second")


@admin.register(Relationship)
class RelationshipAdmin(ParleyModelAdmin):
    """Who deals with whom. Operators open one; its members read its parties and their names."""

    list_display = ("name_column", "slug_column", "prefix_column")
    search_fields = ("name", "slug", "key_prefix")
    search_help_text = "Search a name"
    operators_too = True
    compartment_attribute = "pk"
    orders = {"slug_column": ("slug",)}
    default_order = "slug_column"
    named_by = "slug"

    @display(description="Name")
    def name_column(self, row: Relationship) -> str:
        return row.name

    @display(description="Slug", ordering="slug")
    def slug_column(self, row: Relationship) -> str:
        return row.slug

    @display(description="Keys begin with")
    def prefix_column(self, row: Relationship) -> str:
        return row.key_prefix

    def external_id(self, obj: Relationship) -> str:
        return obj.slug

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(access_of(request).is_operator)
        form = RelationshipForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            row = carried_out(form, lambda values: _created(form, request))
            if row is not None:
                messages.success(request, f"{row.name} is open. Add its lead as a member next.")
                return redirect("admin:core_membership_add")
        return self.form_page(
            request, form, title="New relationship", submit="Open the relationship", cancel=self.to("changelist")
        )

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row: Relationship = self.found(request, object_id)
        response: HttpResponse = self.page(
            request,
            "tracker/relationship.html",
            obj=row,
            facts=self.facts(request, row),
            names=_names(request, row),
        )
        return response

    def facts(self, request: HttpRequest, obj: Relationship) -> list[tuple[str, object]]:
        facts: list[tuple[str, object]] = [
            ("Name", obj.name),
            ("Slug", obj.slug),
            ("Keys begin with", obj.key_prefix),
        ]
        if obj.pk in access_of(request).compartments:
            facts.append(("Our side", words(obj.home_party)))
        return facts


def _names(request: HttpRequest, row: Relationship) -> QuerySet[PartyName]:
    """For members alone: an operator opens relationships and does not see what is in them."""
    names = PartyName.objects.visible_to(access_of(request)).filter(party__relationship=row)
    return names.select_related("party").order_by("party__side", "party__code", "kind", "language", "text")[:500]


def _created(form: RelationshipForm, request: HttpRequest) -> Relationship:
    values = form.cleaned_data
    return create_relationship(
        slug=values["slug"],
        name=values["name"],
        key_prefix=values["key_prefix"],
        sides=form.sides(),
        home=form.home_code(),
        by=access_of(request),
        at=clock.now(),
    )
