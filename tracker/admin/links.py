from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from core import clock
from core.access import Right
from core.admin.requests import access_of
from core.admin.show import words
from core.errors import NotFound
from tracker.actions.links import LinkDraft, link_issues, link_same_matter, unlink_same_matter
from tracker.admin.issue_links import link_words
from tracker.admin.issue_page import opened_to_write
from tracker.admin.issue_records import RecordAdmin, answered, claim_link, given, issue_address, issue_link
from tracker.admin.links_forms import EndMatterForm, LinkForm, SameMatterForm
from tracker.models import Issue, IssueLink, SameMatter
from tracker.timeline_entries import asserted

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

SECTION = "links"
TEMPLATE = "tracker/issue_form.html"


def add(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = opened_to_write(page, request, object_id)
    form = LinkForm(given(request), issue=issue, access=access_of(request))

    def deed(values: dict[str, Any]) -> IssueLink:
        names = ("asserted_by", "claim", "text", "handling")
        draft = LinkDraft(**form.ends(), **{name: values[name] for name in names})
        return link_issues(draft=draft, by=access_of(request), at=clock.now())

    return answered(
        page,
        request,
        form,
        deed,
        obj=issue,
        template=TEMPLATE,
        told=lambda done: f"{done.key} is on the record, on the pages of both issues.",
        back=issue_address(issue.pk, SECTION),
        title=f"New link of {issue.key}",
        submit="Record the link",
    )


def add_matter(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = opened_to_write(page, request, object_id)
    form = SameMatterForm(given(request), issue=issue, access=access_of(request))

    def deed(values: dict[str, Any]) -> SameMatter:
        return link_same_matter(one=issue, other=values["other"], by=access_of(request), at=clock.now())

    return answered(
        page,
        request,
        form,
        deed,
        obj=issue,
        template=TEMPLATE,
        told=lambda done: "The two are linked as the same matter.",
        back=issue_address(issue.pk, SECTION),
        title=f"{issue.key} in another relationship",
        submit="Link them",
    )


def end_matter(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    issue = opened_to_write(page, request, object_id)
    links = _endable(issue, request)
    if not links:
        raise NotFound
    form = EndMatterForm(given(request))
    form.fields["other"].choices = [(key, str(other)) for key, (_, other) in links.items()]  # type: ignore[attr-defined]

    def deed(values: dict[str, Any]) -> SameMatter:
        return unlink_same_matter(link=links[values["other"]][0], by=access_of(request), at=clock.now())

    return answered(
        page,
        request,
        form,
        deed,
        obj=issue,
        told=lambda done: "The link is taken back.",
        back=issue_address(issue.pk, SECTION),
        title=f"{issue.key} in another relationship",
        submit="Take the link back",
    )


def _endable(issue: Issue, request: HttpRequest) -> dict[str, tuple[SameMatter, Issue]]:
    """The links to the same matter that this reader may take back, by the key at their other end."""
    access = access_of(request)
    rows = SameMatter.objects.visible_to(access).standing().filter(Q(one=issue) | Q(other=issue))
    ends = [(row, row.other if row.one_id == issue.pk else row.one) for row in rows.select_related("one", "other")]
    return {other.key: (row, other) for row, other in ends if access.may(Right.WRITE, other.relationship_id)}


@admin.register(IssueLink)
class IssueLinkAdmin(RecordAdmin):
    list_display = ("key_column", "from_column", "kind_column", "to_column", "asserted_column", "text_column")
    related = ("from_issue", "to_issue", "asserted_by", "claim")
    section = SECTION

    @display(description="Issue")
    def from_column(self, row: IssueLink) -> str:
        return issue_link(row.from_issue)

    @display(description="Is")
    def kind_column(self, row: IssueLink) -> str:
        return link_words(row, row.from_issue)

    @display(description="Other issue")
    def to_column(self, row: IssueLink) -> str:
        return issue_link(row.to_issue)

    @display(description="By whose word")
    def asserted_column(self, row: IssueLink) -> str:
        return _asserted(row)

    @display(description="Text")
    def text_column(self, row: IssueLink) -> str:
        return words(row.text)

    def facts(self, request: HttpRequest, obj: IssueLink) -> list[tuple[str, object]]:
        return [
            ("Issue", issue_link(obj.from_issue)),
            (link_words(obj, obj.from_issue), issue_link(obj.to_issue)),
            ("Linked", _asserted(obj)),
            ("Claim", claim_link(request, obj)),
            ("Text", words(obj.text)),
        ]

    def back_to(self, row: IssueLink) -> str:
        return issue_address(row.from_issue_id, SECTION)

    def summary(self, row: IssueLink) -> str:
        return f"{row.from_issue}: {link_words(row, row.from_issue).lower()} {row.to_issue}"


def _asserted(row: IssueLink) -> str:
    return asserted(row, str(row.asserted_by or ""))
