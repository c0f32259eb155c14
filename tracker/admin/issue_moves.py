"""Moving an issue, and correcting or voiding a row of its history: a short form each, and one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core import clock
from core.admin.forms import carried_out
from core.admin.requests import access_of, todays_date
from core.admin.show import day
from core.errors import Conflict, NotFound
from tracker.actions.statuses import change_status, correct_status, void_status
from tracker.admin import conflicts
from tracker.admin.issue_claims import MOST_OFFERED, newest_of
from tracker.admin.issue_forms import CorrectForm, MoveForm, VersionedForm, VoidForm, seen_now
from tracker.admin.issue_page import found_issue
from tracker.admin.late import voidable
from tracker.admin.tones import status_badge
from tracker.history import offered_moves
from tracker.models import Issue, StatusChange
from tracker.statuses import TEST_OF, Status

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

Deed = Callable[[dict[str, Any]], StatusChange]


def move(page: IssueAdmin, request: HttpRequest, object_id: int, to: str) -> HttpResponse:
    if to not in Status.values:
        raise NotFound
    issue, base = _opened(page, request, object_id)
    form = _filled(MoveForm, request, issue, {**base, "occurred_on": todays_date()})

    def deed(values: dict[str, Any]) -> StatusChange:
        return change_status(issue=issue, to=to, **_given(values, request))

    title, submit = f"Move {issue.key} to {Status(to).label}", f"Move to {Status(to).label}"
    context = _from_and_to(issue, Status(to))
    return _answer(page, request, issue, form, deed, to=to, title=title, submit=submit, context=context)


def _from_and_to(issue: Issue, to: Status) -> dict[str, Any]:
    """What stands above the form, so that two people decide alike whether this is the move."""
    return {
        "before": status_badge(issue.status),
        "after": status_badge(to),
        "test": TEST_OF[to],
        "only_late": to not in offered_moves(issue.status),
    }


def correct(page: IssueAdmin, request: HttpRequest, object_id: int, seq: int) -> HttpResponse:
    issue, base = _opened(page, request, object_id)
    row = row_of(issue, seq)
    as_it_was = {"to_status": row.to_status, "occurred_on": row.occurred_on, "trend": row.trend}
    cited = row.claims.visible_to(access_of(request)).in_force().values_list("key", flat=True)
    form = _filled(CorrectForm, request, issue, {**base, **as_it_was, "claims": list(cited)})

    def deed(values: dict[str, Any]) -> StatusChange:
        return correct_status(issue=issue, seq=seq, to=values["to_status"], **_given(values, request))

    title = f"Correct {row.external_id}"
    return _answer(
        page, request, issue, form, deed, row=row, title=title, submit="Record the correction", context={"row": row}
    )


def void(page: IssueAdmin, request: HttpRequest, object_id: int, seq: int) -> HttpResponse:
    issue, base = _opened(page, request, object_id)
    row = row_of(issue, seq)
    form = _filled(VoidForm, request, issue, base)

    def deed(values: dict[str, Any]) -> StatusChange:
        version, reason = values["version"], values["reason"]
        return void_status(issue=issue, version=version, seq=seq, reason=reason, by=access_of(request), at=clock.now())

    title = f"Void {row.external_id}"
    return _answer(page, request, issue, form, deed, row=row, title=title, submit="Void this row", context={"row": row})


def _opened(page: IssueAdmin, request: HttpRequest, object_id: int) -> tuple[Issue, dict[str, Any]]:
    """The issue, and the version and ledger number with which its form begins."""
    seen = seen_now(object_id, access_of(request))
    issue = found_issue(page, request, object_id)
    page.require(page.has_change_permission(request, issue))
    return issue, {"version": issue.version, "seen": seen}


def row_of(issue: Issue, seq: int) -> StatusChange:
    """The row of its history with that number."""
    row = issue.status_changes.filter(seq=seq).first() if seq < 2**31 else None
    if row is None:
        raise NotFound
    row.issue = issue
    return row


def _filled(form: type[VersionedForm], request: HttpRequest, issue: Issue, initial: dict[str, Any]) -> VersionedForm:
    filled = form(request.POST if request.method == "POST" else None, initial=initial)
    if isinstance(filled, MoveForm):
        filled.offer_claims(newest_of(issue, access_of(request), MOST_OFFERED))
        if "void_following" in request.POST:
            filled.offer_void()
    return filled


def _given(values: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    return {
        "version": values["version"],
        "reason": values["reason"],
        "occurred_on": values["occurred_on"],
        "trend": values["trend"],
        "void_following": values.get("void_following", False),
        "claims": values.get("claims", ()),
        "by": access_of(request),
        "at": clock.now(),
    }


def _answer(
    page: IssueAdmin,
    request: HttpRequest,
    issue: Issue,
    form: VersionedForm,
    deed: Deed,
    *,
    title: str,
    submit: str,
    context: dict[str, Any],
    to: str = "",
    row: StatusChange | None = None,
) -> HttpResponse:
    shown = {"title": title, "submit": submit, "cancel": page.to("change", issue.pk), **context}
    if request.method == "POST":
        try:
            done = carried_out(form, deed)
        except Conflict:
            return conflicts.move_page(page, request, found_issue(page, request, issue.pk), form, shown)
        if done is not None:
            messages.success(request, _told(issue, done))
            return redirect(page.to("change", issue.pk))
        if isinstance(form, MoveForm):
            _offer_to_void(issue, form, to, row)
    return page.form_page(request, form, obj=issue, template="tracker/move.html", **shown)


def _offer_to_void(issue: Issue, form: MoveForm, to: str, row: StatusChange | None) -> None:
    """Only where the history refused the row, and would take it with what follows voided."""
    occurred_on, to = form.given.get("occurred_on"), to or form.given.get("to_status", "")
    if form.refusals and occurred_on and to:
        later = voidable(issue, to=to, occurred_on=occurred_on, supersedes=row, at=clock.now())
        if later:
            form.offer_void(", ".join(f"{Status(move.to_status).label} on {day(move.occurred_on)}" for move in later))


def _told(issue: Issue, row: StatusChange) -> str:
    if not row.to_status:
        return f"{row.external_id} voids {row.supersedes and f'{issue.key}-H{row.supersedes.seq}'}."
    recorded = f"Recorded as {row.external_id}: {Status(row.to_status).label}, {day(row.occurred_on)}."
    if issue.status == row.to_status:
        return recorded
    return f"{recorded} The issue stays {Status(issue.status).label}, which came later."
