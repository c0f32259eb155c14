from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminTextInputWidget

from core.access import Access, Right
from core.admin.forms import Choice, Line, ParleyForm
from core.errors import NotFound
from tracker.admin.issue_record_forms import RecordForm, claim, handling
from tracker.evidence import LinkKind
from tracker.models import Issue
from tracker.queries import get_issue

MOST_OFFERED = 200
# What this issue is to the other one; the second says whether the link goes from here.
DIRECTIONS: dict[str, tuple[LinkKind, bool, str]] = {
    "related": (LinkKind.RELATED, True, "Related to"),
    "part_of": (LinkKind.PART_OF, True, "Part of"),
    "has_part": (LinkKind.PART_OF, False, "Has as a part"),
    "given_for": (LinkKind.TRADED_FOR, True, "Given for"),
    "in_return_for": (LinkKind.TRADED_FOR, False, "In return for"),
}


def other_issue(help_text: str) -> Line:
    return Line(
        max_length=24,
        label="Other issue",
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget(attrs={"list": "possible-parents", "autocomplete": "off"}),
    )


def found(key: str, access: Access) -> Issue:
    """The issue that is meant, or the reason at the field: the same for a hidden and for a missing one."""
    try:
        return get_issue(key.strip().upper(), access)
    except NotFound as error:
        raise forms.ValidationError("There is no such issue.") from error


class LinkForm(RecordForm):
    field_order = ("direction", "to_issue", "asserted_by", "claim", "text", "handling")
    nobody = ("", "Nobody: the source tells it, or we see it")

    direction = Choice(label="This issue, to the other", choices=[(name, row[2]) for name, row in DIRECTIONS.items()])
    to_issue = other_issue("Its key, such as USCN-3.")
    asserted_by = Choice(required=False, label="Who asserts it")
    claim = claim()
    text = Line(required=False, max_length=500, label="In our words")
    handling = handling()

    @property
    def possible_parents(self) -> QuerySet[Issue]:
        issues = Issue.objects.visible_to(self.access).filter(relationship=self.issue.relationship_id)
        return issues.exclude(pk=self.issue.pk).only("key", "title").order_by("number")[:MOST_OFFERED]

    def clean_to_issue(self) -> Issue:
        return found(self.cleaned_data["to_issue"], self.access)

    def ends(self) -> dict[str, Any]:
        kind, from_here, _ = DIRECTIONS[self.cleaned_data["direction"]]
        ends = (self.issue, self.cleaned_data["to_issue"])
        one, other = ends if from_here else ends[::-1]
        return {"kind": kind, "from_issue": one, "to_issue": other}


class SameMatterForm(ParleyForm):
    other = other_issue("Of another relationship, such as USRU-3. Only those who may see both will see the link.")

    def __init__(self, *args: Any, issue: Issue, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issue, self.access = issue, access

    @property
    def possible_parents(self) -> QuerySet[Issue]:
        others = self.access.where(Right.WRITE) - {self.issue.relationship_id}
        issues = Issue.objects.visible_to(self.access).filter(relationship__in=others)
        return issues.only("key", "title").order_by("relationship_id", "number")[:MOST_OFFERED]

    def clean_other(self) -> Issue:
        other = found(self.cleaned_data["other"], self.access)
        if not self.access.may(Right.WRITE, other.relationship_id):
            raise forms.ValidationError("Your role in that relationship does not allow this.")
        return other


class EndMatterForm(ParleyForm):
    other = Choice(label="Not the same matter as")
