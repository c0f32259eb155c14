"""The forms of an issue. Each carries the version that its reader saw, and how many lines the ledger had about it, so
that a conflict can be shown as what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.access import Access, Right
from core.admin.forms import Choice, Day, Line, ParleyForm, Text, Tick
from core.changes import plain
from core.errors import NotFound
from core.models import Event, Membership, User
from core.models.event import Events
from core.visibility import Handling
from tracker.actions.issues import EDITABLE
from tracker.admin.issue_record_forms import Cites
from tracker.models import Issue, Relationship
from tracker.queries import get_issue
from tracker.statuses import Category, Priority, Status, Trend

MOST_OFFERED = 200
NO_TREND = [("", "Not said"), *Trend.choices]
NO_PERSON = ("", "Nobody")


class Number(forms.Field):
    """A hidden number; anything else counts as 0, which is no version, and so ends in the conflict page."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> int:
        text = str(value)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class VersionedForm(ParleyForm):
    version = Number(required=False)
    seen = Number(required=False)


class IssueFields(ParleyForm):
    """An issue's own fields, in the order of `EDITABLE`."""

    title = Line(max_length=200)
    summary = Text(
        required=False,
        max_length=5000,
        help_text="In our own words.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
    )
    category = Choice(choices=Category.choices)
    priority = Choice(choices=Priority.choices)
    assignee = Choice(required=False)
    parent = Line(
        required=False,
        max_length=24,
        label="Part of",
        help_text="The key of another issue, such as USCN-3.",
        widget=UnfoldAdminTextInputWidget(attrs={"list": "possible-parents", "autocomplete": "off"}),
    )
    next_review = Day(required=False)
    handling = Choice(
        choices=Handling.choices, help_text="What is restricted does not exist for members who are not cleared."
    )

    def limit(self, access: Access, compartments: Sequence[int], *, assigned: User | None = None) -> None:
        """Offers only what is there for this reader."""
        self.access = access
        people = {row.user.username: str(row.user) for row in _members(compartments)}
        if assigned is not None:
            people.setdefault(assigned.username, str(assigned))
        offered = sorted(people.items(), key=lambda person: person[1].casefold())
        self.fields["assignee"].choices = [NO_PERSON, *offered]  # type: ignore[attr-defined]
        self.possible_parents = _possible_parents(access, compartments)
        if not access.cleared.intersection(compartments):
            del self.fields["handling"]

    def clean_assignee(self) -> User | None:
        name = self.cleaned_data["assignee"]
        return User.objects.get(username=name) if name else None

    def clean_parent(self) -> Issue | None:
        key = self.cleaned_data["parent"].strip()
        if not key:
            return None
        try:
            return get_issue(key.upper(), self.access)
        except NotFound as error:
            raise forms.ValidationError("There is no such issue.") from error

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITABLE if name in self.fields}


class EditForm(IssueFields, VersionedForm):
    field_order = EDITABLE


class CreateForm(IssueFields):
    """A new issue with the first row of its history."""

    shown_at: ClassVar = {"to_status": "status"}
    field_order = ("relationship", "title", "summary", "status", "occurred_on", "reason", *EDITABLE[2:])

    relationship = Choice()
    status = Choice(choices=Status.choices, label="First status")
    occurred_on = Day(label="Since", help_text="The day it came to this status.")
    reason = Text(
        max_length=2000,
        help_text="What happened, and who said so. Written for all readers.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writable = Relationship.objects.visible_to(access).filter(pk__in=access.where(Right.WRITE))
        self.relationships = {row.slug: row for row in writable}
        self.fields["relationship"].choices = [(slug, row.name) for slug, row in self.relationships.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("relationship", next(iter(self.relationships), ""))
        self.limit(access, [row.pk for row in writable])

    def clean_relationship(self) -> Relationship:
        return self.relationships[self.cleaned_data["relationship"]]


class MoveForm(VersionedForm, Cites):
    """What a move needs to say. The box to void what follows appears only after a refusal that it would answer."""

    field_order: Iterable[str] | None = ("occurred_on", "trend", "reason", "claims")
    shown_at: ClassVar = {"to_status": "occurred_on", "supersedes": "occurred_on"}

    occurred_on = Day(label="Date it happened", help_text="By the calendar of those to whom it happened.")
    trend = Choice(required=False, choices=NO_TREND, help_text="Which way the tension goes, if somebody can say.")
    reason = Text(
        max_length=2000,
        help_text="What happened, and who said so. Written for all readers.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )

    def offer_void(self, rows: str = "") -> None:
        label = f"Void what follows: {rows}" if rows else "Void what follows"
        self.fields["void_following"] = Tick(required=False, label=label)


class CorrectForm(MoveForm):
    shown_at: ClassVar = {"supersedes": "to_status"}
    field_order = ("to_status", "occurred_on", "trend", "reason", "claims")

    to_status = Choice(choices=Status.choices, label="Right status")


class VoidForm(VersionedForm):
    reason = Text(
        max_length=2000,
        help_text="Why this row should not have been entered. Written for all readers.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


def raw_values(issue: Issue) -> dict[str, str]:
    """The issue's own fields as its form shows and sends them, which is also how the ledger writes them."""
    values = {name: plain(getattr(issue, name)) for name in EDITABLE}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def lines_about(issues: QuerySet[Issue], access: Access) -> Events:
    """The ledger's lines about an issue that this reader may see, in the order in which they were written."""
    keys, compartments = issues.values("key"), issues.values("relationship")
    lines = Event.objects.visible_to(access).filter(compartment__in=compartments, subject_type=Issue._meta.label_lower)
    return lines.filter(subject_id__in=keys).order_by("seq")


def seen_now(issue_pk: int, access: Access) -> int:
    """How many lines the reader could see about the issue before it was read. Not the ledger's own number: its gaps
    would tell of what is restricted."""
    return lines_about(Issue.objects.filter(pk=issue_pk), access).count()


def _possible_parents(access: Access, compartments: Sequence[int]) -> QuerySet[Issue]:
    """Offered to the browser as one types; what is not among them may be typed all the same."""
    issues = Issue.objects.visible_to(access).filter(relationship__in=compartments, parent=None)
    return issues.only("key", "title").order_by("relationship_id", "number")[:MOST_OFFERED]


def _members(compartments: Sequence[int]) -> Any:
    return Membership.objects.current().filter(compartment__in=compartments).select_related("user")
