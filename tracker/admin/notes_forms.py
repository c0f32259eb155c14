"""A note on one issue or on many: which issues are offered, and which of them are ticked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from core.access import Access, Right
from core.admin.forms import Choice, Day, ParleyForm, Text
from core.errors import Forbidden, InvalidInput
from core.visibility import Handling
from tracker.actions.notes import MOST_ISSUES
from tracker.admin.issue_record_forms import BY_RULE, Ticks, handling, lines
from tracker.evidence import NoteKind
from tracker.models import Issue, Relationship
from tracker.queries import get_relationship
from tracker.staleness import days_silent
from tracker.statuses import Status

MOST_OFFERED = 300
ASKED = ("issues", "kind", "relationship")
FINISHED = (Status.RESOLVED, Status.CLOSED)


@dataclass(frozen=True)
class Asked:
    """What the address of the form asks for: `?issues=USCN-1,USCN-2&kind=no_change`, or `?relationship=us-cn`."""

    relationship: Relationship
    keys: list[str]
    kind: str

    @classmethod
    def of(cls, query: QueryDict, access: Access) -> Asked:
        """InvalidInput for anything that cannot be meant, in the same words whether it is hidden or not there."""
        for name in query:
            if name not in ASKED:
                raise InvalidInput("is not asked for here", field=name[:80])
        kind = query.get("kind") or NoteKind.NOTE
        if kind not in NoteKind.values:
            raise InvalidInput("is no kind of note", field="kind", value=kind)
        keys = [key for key in query.get("issues", "").split(",") if key]
        relationship = _of_issues(keys, access) if keys else _of_slug(query.get("relationship", ""), access)
        if not access.may(Right.WRITE, relationship.pk):
            raise Forbidden("Your role does not allow this here.", field="role")
        return cls(relationship, keys, str(kind))


class NoteForm(ParleyForm):
    field_order = ("kind", "searched", "text", "noted_on", "issues", "handling")

    kind = Choice(
        choices=NoteKind.choices,
        help_text="“Verified, no change” starts the clocks of silence anew; a note does not.",
    )
    searched = Text(
        required=False,
        max_length=2000,
        label="What was searched",
        widget=lines(2),
        help_text="Where one looked, and for what. Required where nothing has changed.",
    )
    text = Text(required=False, max_length=5000, label="Note", widget=lines(4))
    noted_on = Day(label="Day to which it speaks")
    issues = Ticks(label="Issues")
    handling = handling()

    def __init__(self, *args: Any, asked: Asked, access: Access, today: dt.date, **kwargs: Any) -> None:
        first = {"kind": asked.kind, "issues": asked.keys, "noted_on": today}
        super().__init__(*args, initial=first, **kwargs)
        self.offered = {issue.key: issue for issue in _offered(asked, access)}
        labels = [(key, _label(issue, today)) for key, issue in self.offered.items()]
        self.fields["issues"].choices = labels  # type: ignore[attr-defined]
        if asked.relationship.pk in access.cleared:
            self.fields["handling"].choices = [BY_RULE, *Handling.choices]  # type: ignore[attr-defined]
        else:
            del self.fields["handling"]

    def clean_issues(self) -> list[Issue]:
        return [self.offered[key] for key in self.cleaned_data["issues"]]


def _of_issues(keys: Sequence[str], access: Access) -> Relationship:
    """The one relationship of all these issues."""
    if len(set(keys)) > MOST_ISSUES:
        raise InvalidInput(f"are at most {MOST_ISSUES}", field="issues")
    found = Issue.objects.visible_to(access).filter(key__in=keys).select_related("relationship")
    relationships = {issue.key: issue.relationship for issue in found}
    unknown = [key for key in keys if key not in relationships]
    if unknown:
        raise InvalidInput("is not known here", field="issues", value=unknown[0])
    if len({row.pk for row in relationships.values()}) > 1:
        raise InvalidInput("are of several relationships; a note covers issues of one", field="issues")
    return relationships[keys[0]]


def _of_slug(slug: str, access: Access) -> Relationship:
    if slug:
        return get_relationship(slug, access)
    written = Relationship.objects.filter(pk__in=access.where(Right.WRITE)).order_by("slug").first()
    if written is None:
        raise Forbidden("Your role does not allow this here.", field="role")
    return written


def _offered(asked: Asked, access: Access) -> list[Issue]:
    """Those asked for first, then what is not finished."""
    rows = Issue.objects.visible_to(access).filter(relationship=asked.relationship).defer("summary").order_by("number")
    ticked = list(rows.filter(key__in=asked.keys)) if asked.keys else []
    others = rows.exclude(status__in=FINISHED).exclude(key__in=asked.keys)
    return [*ticked, *others[:MOST_OFFERED]]


def _label(issue: Issue, today: dt.date) -> str:
    silent = days_silent(issue.last_substantive_on, today)
    return f"{issue.key} {issue.title} · {issue.get_status_display()}, {silent} days silent"
