"""Errors as application/problem+json (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from core.errors import QUOTED, ParleyError, Problems

CONTENT_TYPE = "application/problem+json"


def problem_of(error: ParleyError) -> dict[str, Any]:
    """The body: `title` and `code` are the same for every error of a kind, `detail` and `errors` say what was wrong
    with this request, each with its field and reason."""
    parts = error.problems if isinstance(error, Problems) else [error]
    return {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": "; ".join(_sentence(part) for part in parts),
        "errors": [_part(part) for part in parts if part.field],
    }


def problem_response(error: ParleyError) -> JsonResponse:
    return JsonResponse(problem_of(error), status=error.status, content_type=CONTENT_TYPE)


def _sentence(error: ParleyError) -> str:
    return f"{error.field[:QUOTED]}: {error.reason}" if error.field else error.reason


def _part(error: ParleyError) -> dict[str, Any]:
    # The name of an unknown field is the sender's, as long as they like.
    part = {"field": error.field[:QUOTED], "reason": error.reason}
    return part if error.value is None else {**part, "value": error.value}
