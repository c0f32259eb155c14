"""What every operation has in common, said once: its parameters, its errors, its headers, its token."""

from __future__ import annotations

import inspect
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from core.problems import CONTENT_TYPE


class Reason(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="A field, a parameter or a header.")
    reason = serializers.CharField()
    value = serializers.CharField(required=False, help_text="What was sent, cut to 80 characters.")


class Problem(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = Reason(many=True)  # type: ignore[assignment]


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag that the record was read with."
)


def etag_of(status: int) -> OpenApiParameter:
    return OpenApiParameter(
        "ETag", str, OpenApiParameter.HEADER, response=[status], description='The version, such as `"v3"`.'
    )


def location_of(status: int) -> OpenApiParameter:
    return OpenApiParameter(
        "Location", str, OpenApiParameter.HEADER, response=[status], description="Where the new row is."
    )


class Schema(AutoSchema):
    """Adds what the base view does by itself: see core.api.views.ApiView."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        query = self.view.query_of(self.method)
        return [query] * bool(query().fields) + [IF_MATCH] * (self.method in self.view.guarded)

    def get_description(self) -> str:  # type: ignore[override]
        """The view's own words; those of the base class are for us."""
        return inspect.cleandoc(type(self.view).__doc__ or "")

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            said = OpenApiResponse(Problem, HTTPStatus(int(status)).phrase)
            bodies[status] = self._get_response_for_code(said, status, [CONTENT_TYPE], direction)  # type: ignore[no-untyped-call]
        return bodies

    def _problem_statuses(self) -> list[str]:
        statuses = ["400", "401", "406"]
        if "{" in self.path:
            statuses.append("404")
        if self.method in ("POST", "PATCH"):
            statuses += ["403", "409", "413", "415"]
        if self.method in self.view.guarded:
            statuses += ["412", "428"]
        return sorted(statuses)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "core.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "From `manage.py create_token`."}
