"""Claims that are found later for a move that stands: they are added to what it cites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from core import clock
from core.admin.requests import access_of
from tracker.actions.citations import cite
from tracker.admin.issue_claims import MOST_OFFERED, newest_of
from tracker.admin.issue_moves import row_of
from tracker.admin.issue_page import opened_to_write
from tracker.admin.issue_record_forms import Cites
from tracker.admin.issue_records import answered, given, issue_address
from tracker.models import Claim

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

NONE_LEFT = "This issue has no claim in force that the row does not cite already."


def cite_view(page: IssueAdmin, request: HttpRequest, object_id: int, seq: int) -> HttpResponse:
    issue = opened_to_write(page, request, object_id)
    row = row_of(issue, seq)
    cited = set(row.claims.values_list("pk", flat=True))
    form = Cites(given(request))
    form.offer_claims(one for one in newest_of(issue, access_of(request), MOST_OFFERED) if one.pk not in cited)
    if "claims" in form.fields:
        form.fields["claims"].required = True

    def deed(values: dict[str, Any]) -> list[Claim]:
        return cite(change=row, claims=values.get("claims", []), by=access_of(request), at=clock.now())

    return answered(
        page,
        request,
        form,
        deed,
        obj=issue,
        template="tracker/move.html",
        told=lambda new: f"{row.external_id} cites {len(new)} more claim{'' if len(new) == 1 else 's'}.",
        back=f"{issue_address(issue.pk)}#{row.external_id}",
        title=f"Claims for {row.external_id}",
        submit="Cite them",
        row=row,
        notice="" if form.offered else NONE_LEFT,
    )
