"""The API's addresses: rooms name their views, this is the only list of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from core.api.views import SchemaView, docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="api-docs"),
    path("v1/", include("tracker.api.urls")),
]
