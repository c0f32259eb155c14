"""The reading page: a source's text on the left, what is taken from it on the right, a row for each passage.

It is one page for all who read: without a script the form is sent and the page comes again; with one, only the right
column comes, and those paragraphs of the text in which something is newly marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core import clock
from core.access import Access
from core.admin.forms import carried_out
from core.admin.requests import access_of
from core.errors import Conflict
from tracker.actions.reading import EnteredRow, enter_row
from tracker.admin.reading_form import ReadingForm, carried_over, with_quote
from tracker.admin.reading_rows import MOST_ROWS, claims_of, rows_of
from tracker.admin.reading_text import Paragraph, marks_of, shown
from tracker.models import Claim, Source, SourceText

if TYPE_CHECKING:
    from tracker.admin.sources import SourceAdmin

PART = "X-Parley-Part"


@dataclass(frozen=True)
class Reading:
    """One source before one reader."""

    page: SourceAdmin
    request: HttpRequest
    source: Source
    may_write: bool

    @property
    def access(self) -> Access:
        return access_of(self.request)

    @property
    def in_part(self) -> bool:
        return PART in self.request.headers


def read(page: SourceAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    rows = page.get_queryset(request).select_related("relationship", "issued_by")
    source: Source = page.found(request, object_id, rows)
    reading = Reading(page, request, source, page.has_change_permission(request, source))
    if request.method != "POST":
        return _answer(reading, _form(reading))
    page.require(reading.may_write)
    if instead := request.POST.get("instead", ""):
        return _answer(reading, _form(reading, with_quote(request.POST, instead)))
    form = _form(reading, request.POST)
    done = _entered(reading, form)
    if done is None:
        return _answer(reading, form, status=400)
    said = told(done)
    if reading.in_part:
        return _answer(reading, _form(reading), said=said, added=done.claims)
    messages.success(request, said)
    return redirect(f"{page.to('read', source.pk)}#row")


def _form(reading: Reading, data: Any = None) -> ReadingForm:
    """Begins where the reader's own last row of this source left off."""
    mine = Claim.objects.visible_to(reading.access).filter(source=reading.source, by=reading.access.user)
    above = mine.select_related("source", "issue", "speaker__parent__parent", "responds_to", "repeats")
    initial = carried_over(above.order_by("-pk").first())
    return ReadingForm(data, initial=initial).for_source(reading.source, reading.access)


def _entered(reading: Reading, form: ReadingForm) -> EnteredRow | None:
    def deed(values: dict[str, Any]) -> EnteredRow:
        return enter_row(
            source=reading.source,
            issues=values["issues"],
            new_issues=form.new_issues,
            said=form.said(),
            unattributed=form.unattributed,
            line=form.line(),
            step=form.step(),
            by=reading.access,
            at=clock.now(),
        )

    try:
        return carried_out(form, deed)
    except Conflict as error:
        form.add_error(None, error.reason)
        return None


def _answer(
    reading: Reading, form: ReadingForm, *, status: int = 200, said: str = "", added: list[Claim] | None = None
) -> HttpResponse:
    claims = claims_of(reading.source, reading.access)
    context = {
        "source": reading.source,
        "may_write": reading.may_write,
        "form": form,
        "nearest": _nearest(form),
        "rows": rows_of(claims, reading.access),
        "count": len(claims),
        "most_rows": MOST_ROWS if len(claims) == MOST_ROWS else 0,
        "claims_url": f"{reverse('admin:tracker_claim_changelist')}?source={reading.source.key}",
        "said": said,
        "told": said or form.refusal,
        "issue_list": [{"key": row.key, "title": row.title} for row in form.issue_rows],
    }
    template = "tracker/reading_part.html" if reading.in_part else "tracker/reading.html"
    paragraphs = _paragraphs(reading, claims, added if reading.in_part else None)
    return reading.page.page(  # type: ignore[no-any-return]
        reading.request,
        template,
        obj=reading.source,
        status=status,
        title="Read",
        crumb=reading.source.key,
        crumb_url=reading.page.to("change", reading.source.pk),
        text_url=reading.page.to("text", reading.source.pk),
        paragraphs=paragraphs,
        speaker_list=[] if reading.in_part else form.speakers.plain(),
        **context,
    )


def _paragraphs(reading: Reading, claims: list[Claim], added: list[Claim] | None) -> list[Paragraph]:
    """All of them for a whole page; for a part of one those in which the added claims are."""
    if added is None and reading.in_part:
        return []
    held = SourceText.objects.visible_to(reading.access).filter(source=reading.source).first()
    if held is None:
        return []
    found = shown(held.text, marks_of([claim for claim in claims if not claim.is_withdrawn]))
    if added is None:
        return found
    starts = {claim.quote_start for claim in added if claim.quote_start is not None}
    ends = [paragraph.start for paragraph in found[1:]] + [len(held.text) + 1]
    return [
        paragraph
        for paragraph, end in zip(found, ends, strict=True)
        if any(paragraph.start <= start < end for start in starts)
    ]


def _nearest(form: ReadingForm) -> str:
    """The passage that was probably meant, where a quote is not in the text."""
    causes = (refusal.__cause__ for refusal in form.refusals if refusal.field == "quote")
    return next((str(getattr(cause, "nearest", "")) for cause in causes), "")


def told(done: EnteredRow) -> str:
    """What was written, in a sentence."""
    parts = [", ".join(claim.key for claim in done.claims)]
    parts += [f"{row.get_kind_display().lower()} {row.key}" for row in done.positions]
    parts += [f"{row.issue.key} moved to {row.get_to_status_display()}" for row in done.moves]
    parts += [f"new issue {issue.key}" for issue in done.new_issues]
    return f"Saved: {'; '.join(parts)}."
