from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.safestring import SafeString
from unfold.decorators import display

from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.requests import access_of
from core.admin.show import EMPTY, badge, day, words
from tracker.admin import claim_deeds, claim_page
from tracker.admin.claim_filters import CLAIM_FILTERS
from tracker.admin.claim_search import matching
from tracker.corroboration import Corroboration
from tracker.models import Claim


@admin.register(Claim)
class ClaimAdmin(ParleyModelAdmin):
    """The list of claims; the page of one and what is done with it are in the modules beside this one."""

    list_display = (
        "key_column",
        "summary_column",
        "speaker_column",
        "matter_column",
        "source_column",
        "day_column",
        "firm_column",
        "grade_column",
    )
    list_display_links = ("key_column", "summary_column")
    list_filter = CLAIM_FILTERS
    list_fullwidth = True
    search_fields = ("summary",)
    search_help_text = "Search words, quotes, speakers"
    write_right = Right.WRITE
    compartment_attribute = "relationship_id"
    orders = {"key_column": ("relationship_id", "number")}
    default_order = "-key_column"
    named_by = "key"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        rows: QuerySet[Claim] = super().get_queryset(request)
        return rows.select_related("source", "issue", "speaker").defer("issue__summary", "quote", "translation")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Claim], search_term: str
    ) -> tuple[QuerySet[Claim], bool]:
        return matching(queryset, search_term), False

    def enriched(self, request: HttpRequest, rows: list[Claim]) -> list[Claim]:
        """How credible it is that each was said: a few statements for the whole page."""
        backing = Corroboration.of(rows, access_of(request))
        for row in rows:
            row.shown_grade = f"{row.source.reliability}{backing.credibility(row).value}"  # type: ignore[attr-defined]
        return rows

    @display(description="Key", ordering="key")
    def key_column(self, claim: Claim) -> str:
        return claim.key

    @display(description="What was said")
    def summary_column(self, claim: Claim) -> str:
        return claim.summary

    @display(description="By")
    def speaker_column(self, claim: Claim) -> str:
        return claim.speaker_shown or EMPTY

    @display(description="Issue")
    def matter_column(self, claim: Claim) -> str:
        return str(claim.issue.key)

    @display(description="Source")
    def source_column(self, claim: Claim) -> str:
        return str(claim.source.key)

    @display(description="Said on")
    def day_column(self, claim: Claim) -> str:
        return words(claim.said_on) if claim.said_on else day(claim.happened_on)

    @display(description="How firm")
    def firm_column(self, claim: Claim) -> SafeString | str:
        return badge("Withdrawn", "void") if claim.is_withdrawn else str(claim.get_modality_display())

    @display(description="Grade")
    def grade_column(self, claim: Claim) -> str:
        return str(claim.shown_grade)  # type: ignore[attr-defined]

    def external_id(self, obj: Claim) -> str:
        return obj.key

    def own_urls(self, key: str) -> list[URLPattern]:
        return [
            self.url(f"{key}/replace/", self.replace_view, "replace"),
            self.url(f"{key}/withdraw/", self.withdraw_view, "withdraw"),
            self.url(f"{key}/handling/", self.handling_view, "handling"),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return claim_deeds.add(self, request)

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return claim_page.show(self, request, object_id)

    def replace_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return claim_deeds.replace(self, request, object_id)

    def withdraw_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return claim_deeds.withdraw_one(self, request, object_id)

    def handling_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return claim_deeds.handling(self, request, object_id)
