"""One box for everything on record, and what was found, kind by kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from core.admin.base import ParleyModelAdmin
from core.admin.changelist import LONGEST_SEARCH
from core.admin.requests import access_of
from core.errors import InvalidInput
from tracker.admin.search_rows import shown
from tracker.models import Claim, Issue, Note, Party, Position, Source
from tracker.search import Found, search

SHOWN = 8
KINDS: dict[str, tuple[str, type[Model]]] = {
    "issues": ("Issues", Issue),
    "parties": ("Parties and persons", Party),
    "claims": ("Claims", Claim),
    "positions": ("Positions", Position),
    "sources": ("Sources", Source),
    "notes": ("Notes", Note),
}


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Whatever is not asked for by `q` is refused, as on every list."""
    for name in request.GET:
        if name != "q":
            raise InvalidInput("is not a parameter of the search", field=name[:80])
    query = request.GET.get("q", "")
    results = search(query, access_of(request), limit=SHOWN)
    context = {
        **admin.site.each_context(request),
        "title": "Search",
        "is_search": True,
        "query": query,
        "words": results.words,
        "nothing": results.nothing,
        "groups": [_group(request, group, query) for group in results.groups if group.rows],
    }
    return TemplateResponse(request, "tracker/search.html", context)


def _group(request: HttpRequest, group: Found, query: str) -> dict[str, Any]:
    title, model = KINDS[group.kind]
    return {
        "kind": group.kind,
        "title": title,
        "count": group.count,
        "rows": _linked(request, group.rows),
        "all_url": _list_of(model, query) if group.more else "",
    }


def _linked(request: HttpRequest, rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [{**row, "url": _page_of(row["row"])} for row in shown(list(rows), access_of(request))]


def _page_of(row: Model) -> str:
    """Its own page, or else that of its issue."""
    page = _admin_of(type(row))
    if page is not None:
        return page.to("change", row.pk)
    issue = getattr(row, "issue", None)
    return _page_of(issue) if isinstance(issue, Issue) else ""


def _list_of(model: type[Model], query: str) -> str:
    """The list with the same words, where it has a box for them."""
    page = _admin_of(model)
    if page is None or not page.search_fields or len(query) > LONGEST_SEARCH:
        return ""
    return f"{page.to('changelist')}?{urlencode({'q': query})}"


def _admin_of(model: type[Model]) -> ParleyModelAdmin | None:
    page = admin.site._registry.get(model)
    return page if isinstance(page, ParleyModelAdmin) else None
