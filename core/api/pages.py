"""Pages of a list: `{"results": […], "next": address or null}`.

A cursor is the place of the last row shown, signed and bound to the list, its filters and its reader. So it can be
neither made up nor carried elsewhere, and the database is never asked for a place that we did not name ourselves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request

from core.api.fields import QueryNumber, StrictSerializer, Text
from core.errors import InvalidInput

M = TypeVar("M", bound=Model)
LARGEST = 200
DEFAULT = 50
SALT = "parley.api.cursor"


class PageQuery(StrictSerializer):
    """What every list takes."""

    page_size = QueryNumber(
        required=False, min_value=1, default=DEFAULT, help_text=f"Rows on a page; at most {LARGEST} are sent."
    )
    cursor = Text(required=False, max_length=1000, help_text="From `next`; use that address as it is.")


@dataclass(frozen=True)
class Order:
    """Fields to sort by, the last of which makes each place unique. An index must cover them."""

    fields: Sequence[str]
    descending: bool = False

    def by(self) -> list[str]:
        return [f"-{name}" if self.descending else name for name in self.fields]

    def after(self, place: Sequence[Any]) -> Q:
        """The rows behind that place: (a, b) > (x, y), or < when descending."""
        beyond = "lt" if self.descending else "gt"
        found = Q()
        for depth, name in enumerate(self.fields):
            same = {field: place[index] for index, field in enumerate(self.fields[:depth])}
            found |= Q(**same, **{f"{name}__{beyond}": place[depth]})
        return found & Q(**{f"{self.fields[0]}__{beyond}e": place[0]})


@dataclass(frozen=True)
class Page(Generic[M]):
    rows: list[M]
    next: str | None


def page_of(rows: QuerySet[M], order: Order, request: Request, params: Mapping[str, Any]) -> Page[M]:
    """One page in that order. InvalidInput for a cursor that is not one of this list, for this reader."""
    seal = _seal(request)
    if "cursor" in params:
        rows = rows.filter(order.after(_place(rows, order, params["cursor"], seal)))
    size = min(params["page_size"], LARGEST)
    found = list(rows.order_by(*order.by())[: size + 1])
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1]
    place = [_written(last, name) for name in order.fields]
    return Page(found[:size], _address(request, signing.dumps([seal, *place], salt=SALT)))


def _seal(request: Request) -> str:
    """What a cursor is good for. The size of the pages may change on the way."""
    filters = sorted(item for item in request.query_params.items() if item[0] not in ("cursor", "page_size"))
    bound = json.dumps([request.path, request.user.pk, filters])
    return hashlib.sha256(bound.encode()).hexdigest()[:32]


def _place(rows: QuerySet[M], order: Order, cursor: str, seal: str) -> list[Any]:
    try:
        signed_seal, *place = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as error:
        raise InvalidInput("is not a cursor of this site", field="cursor") from error
    if signed_seal != seal:
        raise InvalidInput("belongs to another list, to other filters or to another reader", field="cursor")
    return [_read(rows.model, name, value) for name, value in zip(order.fields, place, strict=True)]


def _read(model: type[M], name: str, value: Any) -> Any:
    field: Any = model._meta.get_field(name)
    return field.to_python(value)


def _written(row: Model, name: str) -> Any:
    field = row._meta.get_field(name)
    value = getattr(row, field.attname)  # type: ignore[union-attr]
    return value if isinstance(value, int | str) else value.isoformat()


def _address(request: Request, cursor: str) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor
    return str(request.build_absolute_uri(f"{request.path}?{query.urlencode()}"))
