"""Taking up a source, correcting what we say of it, holding its text: a form each, and one action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core import clock
from core.admin.forms import carried_out
from core.admin.requests import access_of
from core.errors import Conflict
from tracker.actions.held_texts import Rechecked, hold_text
from tracker.actions.reading import take_up
from tracker.actions.sources import edit_source
from tracker.admin.claim_deeds import change_handling_page
from tracker.admin.source_forms import AddSourceForm, EditSourceForm, HoldForm, as_form_values
from tracker.models import Source

if TYPE_CHECKING:
    from tracker.admin.sources import SourceAdmin

WHY_HELD = (
    "It is kept as it is, character by character, and never changed. The quotes of this source are looked for in it."
)


def add(page: SourceAdmin, request: HttpRequest) -> HttpResponse:
    page.require(page.has_add_permission(request))
    access = access_of(request)
    form = AddSourceForm(*_sent(request), initial={"relationship": request.GET.get("relationship", "")}, access=access)

    def deed(values: dict[str, Any]) -> Source:
        relationship = form.relationships[values["relationship"]]
        text, at = form.given_text() or None, clock.now()
        return take_up(relationship=relationship, draft=form.draft(), text=text, by=access, at=at)[0]

    if request.method == "POST":
        source = carried_out(form, deed)
        if source is not None:
            messages.success(request, f"{source.key} is on the record.")
            return redirect(page.to("read" if source.text_sha256 else "change", source.pk))
    return page.form_page(request, form, title="New source", submit="Take up the source", cancel=page.to("changelist"))


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def edit(page: SourceAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    source = found(page, request, object_id)
    page.require(page.has_change_permission(request, source))
    form = EditSourceForm(request.POST if request.method == "POST" else None, initial=as_form_values(source))
    form.limit(access_of(request), [source.relationship], source.relationship)

    def deed(values: dict[str, Any]) -> Source:
        version, by = values["version"], access_of(request)
        return edit_source(source=source, version=version, values=form.values(), by=by, at=clock.now())

    if request.method == "POST":
        try:
            done = carried_out(form, deed)
        except Conflict:
            done = None
            _refuse_as_changed(page, request, form, object_id)
        if done is not None:
            messages.success(request, f"{done.key} is saved.")
            return redirect(page.to("change", done.pk))
    shown = {"title": f"Edit {source.key}", "submit": "Save", "cancel": page.to("change", source.pk)}
    return page.form_page(request, form, obj=source, **shown)


def _refuse_as_changed(page: SourceAdmin, request: HttpRequest, form: EditSourceForm, object_id: int) -> None:
    """The form again as it was filled in, now on the version that stands: saving it once more is a decision."""
    now = found(page, request, object_id)
    before = as_form_values(now)
    data = {**dict(form.data.items()), "version": str(now.version)}
    form.data = data
    differing = [str(form[name].label) for name in before if name in form.fields and name != "version"
                 and str(before[name] or "") != str(data.get(name, "")).strip()]  # fmt: skip
    fields = ", ".join(differing) or "nothing"
    form.add_error(
        None,
        f"{now.key} was changed by somebody else meanwhile; nothing of yours is saved yet. Yours differs from what "
        f"stands now in: {fields}. Save once more to put yours in its place.",
    )


def hold(page: SourceAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    source = found(page, request, object_id)
    page.require(page.has_change_permission(request, source))
    form = HoldForm(*_sent(request))

    def deed(_: dict[str, Any]) -> Rechecked:
        return hold_text(source=source, text=form.given_text(), by=access_of(request), at=clock.now())

    if request.method == "POST":
        done = carried_out(form, deed)
        if done is not None:
            messages.success(request, told(source, done))
            return redirect(page.to("read", source.pk))
    shown = {"title": f"Hold the text of {source.key}", "submit": "Hold this text", "intro": WHY_HELD}
    return page.form_page(request, form, obj=source, cancel=page.to("change", source.pk), **shown)


def told(source: Source, done: Rechecked) -> str:
    missing = ", ".join(claim.key for claim in done.missing)
    quotes = f" Quotes found in it: {len(done.found)}." if done.found or done.missing else ""
    return f"The text of {source.key} is held.{quotes}{f' Not found: {missing}.' if missing else ''}"


def handling(page: SourceAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    source = found(page, request, object_id)
    page.require(page.has_change_permission(request, source))
    return change_handling_page(page, request, source)


def found(page: SourceAdmin, request: HttpRequest, object_id: int) -> Source:
    rows = page.get_queryset(request).select_related("relationship", "issued_by", "derives_from", "translation_of")
    source: Source = page.found(request, object_id, rows)
    return source
