from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core import clock
from core.admin.forms import carried_out
from core.admin.requests import access_of, todays_date
from core.errors import Conflict
from tracker.actions.history import NewRow
from tracker.actions.issues import Draft, create_issue, edit_issue
from tracker.admin import conflicts
from tracker.admin.issue_forms import CreateForm, EditForm, raw_values, seen_now
from tracker.admin.issue_page import found_issue
from tracker.models import Issue
from tracker.statuses import Status

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

TEMPLATE = "tracker/issue_form.html"


def create(page: IssueAdmin, request: HttpRequest) -> HttpResponse:
    page.require(page.has_add_permission(request))
    first = {"occurred_on": todays_date(), "status": Status.RAISED, "priority": "normal", "category": "other"}
    form = CreateForm(request.POST if request.method == "POST" else None, initial=first, access=access_of(request))
    if request.method == "POST":
        issue = carried_out(form, lambda _: _created(form, request))
        if issue is not None:
            messages.success(request, f"{issue.key} is on the record.")
            return redirect(page.to("change", issue.pk))
    cancel = page.to("changelist")
    return page.form_page(request, form, template=TEMPLATE, title="New issue", submit="Create the issue", cancel=cancel)


def _created(form: CreateForm, request: HttpRequest) -> Issue:
    values = form.cleaned_data
    row = NewRow(to=values["status"], reason=values["reason"], occurred_on=values["occurred_on"])
    draft = Draft(**form.values())
    return create_issue(
        relationship=values["relationship"], draft=draft, history=[row], by=access_of(request), at=clock.now()
    )


def edit(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    seen = seen_now(object_id, access_of(request))
    issue = found_issue(page, request, object_id)
    page.require(page.has_change_permission(request, issue))
    if request.method != "POST":
        form = _form(request, issue, initial={**raw_values(issue), "version": issue.version, "seen": seen})
        return _form_page(page, request, issue, form)
    choices = conflicts.Choices(request.POST)
    form = _form(request, issue, data=choices.applied(raw_values(issue)))
    if choices.missing:
        return conflicts.edit_page(page, request, issue, form, missing=choices.missing)
    try:
        done = carried_out(form, lambda values: _edited(issue, form, request))
    except Conflict:
        return conflicts.edit_page(page, request, found_issue(page, request, object_id), form)
    if done is None:
        return _form_page(page, request, issue, form)
    messages.success(request, f"{done.key} is saved.")
    return redirect(page.to("change", done.pk))


def _form(request: HttpRequest, issue: Issue, **given: object) -> EditForm:
    form = EditForm(**given)
    form.limit(access_of(request), [issue.relationship_id], assigned=issue.assignee)
    return form


def _edited(issue: Issue, form: EditForm, request: HttpRequest) -> Issue:
    version = form.cleaned_data["version"]
    return edit_issue(issue=issue, version=version, values=form.values(), by=access_of(request), at=clock.now())


def _form_page(page: IssueAdmin, request: HttpRequest, issue: Issue, form: EditForm) -> HttpResponse:
    shown = {"title": f"Edit {issue.key}", "submit": "Save", "cancel": page.to("change", issue.pk)}
    return page.form_page(request, form, template=TEMPLATE, obj=issue, **shown)
