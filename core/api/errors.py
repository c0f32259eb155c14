"""What only HTTP can do wrong: the domain knows no headers, methods or media types."""

from __future__ import annotations

from core.errors import ParleyError


class Unauthenticated(ParleyError):
    status, code = 401, "unauthenticated"
    title = "The request needs a valid token."


class MethodNotAllowed(ParleyError):
    status, code = 405, "method_not_allowed"
    title = "This address does not take that method."


class NotAcceptable(ParleyError):
    status, code = 406, "not_acceptable"
    title = "The answer comes as JSON only."


class UnsupportedMediaType(ParleyError):
    status, code = 415, "unsupported_media_type"
    title = "The body must be JSON."


class TooManyRequests(ParleyError):
    status, code = 429, "too_many_requests"
    title = "Too many requests."
