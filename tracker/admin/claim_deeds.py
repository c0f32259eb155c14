"""Adding, replacing, withdrawing, restricting a claim: a form each, and one action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core import clock
from core.access import Right
from core.admin.base import ParleyModelAdmin
from core.admin.forms import ParleyForm, carried_out
from core.admin.requests import access_of
from core.errors import Conflict, InvalidInput
from core.visibility import Handling
from tracker.actions.claims import ClaimDraft, add_claim, replace_claim
from tracker.actions.handling import change_handling
from tracker.actions.records import withdraw
from tracker.admin.claim_forms import ClaimForm, ReplaceForm, WithdrawForm, as_form_values
from tracker.models import Claim, Issue, Relationship

if TYPE_CHECKING:
    from tracker.admin.claims import ClaimAdmin

ONCE_MORE = "What is on record already stays, struck through; the right claim takes its place and names it."
ALL_THAT_RESTS = "Whatever rests on it is restricted with it, and none of it is there for members who are not cleared."
OPENED_ALONE = "It alone is opened. What rests on it stays restricted until it is opened, too."


def add(page: ClaimAdmin, request: HttpRequest) -> HttpResponse:
    """Of the relationship of the source that is named first; a form that names none begins with that of the issue from
    whose page it was opened, or with the reader's first."""
    page.require(page.has_add_permission(request))
    issue = _asked(request)
    first = {"issue": issue.key} if issue else {}
    form = ClaimForm(request.POST if request.method == "POST" else None, initial=first)
    form.limit(access_of(request), _relationship(request, issue))
    if request.method == "POST":
        done = carried_out(form, lambda _: add_claim(draft=_draft(form), by=access_of(request), at=clock.now()))
        if done is not None:
            messages.success(request, f"{done.key} is on the record.")
            return redirect(page.to("change", done.pk))
    shown = {"title": f"New claim on {issue.key}" if issue else "New claim", "submit": "Enter the claim"}
    back = f"{reverse('admin:tracker_issue_change', args=[issue.pk])}#claims" if issue else page.to("changelist")
    intro = "Several claims of one source are entered faster on its reading page."
    return page.form_page(request, form, intro=intro, cancel=back, **shown)


def _asked(request: HttpRequest) -> Issue | None:
    """The issue that the address names, `?issue=USCN-4`; the same answer for one that is hidden or not there, and for
    one where the reader does not write."""
    key = request.GET.get("issue", "")
    if not key:
        return None
    access = access_of(request)
    written = Issue.objects.visible_to(access).filter(relationship__in=access.where(Right.WRITE))
    found = written.filter(key=key).select_related("relationship").first()
    if found is None:
        raise InvalidInput("is not known here", field="issue", value=key[:80])
    return found


def _relationship(request: HttpRequest, issue: Issue | None) -> Relationship:
    access = access_of(request)
    # No key holds NUL, and PostgreSQL does not take it even in a question.
    prefix = request.POST.get("source", "").replace("\x00", "").strip().upper().partition("-")[0]
    writable = Relationship.objects.visible_to(access).filter(pk__in=access.where(Right.WRITE)).order_by("slug")
    named = writable.filter(key_prefix=prefix[:12]).first() if prefix else None
    return named or (issue.relationship if issue else writable[:1].get())


def _draft(form: ClaimForm) -> ClaimDraft:
    values = form.cleaned_data
    return ClaimDraft(source=values["source"], issue=values["issue"], **form.said())


def replace(page: ClaimAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    claim = _opened(page, request, object_id, Right.WRITE)
    form = ReplaceForm(request.POST if request.method == "POST" else None, initial=as_form_values(claim))
    form.limit(access_of(request), claim.relationship)

    def deed(values: dict[str, Any]) -> Claim:
        reason, by = values["reason"], access_of(request)
        return replace_claim(claim=claim, draft=_draft(form), reason=reason, by=by, at=clock.now())

    if request.method == "POST":
        done = _tried(form, deed)
        if done is not None:
            messages.success(request, f"{done.key} replaces {claim.key}.")
            return redirect(page.to("change", done.pk))
    shown = {"title": f"Replace {claim.key}", "intro": ONCE_MORE, "submit": "Put this in its place"}
    return page.form_page(request, form, obj=claim, cancel=page.to("change", claim.pk), **shown)


def withdraw_one(page: ClaimAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    claim = _opened(page, request, object_id, Right.WITHDRAW)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def deed(values: dict[str, Any]) -> Claim:
        return withdraw(record=claim, reason=values["reason"], by=access_of(request), at=clock.now())

    if request.method == "POST" and _tried(form, deed) is not None:
        messages.success(request, f"{claim.key} is withdrawn.")
        return redirect(page.to("change", claim.pk))
    intro = "It stays where it is, struck through, with the reason. What rests on it is flagged."
    shown = {"title": f"Withdraw {claim.key}", "intro": intro, "submit": "Withdraw it"}
    return page.form_page(request, form, obj=claim, cancel=page.to("change", claim.pk), **shown)


def _opened(page: ClaimAdmin, request: HttpRequest, object_id: int, right: Right) -> Claim:
    rows = page.get_queryset(request).defer(None).select_related(
        "relationship", "source", "issue__relationship", "speaker", "responds_to", "repeats__repeats"
    )  # fmt: skip
    claim: Claim = page.found(request, object_id, rows)
    page.require(access_of(request).may(right, claim.relationship_id))
    return claim


def _tried(form: ParleyForm, deed: Any) -> Any:
    """A claim that somebody else has withdrawn meanwhile is told above the form."""
    try:
        return carried_out(form, deed)
    except Conflict as error:
        form.add_error(None, error.reason)
        return None


def handling(page: ClaimAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    return change_handling_page(page, request, _opened(page, request, object_id, Right.WRITE))


def change_handling_page(page: ParleyModelAdmin, request: HttpRequest, record: Any) -> HttpResponse:
    """Restricts an open record or opens a restricted one, once the reader has said yes."""
    page.require(record.relationship_id in access_of(request).cleared)
    opens = record.handling == Handling.RESTRICTED
    to = Handling.OPEN if opens else Handling.RESTRICTED
    form = ParleyForm(request.POST if request.method == "POST" else None)

    def deed(_: dict[str, Any]) -> bool:
        change_handling(record=record, handling=to, by=access_of(request), at=clock.now())
        return True

    if request.method == "POST" and _tried(form, deed):
        messages.success(request, f"{record.key} is {'open' if opens else 'restricted'}.")
        return redirect(page.to("change", record.pk))
    verb = "Open" if opens else "Restrict"
    shown = {"title": f"{verb} {record.key}", "submit": f"{verb} it", "cancel": page.to("change", record.pk)}
    return page.form_page(request, form, obj=record, intro=OPENED_ALONE if opens else ALL_THAT_RESTS, **shown)
