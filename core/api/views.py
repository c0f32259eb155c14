"""What every view of the API does by itself, the API's description and its page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import Access
from core.api.fields import StrictSerializer
from core.errors import InvalidInput


class NoQuery(StrictSerializer):
    """The address takes no parameters."""


class ApiView(APIView):
    """`query` names the parameters that each method takes: read into `self.params` before the method runs, and
    described in the schema. `guarded` names the methods that need If-Match."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    query: ClassVar[Mapping[str, type[StrictSerializer]]] = {}
    guarded: ClassVar[tuple[str, ...]] = ()

    access: Access
    params: dict[str, Any]

    @classmethod
    def query_of(cls, method: str | None) -> type[StrictSerializer]:
        return cls.query.get("GET" if method in (None, "HEAD") else method, NoQuery)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.access = request._request.access  # type: ignore[attr-defined]
        if request.method in self.allowed_methods:
            self.params = _parameters(request, self.query_of(request.method))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answers are for one reader: no cache may keep them."""
        patch_cache_control(response, private=True, no_store=True)
        return super().finalize_response(request, response, *args, **kwargs)

    def body(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The body, read by that serializer; ValidationError says what it does not take."""
        return _read(serializer, self.request.data)


class SchemaView(ApiView):
    """The same for everybody, and of no secret."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def get(self, request: Request) -> Response:
        return Response(api_description())


@cache
def api_description() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return found


def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "core/api_docs.html")


def _parameters(request: Request, serializer: type[StrictSerializer]) -> dict[str, Any]:
    given = dict(request.query_params.lists())
    for name, values in given.items():
        if len(values) > 1:
            raise InvalidInput("is given twice", field=name)
    return _read(serializer, {name: values[0] for name, values in given.items()})


def _read(serializer: type[StrictSerializer], data: Any) -> dict[str, Any]:
    reader = serializer(data=data)
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)
