from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.safestring import SafeString
from unfold.decorators import display

from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.changelist import ParleyChangeList
from core.admin.requests import access_of
from core.admin.show import EMPTY, day, link, words
from tracker.admin import reading, source_deeds, source_page
from tracker.admin.source_filters import SOURCE_FILTERS
from tracker.corroboration import origins_in
from tracker.evidence import independent
from tracker.models import Claim, Source


class SourceChangeList(ParleyChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.access = access_of(request)

    @property
    def result_note(self) -> str:
        """Ten rewrites of one report are one source: how many are left if they count once."""
        rows: list[Source] = list(self.result_list)
        origins = origins_in({row.relationship_id for row in rows}, self.access)
        originals = independent({row.pk: origins.get(row.pk) for row in rows})
        return f"{originals} independent" if rows else ""


@admin.register(Source)
class SourceAdmin(ParleyModelAdmin):
    """The list of sources; the page of one, its forms and its reading page are in the modules beside this one."""

    list_display = (
        "key_column",
        "title_column",
        "publisher_column",
        "kind_column",
        "published_column",
        "reliability_column",
        "claims_column",
        "text_column",
        "origin_column",
    )
    list_display_links = ("key_column", "title_column")
    list_filter = SOURCE_FILTERS
    list_fullwidth = True
    search_fields = ("key", "title", "publisher", "url")
    search_help_text = "Search key, title, publisher, address"
    write_right = Right.WRITE
    compartment_attribute = "relationship_id"
    orders = {
        "key_column": ("relationship_id", "number"),
        "published_column": ("relationship_id", "published_on", "id"),
    }
    default_order = "-key_column"
    named_by = "key"
    empty_text = "No source yet. A source is a document in which something was said; claims are entered as you read it."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        rows: QuerySet[Source] = super().get_queryset(request)
        return rows.select_related("derives_from", "translation_of")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SourceChangeList

    def enriched(self, request: HttpRequest, rows: list[Source]) -> list[Source]:
        """How many claims each carries, as far as this reader sees them: one statement for the whole page."""
        claims = Claim.objects.visible_to(access_of(request)).in_force().filter(source__in=[row.pk for row in rows])
        counts = dict(claims.order_by().values_list("source").annotate(Count("pk")))
        for row in rows:
            row.shown_claims = counts.get(row.pk, 0)  # type: ignore[attr-defined]
        return rows

    @display(description="Key", ordering="key")
    def key_column(self, source: Source) -> str:
        return source.key

    @display(description="Title")
    def title_column(self, source: Source) -> str:
        return source.title

    @display(description="Publisher")
    def publisher_column(self, source: Source) -> str:
        return words(source.publisher)

    @display(description="Kind")
    def kind_column(self, source: Source) -> str:
        return str(source.get_kind_display())

    @display(description="Published", ordering="published_on")
    def published_column(self, source: Source) -> str:
        return day(source.published_on)

    @display(description="Reliability")
    def reliability_column(self, source: Source) -> str:
        return source.reliability

    @display(description="Claims")
    def claims_column(self, source: Source) -> int:
        return int(source.shown_claims)  # type: ignore[attr-defined]

    @display(description="Text")
    def text_column(self, source: Source) -> str:
        return "Held" if source.text_sha256 else EMPTY

    @display(description="Derives from")
    def origin_column(self, source: Source) -> SafeString | str:
        origin = source.derives_from or source.translation_of
        return link(self.to("change", origin.pk), origin.key) if origin else EMPTY

    def external_id(self, obj: Source) -> str:
        return obj.key

    def short_name(self, obj: Source) -> str:
        return obj.key

    def own_urls(self, key: str) -> list[URLPattern]:
        return [
            self.url(f"{key}/read/", self.read_view, "read"),
            self.url(f"{key}/edit/", self.edit_view, "edit"),
            self.url(f"{key}/text/", self.text_view, "text"),
            self.url(f"{key}/handling/", self.handling_view, "handling"),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return source_deeds.add(self, request)

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return source_page.show(self, request, object_id)

    def read_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return reading.read(self, request, object_id)

    def edit_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return source_deeds.edit(self, request, object_id)

    def text_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return source_deeds.hold(self, request, object_id)

    def handling_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return source_deeds.handling(self, request, object_id)
