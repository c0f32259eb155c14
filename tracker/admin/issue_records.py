"""What the pages of an issue's records share: a page to read, the forms that write, and withdrawal by the lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from unfold.decorators import display

from core import clock
from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.filters import CompartmentFilter
from core.admin.forms import Choice, ParleyForm, carried_out
from core.admin.requests import access_of
from core.admin.show import link, moment, words
from core.errors import Conflict
from core.visibility import Handling
from tracker.actions.handling import change_handling
from tracker.actions.records import withdraw
from tracker.admin.claim_fates import named
from tracker.admin.issue_record_forms import go_on_from, reason
from tracker.models import Issue, Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class WithdrawForm(ParleyForm):
    reason = reason("Why it should not have been entered. It stays on record, struck, with this reason.")


class HandlingForm(ParleyForm):
    handling = Choice(
        choices=Handling.choices,
        help_text="To restrict it restricts all that rests on it; to open it opens it alone.",
    )


def answered(
    page: ParleyModelAdmin,
    request: HttpRequest,
    form: ParleyForm,
    deed: Callable[[dict[str, Any]], T],
    *,
    obj: Any,
    told: Callable[[T], str],
    back: str,
    **shown: Any,
) -> HttpResponse:
    """The page of a form: as it is opened, or refused with the reasons at its fields, or carried out, and then back.

    Where somebody else was faster, that is said above the form, and what was typed stays.
    """
    conflict = False
    if request.method == "POST":
        try:
            done = carried_out(form, deed)
        except Conflict as error:
            form.add_error(None, f"Somebody was faster: {error.reason}")
            conflict, done = True, None
            if "version" in form.fields:
                go_on_from(form, obj.version)
        if done is not None:
            messages.success(request, told(done))
            return redirect(back)
    response = page.form_page(request, form, obj=obj, cancel=back, **shown)
    if conflict:
        response.status_code = Conflict.status
    return response


def given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def issue_address(issue_pk: int, section: str = "") -> str:
    address = reverse("admin:tracker_issue_change", args=[issue_pk])
    return f"{address}#{section}" if section else address


class RecordAdmin(ParleyModelAdmin):
    """Rows that are made on the page of an issue. `section` is where that page shows them, `related` what a line names
    of other rows."""

    write_right = Right.WRITE
    compartment_attribute = "relationship_id"
    named_by = "key"
    list_filter = (CompartmentFilter,)
    list_display: ClassVar[tuple[str, ...]] = ("key_column",)
    list_display_links = ("key_column",)
    related: tuple[str, ...] = ("issue",)
    section = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("by", "withdrawn_by", *self.related)
        return rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Key")
    def key_column(self, row: Any) -> str:
        return str(row.key)

    @display(description="Issue")
    def issue_column(self, row: Any) -> str:
        return issue_link(row.issue)

    @display(description="Recorded")
    def recorded_column(self, row: Any) -> str:
        return moment(row.recorded_at)

    def external_id(self, obj: Any) -> str:
        return str(obj.key)

    def back_to(self, row: Any) -> str:
        """The page of the issue that it concerns, where it stands there."""
        return issue_address(row.issue_id, self.section)

    def own_urls(self, key: str) -> list[URLPattern]:
        return [
            self.url(f"{key}/withdraw/", self.withdraw_view, "withdraw"),
            self.url(f"{key}/handling/", self.handling_view, "handling"),
        ]

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.found(request, object_id)
        facts = [*self.facts(request, row), *self._stamps(row)]
        response: HttpResponse = self.page(
            request, "parley/record.html", obj=row, facts=facts, actions=self.actions_on(request, row)
        )
        return response

    def actions_on(self, request: HttpRequest, row: Any) -> list[dict[str, str]]:
        """The deeds that are open to this reader, each with the address of its form."""
        deeds = self.deeds(
            row, writes=self.has_change_permission(request, row), withdraws=self.may_withdraw(request, row)
        )
        if self._is_cleared(request, row) and self.has_change_permission(request, row):
            deeds = [*deeds, ("Handling", self.to("handling", row.pk))]
        return [{"label": label, "url": url} for label, url in deeds]

    def deeds(self, row: Any, *, writes: bool, withdraws: bool) -> list[tuple[str, str]]:
        return [("Withdraw", self.to("withdraw", row.pk))] if withdraws and not row.is_withdrawn else []

    def may_withdraw(self, request: HttpRequest, row: Any) -> bool:
        return access_of(request).may(Right.WITHDRAW, row.relationship_id)

    def _is_cleared(self, request: HttpRequest, row: Any) -> bool:
        return row.relationship_id in access_of(request).cleared

    def _stamps(self, row: Any) -> list[tuple[str, object]]:
        known = f"{moment(row.known_at)} (as stated)" if row.known_at_stated else moment(row.known_at)
        facts: list[tuple[str, object]] = [
            ("Handling", row.get_handling_display()),
            ("Known", known),
            ("Recorded", f"{moment(row.recorded_at)} by {row.author_name or row.by or 'the system'}"),
        ]
        if row.replaces is not None:
            facts.append(("Replaces", link(self.to("change", row.replaces_id), row.replaces)))
        if row.is_withdrawn:
            who = row.withdrawn_by_name or row.withdrawn_by or "the system"
            facts += [("Withdrawn", f"{moment(row.withdrawn_at)} by {who}"), ("Because", words(row.withdrawal_reason))]
        return facts

    def withdraw_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.found(request, object_id)
        self.require(self.may_withdraw(request, row))
        return answered(
            self,
            request,
            WithdrawForm(given(request)),
            lambda values: withdraw(record=row, reason=values["reason"], by=access_of(request), at=clock.now()),
            obj=row,
            told=lambda done: f"{done.key} is withdrawn.",
            back=self.back_to(row),
            title=f"Withdraw {row.key}",
            submit="Withdraw it",
            intro=self.summary(row),
        )

    def handling_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.found(request, object_id)
        self.require(self.has_change_permission(request, row) and self._is_cleared(request, row))

        def deed(values: dict[str, Any]) -> str:
            change_handling(record=row, handling=values["handling"], by=access_of(request), at=clock.now())
            return f"{row.key} is {values['handling']}."

        return answered(
            self,
            request,
            HandlingForm(given(request), initial={"handling": row.handling}),
            deed,
            obj=row,
            told=str,
            back=self.to("change", row.pk),
            title=f"Handling of {row.key}",
            submit="Save",
            intro=self.summary(row),
        )

    def summary(self, row: Any) -> str:
        """What stands above a form about it."""
        return str(row)


def issue_link(issue: Issue) -> str:
    return link(issue_address(issue.pk), issue)


def claim_link(request: HttpRequest, row: Any) -> str:
    """The claim on which it rests, and what became of that."""
    return named(row.claim, access_of(request)) if row.claim is not None else words(None)
