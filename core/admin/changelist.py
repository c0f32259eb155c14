"""A list that counts nothing, orders only along an index, and answers nonsense with 400 rather than with a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

from core.admin.table import Cell, Column, columns_of, rows_of
from core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from core.admin.base import ParleyModelAdmin

OWN = frozenset({PAGE_VAR, ORDER_VAR, SEARCH_VAR})
PAGE = re.compile(r"[1-9][0-9]{0,4}")
ORDER = re.compile(r"(-?)([0-9]{1,2})(?:\.-?[0-9]{1,2})*")
LONGEST_SEARCH = 200
MOST_WORDS = 12


class LookAheadPaginator(Paginator[Any]):
    """Knows whether there is a next page by asking for one row more than it shows."""

    template_name = "parley/pagination.html"

    def rows(self, number: int) -> tuple[list[Any], bool]:
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        return rows[: self.per_page], len(rows) > self.per_page


class ParleyChangeList(ChangeList):
    model_admin: ParleyModelAdmin

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(request, *args, **kwargs)
        except IncorrectLookupParameters as error:
            raise InvalidInput("is not a filter of this list", field="query") from error
        self.title = self.model_admin.list_title or str(self.opts.verbose_name_plural).capitalize()

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Ordered by one column at a time, since each has an index and no two of them together have one."""
        if order := self.params.pop(ORDER_VAR, ""):
            self.params[ORDER_VAR] = order.split(".")[0]
            self.filter_params[ORDER_VAR] = [self.params[ORDER_VAR]]
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows

    def get_results(self, request: HttpRequest) -> None:
        paginator: LookAheadPaginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        rows, self.has_next = paginator.rows(self.page_num)
        if not rows and self.page_num > 1:
            raise NotFound
        self.result_list = self.model_admin.enriched(request, rows)
        self.result_count = self.full_result_count = len(rows)
        self.paginator = paginator
        self.show_full_result_count = self.show_admin_actions = self.can_show_all = self.multi_page = False

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        name, descending = self._order()
        fields = self.model_admin.orders[name]
        return [_reversed(field) for field in fields] if descending else list(fields)

    def get_ordering_field_columns(self) -> dict[int, str]:
        name, descending = self._order()
        if name not in self.list_display:
            return {}
        return {list(self.list_display).index(name): "desc" if descending else "asc"}

    @property
    def columns(self) -> list[Column]:
        return columns_of(self)

    @property
    def rows(self) -> list[list[Cell]]:
        return rows_of(self)

    @property
    def ordered_by(self) -> str:
        return str(self.params.get(ORDER_VAR, ""))

    @property
    def chosen(self) -> list[dict[str, str]]:
        """The filters in force, each with the address of the list without it."""
        return [
            {"title": spec.title, "label": spec.label, "url": self.get_query_string(remove=[spec.parameter_name])}
            for spec in self.filter_specs
            if spec.label
        ]

    def url_of_page(self, number: int) -> str:
        return str(self.get_query_string({PAGE_VAR: number}))

    @property
    def previous_url(self) -> str:
        return self.url_of_page(self.page_num - 1) if self.page_num > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url_of_page(self.page_num + 1) if self.has_next else ""

    def _order(self) -> tuple[str, bool]:
        """The column by which the list is ordered, and whether from its end."""
        given = self.params.get(ORDER_VAR, "")
        if not given:
            default = self.model_admin.default_order
            return default.removeprefix("-"), default.startswith("-")
        column = int(given.removeprefix("-"))
        name = self.list_display[column] if column < len(self.list_display) else ""
        if name not in self.model_admin.orders:
            raise InvalidInput("is not a column by which this list is ordered", field=ORDER_VAR, value=given)
        return str(name), given.startswith("-")


def check_query(request: HttpRequest, *, known: Sequence[Any]) -> None:
    """NotFound for what is no page; InvalidInput for an unknown filter, a malformed order, a search beyond reason."""
    names = OWN | {name for item in known for name in [item.parameter_name]}
    for name in request.GET:
        if name not in names:
            raise InvalidInput("is not a filter of this list", field=name[:80])
    if not PAGE.fullmatch(request.GET.get(PAGE_VAR, "1")):
        raise NotFound
    order, query = request.GET.get(ORDER_VAR, ""), request.GET.get(SEARCH_VAR, "")
    if order and not ORDER.fullmatch(order):
        raise InvalidInput("is not an order", field=ORDER_VAR, value=order)
    if len(query) > LONGEST_SEARCH or len(query.split()) > MOST_WORDS:
        reason = f"is too long; at most {LONGEST_SEARCH} characters and {MOST_WORDS} words are searched for"
        raise InvalidInput(reason, field=SEARCH_VAR)


def _reversed(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
