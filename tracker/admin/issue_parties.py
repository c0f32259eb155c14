"""The parties that an issue concerns, third parties included: each has one role in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from core import clock
from core.admin.forms import Choice
from core.admin.requests import access_of
from tracker.actions.dossiers import set_roles
from tracker.admin.issue_forms import Number
from tracker.admin.issue_page import opened_to_write
from tracker.admin.issue_record_forms import RecordForm
from tracker.admin.issue_records import answered, given, issue_address
from tracker.models import IssueParty

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin


class RoleForm(RecordForm):
    party = Choice(help_text="One of the relationship's parties.")
    role = Choice(choices=IssueParty.Role.choices, initial=IssueParty.Role.AFFECTED)
    version = Number(required=False)


def give_role(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = opened_to_write(page, request, object_id)
    form = RoleForm(given(request), issue=issue, access=access_of(request), initial={"version": issue.version})

    def deed(values: dict[str, Any]) -> str:
        roles = {values["party"]: values["role"]}
        set_roles(issue=issue, version=values["version"], roles=roles, by=access_of(request), at=clock.now())
        return f"{values['party'].code} is {IssueParty.Role(values['role']).label.lower()} in {issue.key}."

    return answered(
        page,
        request,
        form,
        deed,
        obj=issue,
        told=str,
        back=issue_address(issue.pk),
        title=f"A party of {issue.key}",
        submit="Give it that role",
    )
