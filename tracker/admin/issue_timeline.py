"""The timeline of an issue as a page, and what its address may ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from core.admin.forms import Day
from core.admin.requests import access_of
from core.admin.show import badge, day
from core.errors import InvalidInput
from tracker.admin.claim_fates import source_label
from tracker.admin.issue_page import found_issue
from tracker.admin.tones import TONE_OF, firm_badge, handling_badge
from tracker.timeline import By, Entry, day_of, timeline
from tracker.timeline_entries import Kind

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin

MOST = 500
ASKED = ("by", "since", "moved")
LABEL_OF: dict[Kind, str] = {kind: kind.value.capitalize() for kind in Kind}


@dataclass(frozen=True)
class Asked:
    by: By = By.HAPPENED
    since: dt.date | None = None
    moved: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """InvalidInput for what cannot be meant; a field of the form that was left empty asks for nothing."""
        for name in query:
            if name not in ASKED:
                raise InvalidInput("is not a filter of the timeline", field=name[:80])
        by, moved = query.get("by") or By.HAPPENED, query.get("moved", "")
        if by not in set(By):
            raise InvalidInput("is neither happened nor recorded", field="by", value=by)
        if moved not in ("", "1"):
            raise InvalidInput("is 1 or nothing", field="moved", value=moved)
        return cls(By(by), _day(query.get("since", "")), moved == "1")


@dataclass(frozen=True)
class ShownEntry:
    entry: Entry
    badge: str
    label: str
    firm: str
    url: str
    sources: list[tuple[str, str]]
    handling: str


def show(page: IssueAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    asked = Asked.of(request.GET)
    issue = found_issue(page, request, object_id)
    entries = timeline(issue, access_of(request), by=asked.by, since=asked.since, only_moved=asked.moved)
    address = page.to("change", issue.pk)
    shown = [_shown(entry, address) for entry in entries[:MOST]]
    days = [(day(on), list(some)) for on, some in groupby(shown, key=lambda one: day_of(one.entry, asked.by))]
    response: HttpResponse = page.page(
        request,
        "tracker/timeline.html",
        obj=issue,
        issue=issue,
        title="Timeline",
        crumb=issue.key,
        crumb_url=address,
        asked=asked,
        days=days,
        number=len(entries),
        left_out=max(0, len(entries) - MOST),
    )
    return response


def _day(text: str) -> dt.date | None:
    try:
        found: dt.date | None = Day(required=False).clean(text)
    except ValidationError as error:
        raise InvalidInput("is no date; write 2026-02-04", field="since", value=text) from error
    return found


def _shown(entry: Entry, issue_address: str) -> ShownEntry:
    is_claim = entry.kind is Kind.CLAIM
    return ShownEntry(
        entry=entry,
        badge=badge(LABEL_OF[entry.kind], _tone(entry)),
        label=entry.speaker if is_claim else entry.label,
        firm=firm_badge(entry.row.modality) if is_claim else "",
        url=f"{issue_address}#{entry.key}" if entry.kind is Kind.STATUS else _address(entry.row),
        sources=[(source_label(one), reverse("admin:tracker_source_change", args=[one.pk])) for one in entry.sources],
        handling=handling_badge("restricted" if entry.restricted else ""),
    )


def _tone(entry: Entry) -> str:
    if entry.void:
        return "void"
    return TONE_OF.get(entry.row.to_status, "void") if entry.kind is Kind.STATUS else "quiet"


def _address(row: Any) -> str:
    return reverse(f"admin:tracker_{row._meta.model_name}_change", args=[row.pk])
