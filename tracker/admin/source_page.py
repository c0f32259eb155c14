"""The page of one source: what it is, what was taken from it, and what was made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin.requests import access_of
from core.admin.show import day, link, words
from core.visibility import Handling
from tracker.admin.source_deeds import found
from tracker.corroboration import origins_in
from tracker.evidence import Reliability, independent
from tracker.models import Claim, Source

if TYPE_CHECKING:
    from tracker.admin.sources import SourceAdmin

MOST_CLAIMS = 50


def show(page: SourceAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    source = found(page, request, object_id)
    claims = Claim.objects.visible_to(access_of(request)).filter(source=source)
    shown = list(claims.select_related("issue", "speaker").order_by("-number")[: MOST_CLAIMS + 1])
    response: HttpResponse = page.page(
        request,
        "tracker/source.html",
        obj=source,
        source=source,
        title=source.key,
        actions=_actions(page, request, source),
        facts=_facts(page, source),
        claims=shown[:MOST_CLAIMS],
        count=claims.in_force().count(),
        claims_url=f"{reverse('admin:tracker_claim_changelist')}?source={source.key}",
        read_url=page.to("read", source.pk),
        derived=_derived(request, source),
        history_url=page.to("history", source.pk) if page.may_read_ledger(request, source) else "",
    )
    return response


def _actions(page: SourceAdmin, request: HttpRequest, source: Source) -> list[dict[str, str]]:
    if not page.has_change_permission(request, source):
        return []
    offered = [("edit", "Edit")]
    if not source.text_sha256:
        offered.append(("text", "Hold its text"))
    if source.relationship_id in access_of(request).cleared:
        offered.append(("handling", "Open" if source.handling == Handling.RESTRICTED else "Restrict"))
    return [{"url": page.to(name, source.pk), "label": label} for name, label in offered]


def _facts(page: SourceAdmin, source: Source) -> list[tuple[str, object]]:
    return [
        ("Relationship", source.relationship.name),
        ("Kind", source.get_kind_display()),
        ("Publisher", words(source.publisher)),
        ("Issued by", words(source.issued_by)),
        ("Address", _address(source.url)),
        ("Published", day(source.published_on)),
        ("Retrieved", day(source.retrieved_on)),
        ("Language", source.language),
        ("Reliability", f"{Reliability(source.reliability).label}, {source.reliability_reason or 'by rule'}"),
        ("Derives from", _source(page, source.derives_from)),
        ("Translates", _source(page, source.translation_of)),
        (
            "Text",
            format_html("Held, SHA-256 <code>{}</code>", source.text_sha256) if source.text_sha256 else "Not held",
        ),
        ("Handling", source.get_handling_display()),
    ]


def _address(url: str) -> SafeString | str:
    """It was let in as http or https only; the page that it leads to is not told where its reader came from."""
    return format_html('<a class="link" rel="noopener noreferrer" href="{0}">{0}</a>', url) if url else words(None)


def _source(page: SourceAdmin, source: Source | None) -> SafeString | str:
    return link(page.to("change", source.pk), f"{source.key} {source.title}") if source else words(None)


def _derived(request: HttpRequest, source: Source) -> dict[str, object]:
    """Its rewrites and translations, and how many independent sources all of them are together."""
    access = access_of(request)
    rewrites = source.rewrites.visible_to(access).order_by("number")[:MOST_CLAIMS]
    translations = source.translations.visible_to(access).order_by("number")[:MOST_CLAIMS]
    rows = [*((row, "rewrites it") for row in rewrites), *((row, "translates it") for row in translations)]
    origins = origins_in([source.relationship_id], access) if rows else {}
    members = [source.pk, *(row.pk for row, _ in rows)]
    return {"rows": rows, "count": len(members), "independent": independent({pk: origins.get(pk) for pk in members})}
