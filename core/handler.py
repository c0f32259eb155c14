from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class PlainRequest(WSGIRequest):
    """Always UTF-8. Django obeys the charset of a Content-Type while it makes the request, before any handler of
    errors stands: a charset that is none, or a header that it cannot read, ends there as a 500. Here it is only noted,
    for core.middleware.PlainInputMiddleware to refuse."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {"charset": "unreadable"}


class PlainHandler(WSGIHandler):
    request_class = PlainRequest
