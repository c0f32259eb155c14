"""The documents in which something was said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access
from core.api.fields import Choice, Day, Text
from core.api.openapi import etag_of
from core.api.pages import Order
from core.api.preconditions import etag, require_match
from core.api.views import ApiView
from core.errors import Conflict, PreconditionFailed
from tracker.actions.sources import SourceDraft, add_source, edit_source
from tracker.api.fields import Key
from tracker.api.narrowing import (
    LONGEST_CODE,
    Condition,
    containing,
    equal,
    in_relationship,
    let_through,
    of_party,
    on,
    party_in,
    visible,
)
from tracker.api.records import BY_KEY, RecordQuery, Shown, search, writes
from tracker.api.source_serializers import NewSource, SourceEdit, SourcePageSerializer, SourceSerializer
from tracker.evidence import SourceKind
from tracker.models import Relationship, Source

TAG = "sources"
# (relationship, published_on, id) is an index. A source without that day has no place in the order.
ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        **BY_KEY,
        "published_on": Order(("relationship_id", "published_on", "id")),
        "-published_on": Order(("relationship_id", "published_on", "id"), descending=True),
    }
)
RELATED = ("relationship", "issued_by", "derives_from", "translation_of")
SOURCES = Shown(Source, SourceSerializer, "source", "source", related=RELATED)
# What null means for a column that is never null itself.
EMPTY = {"publisher": "", "url": "", "reliability": "", "reliability_reason": ""}


class SourceQuery(RecordQuery):
    kind = Choice(SourceKind.choices, required=False)
    publisher = Text(required=False, max_length=200, help_text="In upper or lower case.")
    issued_by = Text(required=False, max_length=LONGEST_CODE, help_text="The code of a party.")
    published_since = Day(required=False)
    published_until = Day(required=False)
    derives_from = Key(required=False, help_text="The key of a source: what rewrites it.")
    q = search("key, title, publisher or a name of the party that issued it")
    ordering = Choice(
        [(name, name) for name in ORDERS],
        required=False,
        default="key",
        help_text="By the day of publication leaves out those of which it is not known.",
    )


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "relationship": in_relationship,
        "kind": equal("kind"),
        "publisher": equal("publisher__iexact"),
        "issued_by": of_party("issued_by", "issued_by"),
        "published_since": equal("published_on__gte"),
        "published_until": equal("published_on__lte"),
        "derives_from": on("derives_from", Source, "derives_from"),
        "q": containing("key", "title", "publisher", named="issued_by"),
    }
)


class SourceList(ApiView):
    query = {"GET": SourceQuery}

    @extend_schema(operation_id="sources", summary="The sources", tags=[TAG], responses=SourcePageSerializer)
    def get(self, request: Request) -> Response:
        rows = let_through(SOURCES.rows(self.access), self.params, self.access, CONDITIONS)
        ordering = self.params["ordering"]
        dated = Q(published_on__isnull=False) if "published_on" in ordering else Q()
        return SOURCES.page(self, request, rows.filter(dated), ORDERS[ordering])

    @writes(SourceSerializer, operation_id="add_source", summary="Take up a source", tag=TAG, takes=NewSource)
    def post(self, request: Request) -> Response:
        given = self.body(NewSource)
        relationship = visible(Relationship, given.pop("relationship"), self.access, field="relationship", by="slug")
        draft = SourceDraft(**_resolved(given, relationship, self.access))
        source = add_source(relationship=relationship, draft=draft, by=self.access, at=clock.now())
        return SOURCES.written(self, request, source, ETag=etag(source.version))


class SourceDetail(ApiView):
    guarded = ("PATCH",)

    @extend_schema(
        operation_id="source", summary="One source", tags=[TAG], parameters=[etag_of(200)], responses=SourceSerializer
    )
    def get(self, request: Request, source: str) -> Response:
        row = SOURCES.get(self, source)
        return SOURCES.one(self, row, ETag=etag(row.version))

    @extend_schema(
        operation_id="edit_source",
        summary="Correct what is said of a source, or restrict it, or open it",
        tags=[TAG],
        parameters=[etag_of(200)],
        request=SourceEdit,
        responses=SourceSerializer,
    )
    def patch(self, request: Request, source: str) -> Response:
        row = SOURCES.get(self, source)
        require_match(request, row.version)
        given = self.body(SourceEdit)
        values = {name: EMPTY.get(name) if value is None else value for name, value in given.items()}
        values = _resolved(values, row.relationship, self.access)
        _edit(row, values, self.access)
        fresh = SOURCES.get(self, source)
        return SOURCES.one(self, fresh, ETag=etag(fresh.version))


def _edit(row: Source, values: Mapping[str, Any], by: Access) -> None:
    try:
        edit_source(source=row, version=row.version, values=values, by=by, at=clock.now())
    except Conflict as error:
        if error.field != "version":
            raise
        raise PreconditionFailed(error.reason, field="If-Match") from error


def _resolved(values: Mapping[str, Any], relationship: Relationship, access: Access) -> dict[str, Any]:
    """The same, with rows in the place of their names."""
    found = dict(values)
    for field in ("derives_from", "translation_of"):
        if found.get(field) is not None:
            found[field] = visible(Source, found[field], access, field=field)
    if found.get("issued_by") is not None:
        found["issued_by"] = party_in(relationship, found["issued_by"], access, field="issued_by")
    return found
