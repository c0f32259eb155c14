from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.decorators import display

from core import clock
from core.admin.requests import access_of, todays_date
from core.admin.show import day, words
from tracker.actions.positions import PositionDraft, add_position, change_position, end_position
from tracker.admin.issue_page import opened_to_write
from tracker.admin.issue_positions import deeds_on
from tracker.admin.issue_records import RecordAdmin, answered, claim_link, given, issue_address, issue_link
from tracker.admin.positions_forms import AddPositionForm, ChangePositionForm, EndPositionForm
from tracker.admin.tones import disclosure_badge
from tracker.models import Issue, Party, Position

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

SECTION = "positions"


def add(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = opened_to_write(page, request, object_id)
    form = AddPositionForm(given(request), issue=issue, access=access_of(request))

    def deed(values: dict[str, Any]) -> Position:
        draft = _draft(issue, values["party"], values)
        return add_position(draft=draft, by=access_of(request), at=clock.now())

    return answered(
        page,
        request,
        form,
        deed,
        obj=issue,
        told=lambda done: f"{done.key} is on the record.",
        back=issue_address(issue.pk, SECTION),
        title=f"New position on {issue.key}",
        submit="Record the position",
    )


def _draft(issue: Issue, party: Party, values: dict[str, Any]) -> PositionDraft:
    names = ("kind", "text", "disclosure", "since", "claim", "handling")
    return PositionDraft(issue=issue, party=party, **{name: values[name] for name in names})


@admin.register(Position)
class PositionAdmin(RecordAdmin):
    list_display = ("key_column", "issue_column", "party_column", "kind_column", "text_column", "disclosure_column")
    related = ("issue__relationship", "party", "claim")
    section = SECTION

    @display(description="Party")
    def party_column(self, row: Position) -> str:
        return row.party.code

    @display(description="Kind")
    def kind_column(self, row: Position) -> str:
        return str(row.get_kind_display())

    @display(description="Text")
    def text_column(self, row: Position) -> str:
        return row.text

    @display(description="Disclosure")
    def disclosure_column(self, row: Position) -> str:
        return disclosure_badge(row.disclosure)

    def facts(self, request: HttpRequest, obj: Position) -> list[tuple[str, object]]:
        facts: list[tuple[str, object]] = [
            ("Issue", issue_link(obj.issue)),
            ("Party", obj.party),
            ("Kind", obj.get_kind_display()),
            ("Text", obj.text),
            ("Disclosure", disclosure_badge(obj.disclosure)),
            ("Claim", claim_link(request, obj)),
            ("Since", day(obj.since)),
        ]
        if obj.until is not None:
            facts += [("Until", day(obj.until)), ("Ended because", words(obj.end_reason))]
        return facts

    def deeds(self, row: Position, *, writes: bool, withdraws: bool) -> list[tuple[str, str]]:
        return deeds_on(row, writes=writes, withdraws=withdraws)

    def summary(self, row: Position) -> str:
        return f"{row.party.code}, {row.get_kind_display().lower()} since {day(row.since)}: {row.text}"

    def own_urls(self, key: str) -> list[URLPattern]:
        return [
            self.url(f"{key}/replace/", self.replace_view, "replace"),
            self.url(f"{key}/end/", self.end_view, "end"),
            *super().own_urls(key),
        ]

    def replace_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row: Position = self.found(request, object_id)
        self.require(self.has_change_permission(request, row))
        first = {"kind": row.kind, "text": row.text, "disclosure": row.disclosure}
        form = ChangePositionForm(given(request), issue=row.issue, access=access_of(request), initial=first)

        def deed(values: dict[str, Any]) -> Position:
            draft = replace(_draft(row.issue, row.party, values), replaces=row)
            return change_position(
                position=row, draft=draft, reason=values["reason"], by=access_of(request), at=clock.now()
            )

        return answered(
            self,
            request,
            form,
            deed,
            obj=row,
            told=lambda done: f"{done.key} takes the place of {row.key}.",
            back=self.back_to(row),
            title=f"Change {row.key}",
            submit="Record the change",
            intro=f"Until now: {self.summary(row)}",
        )

    def end_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row: Position = self.found(request, object_id)
        self.require(self.has_change_permission(request, row))
        form = EndPositionForm(given(request), initial={"until": todays_date()})
        return answered(
            self,
            request,
            form,
            lambda values: end_position(position=row, **values, by=access_of(request), at=clock.now()),
            obj=row,
            told=lambda done: f"{done.key} has ended.",
            back=self.back_to(row),
            title=f"End {row.key}",
            submit="Record the end",
            intro=self.summary(row),
        )
