from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from core.access import Access
from core.errors import InvalidInput, NotFound
from core.problems import problem_response

Handler = Callable[[HttpRequest], HttpResponse]


class PlainInputMiddleware:
    """Refuses, before any view sees it, an address that is not UTF-8 or holds NUL: no record has such a key, and a
    database that is asked for one answers with an error of its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_plain(request.META.get("PATH_INFO", "").encode("latin-1", "replace")) or "\x00" in request.path:
            return problem_response(NotFound())
        query = unquote_to_bytes(request.META.get("QUERY_STRING", "").replace("+", " "))
        if not _is_plain(query):
            return problem_response(InvalidInput("is not UTF-8 text, or holds NUL", field="query"))
        return self.get_response(request)


class AccessMiddleware:
    """`request.access`: what the signed-in person may do, read once per request and only if somebody asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = SimpleLazyObject(lambda: _access_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _access_of(request: HttpRequest) -> Access:
    return Access.of(request.user) if request.user.is_authenticated else Access.nobody()


def _is_plain(raw: bytes) -> bool:
    try:
        return "\x00" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
