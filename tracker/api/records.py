"""What the addresses of all records have in common: reading one, listing many, answering a write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from core import clock
from core.access import Access
from core.api.fields import Choice, StrictSerializer, Text
from core.api.openapi import location_of
from core.api.pages import Order, PageQuery, page_of
from core.api.views import ApiView
from core.errors import InvalidInput, NotFound, ParleyError, Problems
from tracker.actions.records import withdraw
from tracker.api.fields import Words
from tracker.api.narrowing import MOST_WORDS

# The unique (relationship, number) is their index.
BY_KEY: Mapping[str, Order] = MappingProxyType(
    {
        "key": Order(("relationship_id", "number")),
        "-key": Order(("relationship_id", "number"), descending=True),
    }
)
LONGEST_REASON = 2000


class RecordQuery(PageQuery):
    """What every list of records takes."""

    relationship = Text(required=False, max_length=60, help_text="Its slug, such as us-cn.")
    ordering = Choice([(name, name) for name in BY_KEY], required=False, default="key")


def search(where: str) -> Text:
    return Text(required=False, max_length=200, help_text=f"At most {MOST_WORDS} words, each in {where}.")


class Because(StrictSerializer):
    reason = Words(max_length=LONGEST_REASON, lines=True, help_text="Written for all readers of the record.")


@dataclass(frozen=True)
class Shown:
    """How the rows of one model are read and shown; `name` is that of the address of one, whose argument is `argument`.
    `context` adds what a serializer needs of all rows of a page at once."""

    model: type[Any]
    serializer: type[Serializer[Any]]
    name: str
    argument: str
    related: Sequence[str] = ()
    prefetched: Sequence[str] = ()
    context: Callable[[Sequence[Any], Access], dict[str, Any]] = lambda rows, access: {}

    def rows(self, access: Access) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(access)
        return rows.select_related(*self.related).prefetch_related(*self.prefetched)

    def get(self, view: ApiView, name: object, by: str = "key") -> Any:
        row = self.rows(view.access).filter(**{by: name}).first()
        if row is None:
            raise NotFound
        return row

    def page(self, view: ApiView, request: Request, rows: QuerySet[Any], order: Order) -> Response:
        page = page_of(rows, order, request, view.params)
        return Response({"results": self._data(page.rows, view.access), "next": page.next})

    def one(self, view: ApiView, row: Any, **headers: str) -> Response:
        return Response(self._data([row], view.access)[0], headers=headers)

    def written(self, view: ApiView, request: Request, row: Any, by: str = "key", **headers: str) -> Response:
        """The row as it now is, with its address."""
        fresh = self.get(view, getattr(row, by), by)
        address = reverse(self.name, kwargs={self.argument: getattr(row, by)})
        headers["Location"] = request.build_absolute_uri(address)
        return Response(self._data([fresh], view.access)[0], status=201, headers=headers)

    def _data(self, rows: Sequence[Any], access: Access) -> list[Any]:
        context = {"access": access, **self.context(rows, access)}
        return list(self.serializer(rows, many=True, context=context).data)


def writes(
    shown: type[Serializer[Any]], *, operation_id: str, summary: str, tag: str, takes: type[Serializer[Any]] | None
) -> Any:
    """The description of an operation that writes a row and answers with it."""
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=[tag],
        parameters=[location_of(201)],
        request=takes,
        responses={201: shown},
    )


@contextmanager
def api_words(names: Mapping[str, str]) -> Iterator[None]:
    """The action's errors by the API's names of the fields."""
    try:
        yield
    except ParleyError as error:
        for part in error.problems if isinstance(error, Problems) else [error]:
            part.field = names.get(part.field, part.field)
        raise


def withdrawn(view: ApiView, record: Any) -> Any:
    """The record, withdrawn for the reason in the body."""
    reason = view.body(Because)["reason"]
    return withdraw(record=record, reason=reason, by=view.access, at=clock.now())


def check_replacement(given: Mapping[str, Any]) -> None:
    """A reason goes with what it is the reason for."""
    if "reason" in given and "replaces" not in given:
        raise InvalidInput("goes with `replaces`: it says why", field="reason")
    if "replaces" in given and "reason" not in given:
        raise InvalidInput("is required: say why the record is replaced", field="reason")
