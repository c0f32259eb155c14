from __future__ import annotations

import codecs
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.utils.functional import SimpleLazyObject

from core.access import Access
from core.errors import InvalidInput, NotFound, ParleyError
from core.views import error_page

Handler = Callable[[HttpRequest], HttpResponse]


class PlainInputMiddleware:
    """Refuses, before any view sees it, what is not UTF-8 or holds NUL: no record has such a key, and a database that
    is asked for one answers with an error of its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        error = _refusal(request)
        return self.get_response(request) if error is None else error_page(request, error)


class SlashMiddleware(CommonMiddleware):
    """Sends a reader on to the address with its slash, and never a writer: most programs follow with a GET, and would
    take its answer for that of their POST."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in ("GET", "HEAD") and bool(super().should_redirect_with_slash(request))


class AccessMiddleware:
    """`request.access`: what the signed-in person may do, read once per request and only if somebody asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = SimpleLazyObject(lambda: _access_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _access_of(request: HttpRequest) -> Access:
    return Access.of(request.user) if request.user.is_authenticated else Access.nobody()


def _refusal(request: HttpRequest) -> ParleyError | None:
    # Bytes of a path that are not UTF-8 arrive here as the letters %FF, which are harmless.
    if "\x00" in request.path_info:
        return NotFound()
    if not _is_plain(request.META.get("QUERY_STRING", "")):
        return InvalidInput("is not UTF-8 text, or holds NUL", field="query")
    # Quoted octal digits in a cookie may spell a NUL, and the session is looked up by what they spell.
    if any("\x00" in value for value in request.COOKIES.values()):
        return InvalidInput("holds NUL", field="Cookie")
    if not _is_utf8((request.content_params or {}).get("charset", "utf-8")):
        return InvalidInput("must say charset=utf-8, or none", field="Content-Type")
    return None


def _is_plain(query: str) -> bool:
    """WSGI hands its bytes over as if they were Latin-1."""
    try:
        return "\x00" not in unquote_to_bytes(query.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return False


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
