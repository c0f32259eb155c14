"""Who a relationship knows: the list, the page of one with all its names, and the forms that change them."""

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
from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.filters import CompartmentFilter, StrictFilter
from core.admin.forms import ParleyForm, carried_out
from core.admin.requests import access_of
from core.admin.show import EMPTY, link, words
from tracker.actions.parties import Name, add_party, edit_name, edit_party
from tracker.admin.parties_forms import NameForm, NameKindForm, NewPartyForm, PartyForm, name_of, party_of
from tracker.models import Party, PartyName, Relationship
from tracker.search import parties_named, words_of


class KindFilter(StrictFilter):
    title = parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Party.Kind.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(kind=self.value())


@admin.register(Party)
class PartyAdmin(ParleyModelAdmin):
    """Nothing is deleted: a wrong name becomes a misspelling, by which the party is still found."""

    list_display = ("code_column", "name_column", "others_column", "kind_column", "parent_column", "where_column")
    list_display_links = ("code_column", "name_column")
    list_filter = (CompartmentFilter, KindFilter)
    search_fields = ("code",)
    search_help_text = "Search any name, in any script"
    write_right = Right.WRITE
    compartment_attribute = "relationship_id"
    orders = {"code_column": ("relationship", "code")}
    default_order = "code_column"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Party]:
        rows: QuerySet[Party] = super().get_queryset(request).select_related("relationship", "parent")
        return rows

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return parties_named(words_of(search_term), queryset), False

    def enriched(self, request: HttpRequest, rows: list[Party]) -> list[Party]:
        names: dict[int, list[PartyName]] = {row.pk: [] for row in rows}
        for name in PartyName.objects.filter(party__in=names).order_by("kind", "language", "text") if rows else ():
            names[name.party_id].append(name)
        for row in rows:
            row.shown_names = names[row.pk]  # type: ignore[attr-defined]
        return rows

    @display(description="Code", ordering="code")
    def code_column(self, party: Party) -> str:
        return party.code

    @display(description="Name")
    def name_column(self, party: Party) -> str:
        return ", ".join(name.text for name in _names_of(party) if name.kind == PartyName.Kind.DISPLAY) or EMPTY

    @display(description="Other names")
    def others_column(self, party: Party) -> str:
        return ", ".join(name.text for name in _names_of(party) if name.kind != PartyName.Kind.DISPLAY) or EMPTY

    @display(description="Kind")
    def kind_column(self, party: Party) -> str:
        return str(party.get_kind_display())

    @display(description="Part of")
    def parent_column(self, party: Party) -> str:
        return words(party.parent)

    @display(description="Relationship")
    def where_column(self, party: Party) -> str:
        return party.relationship.name

    def external_id(self, obj: Party) -> str:
        return obj.code

    def own_urls(self, key: str) -> list[URLPattern]:
        return [
            self.url(f"{key}/edit/", self.edit_view, "edit"),
            self.url(f"{key}/names/add/", self.name_view, "name"),
            self.url(f"{key}/names/<int:name_id>/", self.name_kind_view, "name_kind"),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(self.has_add_permission(request))
        form = NewPartyForm(_sent(request), relationships=_writable(request))
        party = _carried_out(request, form, lambda values: _added(form, values, request))
        if party is not None:
            messages.success(request, f"{party.code} is on record.")
            return redirect(self.to("change", party.pk))
        return self.form_page(request, form, title="New party", submit="Add it", cancel=self.to("changelist"))

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        party: Party = self.found(request, object_id)
        may_write = self.has_change_permission(request, party)
        pages = (("name", "Add a name"), ("edit", "Kind and whole")) if may_write else ()
        actions = [{"url": self.to(name, party.pk), "label": label} for name, label in pages]
        actions += [{"url": self.to("history", party.pk), "label": "History"}]
        names = [
            {"name": name, "url": self.to("name_kind", party.pk, name.pk) if may_write else ""}
            for name in party.names.order_by("kind", "language", "text")
        ]
        response: HttpResponse = self.page(
            request, "tracker/party.html", obj=party, facts=self.facts(request, party), actions=actions, names=names
        )
        return response

    def facts(self, request: HttpRequest, obj: Party) -> list[tuple[str, object]]:
        parts = ", ".join(obj.children.order_by("code").values_list("code", flat=True)[:100])
        return [
            ("Code", obj.code),
            ("Kind", self.kind_column(obj)),
            ("Relationship", obj.relationship.name),
            ("Side", words(obj.side)),
            ("Part of", link(self.to("change", obj.parent.pk), obj.parent.code) if obj.parent else EMPTY),
            ("Its parts", words(parts)),
        ]

    def edit_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        party = self._writable_party(request, object_id)
        form = PartyForm(_sent(request), initial={"kind": party.kind, "parent": party.parent and party.parent.code})
        done = _carried_out(request, form, lambda values: _edited(party, values, request))
        return self._answer(request, form, party, done, f"Kind and whole of {party.code}", "Save")

    def name_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        party = self._writable_party(request, object_id)
        form = NameForm(_sent(request))

        def deed(values: dict[str, Any]) -> bool:
            names = [name_of(values)]
            return edit_party(party=party, values={}, names=names, by=access_of(request), at=clock.now())

        done = _carried_out(request, form, deed)
        return self._answer(request, form, party, done, f"Another name of {party.code}", "Add the name")

    def name_kind_view(self, request: HttpRequest, object_id: int, name_id: int) -> HttpResponse:
        party = self._writable_party(request, object_id)
        name: PartyName = self.found(request, name_id, PartyName.objects.filter(party=party))
        form = NameKindForm(_sent(request), initial={"kind": name.kind})

        def deed(values: dict[str, Any]) -> bool:
            return edit_name(name=name, kind=values["kind"], by=access_of(request), at=clock.now())

        done = _carried_out(request, form, deed)
        return self._answer(request, form, party, done, f"What kind of name is {name.text}", "Save")

    def _writable_party(self, request: HttpRequest, object_id: int) -> Party:
        party: Party = self.found(request, object_id)
        self.require(self.has_change_permission(request, party))
        return party

    def _answer(
        self, request: HttpRequest, form: ParleyForm, party: Party, done: bool | None, title: str, submit: str
    ) -> HttpResponse:
        if done is None:
            cancel = self.to("change", party.pk)
            return self.form_page(request, form, obj=party, title=title, submit=submit, cancel=cancel)
        messages.success(request, "It is saved." if done else "It is so already; nothing was changed.")
        return redirect(self.to("change", party.pk))


def _names_of(party: Party) -> list[PartyName]:
    names: list[PartyName] = party.shown_names  # type: ignore[attr-defined]
    return names


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _carried_out(request: HttpRequest, form: ParleyForm, deed: Any) -> Any:
    return carried_out(form, deed) if request.method == "POST" else None


def _writable(request: HttpRequest) -> list[Relationship]:
    access = access_of(request)
    rows = Relationship.objects.visible_to(access).order_by("slug")
    return [row for row in rows if access.may(Right.WRITE, row.pk)]


def _added(form: NewPartyForm, values: dict[str, Any], request: HttpRequest) -> Party:
    relationship = form.relationships[values["relationship"]]
    return add_party(
        relationship=relationship,
        code=values["code"],
        kind=values["kind"],
        parent=party_of(values["parent"], relationship),
        names=[Name(values["name"], values["language"])],
        by=access_of(request),
        at=clock.now(),
    )


def _edited(party: Party, values: dict[str, Any], request: HttpRequest) -> bool:
    wanted = {"kind": values["kind"], "parent": party_of(values["parent"], party.relationship)}
    return edit_party(party=party, values=wanted, by=access_of(request), at=clock.now())
