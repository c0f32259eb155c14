"""Two people changed one issue: the second sees what the first did, field by field, and nothing of theirs is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

from core.admin.history import changes_of
from core.admin.requests import access_of
from core.models import Event
from tracker.admin.issue_forms import EditForm, VersionedForm, lines_about, raw_values
from tracker.admin.issue_record_forms import go_on_from
from tracker.models import Issue

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

STATUS = 409
THEIRS, YOURS = "theirs", "yours"
MOST_LINES, MOST_SHOWN = 1_000_000, 50


@dataclass(frozen=True)
class Field:
    """One field in three readings. `contested` if both changed it, and not alike: then a person must choose."""

    name: str
    label: str
    before: str
    theirs: str
    yours: str
    contested: bool
    sent: str

    @property
    def only_theirs(self) -> bool:
        return self.theirs != self.before and not self.contested

    @property
    def only_yours(self) -> bool:
        return self.theirs == self.before and self.yours != self.before

    @property
    def differs(self) -> bool:
        return len({self.before, self.theirs, self.yours}) > 1


class Choices:
    """What the conflict page sends back: for each contested field, whose text stays."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data
        self.contested = data.getlist("choose")
        self.missing = [name for name in self.contested if data.get(f"keep-{name}") not in (THEIRS, YOURS)]

    def applied(self, theirs: dict[str, str]) -> QueryDict:
        """The form's data with theirs put in where it was chosen."""
        data = self.data.copy()
        for name in self.contested:
            if data.get(f"keep-{name}") == THEIRS and name in theirs:
                data[name] = theirs[name]
        return data


def edit_page(
    page: IssueAdmin, request: HttpRequest, issue: Issue, form: EditForm, *, missing: Sequence[str] = ()
) -> HttpResponse:
    """Its form goes on from the version that it shows. What it compares with stays the moment at which the reader
    began, through however many conflicts."""
    form.is_valid()
    events = meanwhile(request, issue, form)
    fields = _fields(issue, form, events)
    response: HttpResponse = page.page(
        request,
        "tracker/conflict.html",
        obj=issue,
        title=f"{issue.key} has changed",
        status=STATUS,
        events=events,
        fields=fields,
        contested=any(field.contested for field in fields),
        missing=missing,
        version=issue.version,
        seen=form.cleaned_data.get("seen") or 0,
        action=page.to("edit", issue.pk),
    )
    return response


def move_page(
    page: IssueAdmin, request: HttpRequest, issue: Issue, form: VersionedForm, shown: dict[str, Any]
) -> HttpResponse:
    """What changed, and the move again as it was filled in, now on the version that is shown."""
    events = meanwhile(request, issue, form)
    go_on_from(form, issue.version)
    title = f"{issue.key} has changed"
    context = {**shown, "title": title, "deed": shown["title"], "form": form, "events": events}
    response: HttpResponse = page.page(
        request, "tracker/conflict_move.html", obj=issue, issue=issue, status=STATUS, **context
    )
    return response


def meanwhile(request: HttpRequest, issue: Issue, form: VersionedForm) -> list[Event]:
    """The ledger's lines about the issue since the form was opened, oldest first, each with its changes to show."""
    since = min(form.cleaned_data.get("seen") or 0, MOST_LINES)
    lines = lines_about(Issue.objects.filter(pk=issue.pk), access_of(request)).select_related("actor")
    events = list(lines[since : since + MOST_SHOWN])
    for event in events:
        event.shown_changes = changes_of(event)  # type: ignore[attr-defined]
    return events


def _fields(issue: Issue, form: EditForm, events: Sequence[Event]) -> list[Field]:
    """Only those that somebody changed; the others are sent along unchanged."""
    theirs, before = raw_values(issue), _before(issue, events)
    return [_field(form, name, before[name], theirs[name]) for name in theirs if name in form.fields]


def _before(issue: Issue, events: Sequence[Event]) -> dict[str, str]:
    """Each field as it was when the form was opened: the old value of the first line since then that changed it."""
    values = raw_values(issue)
    for event in reversed(events):
        changes = event.changes if isinstance(event.changes, dict) else {}
        for name in values.keys() & changes.keys():
            old = changes[name][0]
            values[name] = "" if old is None else str(old)
    return values


def _field(form: EditForm, name: str, before: str, theirs: str) -> Field:
    bound = form.fields[name]
    yours = str(form.data.get(name, "")).replace("\r\n", "\n").strip()
    contested = yours not in (before, theirs) and theirs != before
    return Field(
        name=name,
        label=str(bound.label or name.replace("_", " ").capitalize()),
        before=_shown(bound, before),
        theirs=_shown(bound, theirs),
        yours=_shown(bound, yours),
        contested=contested,
        sent=theirs if yours == before else yours,
    )


def _shown(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return value
