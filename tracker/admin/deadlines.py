from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.decorators import display

from core import clock
from core.admin.requests import access_of, todays_date
from core.admin.show import EMPTY, day, words
from tracker.actions.deadlines import DeadlineDraft, close_deadline, move_deadline, set_deadline
from tracker.admin.deadlines_forms import CloseDeadlineForm, MoveDeadlineForm, SetDeadlineForm
from tracker.admin.issue_deadlines import deeds_on, due_text
from tracker.admin.issue_page import opened_to_write
from tracker.admin.issue_records import RecordAdmin, answered, claim_link, given, issue_address, issue_link
from tracker.admin.tones import outcome_badge
from tracker.models import Deadline

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

SECTION = "deadlines"


def add(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = opened_to_write(page, request, object_id)
    form = SetDeadlineForm(given(request), issue=issue, access=access_of(request))

    def deed(values: dict[str, Any]) -> Deadline:
        names = ("what", "due", "kind", "claim", "handling")
        draft = DeadlineDraft(issue=issue, **{name: values[name] for name in names})
        return set_deadline(draft=draft, by=access_of(request), at=clock.now())

    return answered(
        page,
        request,
        form,
        deed,
        obj=issue,
        told=lambda done: f"{done.key} is on the record.",
        back=issue_address(issue.pk, SECTION),
        title=f"New deadline of {issue.key}",
        submit="Set the deadline",
    )


@admin.register(Deadline)
class DeadlineAdmin(RecordAdmin):
    list_display = ("key_column", "issue_column", "what_column", "due_column", "kind_column", "outcome_column")
    related = ("issue__relationship", "claim")
    section = SECTION

    @display(description="What")
    def what_column(self, row: Deadline) -> str:
        return row.what

    @display(description="Due")
    def due_column(self, row: Deadline) -> str:
        return due_text(row)

    @display(description="Kind")
    def kind_column(self, row: Deadline) -> str:
        return str(row.get_kind_display())

    @display(description="Outcome")
    def outcome_column(self, row: Deadline) -> str:
        return outcome_badge(row.outcome) if row.outcome else EMPTY

    def facts(self, request: HttpRequest, obj: Deadline) -> list[tuple[str, object]]:
        facts: list[tuple[str, object]] = [
            ("Issue", issue_link(obj.issue)),
            ("What", obj.what),
            ("Due", due_text(obj)),
            ("Kind", obj.get_kind_display()),
            ("Claim", claim_link(request, obj)),
        ]
        if obj.outcome:
            facts += [
                ("Outcome", outcome_badge(obj.outcome)),
                ("On", day(obj.closed_on)),
                ("Because", words(obj.close_reason)),
            ]
        return facts

    def deeds(self, row: Deadline, *, writes: bool, withdraws: bool) -> list[tuple[str, str]]:
        return deeds_on(row, writes=writes, withdraws=withdraws)

    def summary(self, row: Deadline) -> str:
        return f"{row.what}, due {due_text(row)}"

    def own_urls(self, key: str) -> list[URLPattern]:
        return [
            self.url(f"{key}/move/", self.move_view, "move"),
            self.url(f"{key}/close/", self.close_view, "close"),
            *super().own_urls(key),
        ]

    def move_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row: Deadline = self.found(request, object_id)
        self.require(self.has_change_permission(request, row))
        form = MoveDeadlineForm(given(request), issue=row.issue, access=access_of(request))

        def deed(values: dict[str, Any]) -> Deadline:
            draft = DeadlineDraft(row.issue, row.what, values["due"], row.kind, values["claim"], replaces=row)
            return move_deadline(
                deadline=row, draft=draft, reason=values["reason"], by=access_of(request), at=clock.now()
            )

        return answered(
            self,
            request,
            form,
            deed,
            obj=row,
            told=lambda done: f"{done.key} takes the place of {row.key}.",
            back=self.back_to(row),
            title=f"Move {row.key}",
            submit="Move the deadline",
            intro=f"Until now: {self.summary(row)}",
        )

    def close_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row: Deadline = self.found(request, object_id)
        self.require(self.has_change_permission(request, row))
        form = CloseDeadlineForm(given(request), initial={"closed_on": todays_date()})
        return answered(
            self,
            request,
            form,
            lambda values: close_deadline(deadline=row, **values, by=access_of(request), at=clock.now()),
            obj=row,
            told=lambda done: f"{done.key} is closed: {done.get_outcome_display().lower()}.",
            back=self.back_to(row),
            title=f"Close {row.key}",
            submit="Close the deadline",
            intro=self.summary(row),
        )
