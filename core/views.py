"""The error pages: problem+json for programs, a plain page for people. Neither says what was asked for, so that what
is not yours and what is not there cannot be told apart."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.context_processors import demo_clock
from core.errors import Forbidden, InvalidInput, NotFound, ParleyError, TooLarge
from core.problems import problem_response


class Fault(ParleyError):
    status, code = 500, "fault"
    title = "Something went wrong on our side."


def error_page(request: HttpRequest, error: ParleyError) -> HttpResponse:
    """Needs no database, no session and no static file: it must work when these do not."""
    if _for_program(request):
        return problem_response(error)
    page = render_to_string("core/error.html", {"error": error, **demo_clock(request)})
    return HttpResponse(page, status=error.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return error_page(request, TooLarge("The request is larger than this site takes."))
    return error_page(request, InvalidInput("The request cannot be read."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, Forbidden("This is not for you."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, Fault("It has been logged."))


def _for_program(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return request.path_info.startswith("/api/") or ("json" in accept and "html" not in accept)
