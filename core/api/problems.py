"""Whatever a view of the API raises, as one problem+json response. What is not named here is a fault of ours: a 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core import exceptions as django
from django.db import OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from rest_framework import exceptions as rest

from core.api.errors import MethodNotAllowed, NotAcceptable, TooManyRequests, Unauthenticated, UnsupportedMediaType
from core.contention import conflict_of
from core.errors import Forbidden, InvalidInput, NotFound, ParleyError, Problems, TooLarge
from core.problems import problem_response


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    error = error_of(exc)
    if error is None:
        return None
    response = problem_response(error)
    if auth_header := getattr(exc, "auth_header", None):
        response["WWW-Authenticate"] = auth_header
    if wait := getattr(exc, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def error_of(exc: BaseException) -> ParleyError | None:
    """The same in the domain's terms; None for what no request should be able to cause."""
    if isinstance(exc, OperationalError):
        return conflict_of(exc)
    return next((translate(exc) for kind, translate in _TRANSLATIONS if isinstance(exc, kind)), None)


def _as(ours: type[ParleyError], field: str) -> Callable[[Any], ParleyError]:
    return lambda exc: ours(str(exc.detail), field=field)


def _saying(ours: type[ParleyError], reason: str, field: str = "") -> Callable[[Any], ParleyError]:
    return lambda _: ours(reason, field=field)


def _parts(detail: Any, field: str = "") -> Iterator[ParleyError]:
    """A serializer's errors, which nest like its fields: one part for each reason."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _parts(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _parts(inner, field)
    else:
        yield InvalidInput(str(detail), field=field)


# In order: the first class that fits.
_TRANSLATIONS: tuple[tuple[type[BaseException], Callable[[Any], ParleyError]], ...] = (
    (ParleyError, lambda error: error),
    (rest.ValidationError, lambda exc: Problems(list(_parts(exc.detail)))),
    (rest.NotAuthenticated, _saying(Unauthenticated, "is required: Bearer, a space and a token", "Authorization")),
    (rest.AuthenticationFailed, _as(Unauthenticated, "Authorization")),
    (rest.MethodNotAllowed, _as(MethodNotAllowed, "method")),
    (rest.NotAcceptable, _as(NotAcceptable, "Accept")),
    (rest.UnsupportedMediaType, _as(UnsupportedMediaType, "Content-Type")),
    (rest.ParseError, _as(InvalidInput, "body")),
    (rest.Throttled, _as(TooManyRequests, "")),
    (rest.PermissionDenied, _as(Forbidden, "")),
    (rest.NotFound, lambda _: NotFound()),
    (Http404, lambda _: NotFound()),
    (django.PermissionDenied, _saying(Forbidden, "This is not for you.")),
    (django.RequestDataTooBig, _saying(TooLarge, "is larger than this site takes", "body")),
    (django.SuspiciousOperation, _saying(InvalidInput, "The request cannot be read.")),
    (UnreadablePostError, _saying(InvalidInput, "broke off", "body")),
)
