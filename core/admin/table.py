"""The table of a list, ready for its template: columns with the address that orders by them, rows with their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ORDER_VAR

from core.admin.show import EMPTY

if TYPE_CHECKING:
    from core.admin.changelist import ParleyChangeList


@dataclass(frozen=True)
class Column:
    """`url` orders the list by this column, from its other end if it is ordered by it now; empty where it cannot."""

    name: str
    label: str
    url: str
    order: str = ""


@dataclass(frozen=True)
class Cell:
    """`url` is the page of the row, on the columns that lead there."""

    name: str
    label: str
    value: Any
    url: str

    @property
    def is_empty(self) -> bool:
        return self.value in ("", EMPTY)


def columns_of(cl: ParleyChangeList) -> list[Column]:
    ordered = cl.get_ordering_field_columns()
    return [_column(cl, place, name, ordered.get(place, "")) for place, name in enumerate(cl.list_display)]


def _column(cl: ParleyChangeList, place: int, name: str, order: str) -> Column:
    label = str(label_for_field(name, cl.model, model_admin=cl.model_admin))
    if name not in cl.model_admin.orders:
        return Column(name, label, "")
    other_end = f"-{place}" if order == "asc" else str(place)
    return Column(name, label, cl.get_query_string({ORDER_VAR: other_end}), order)


def rows_of(cl: ParleyChangeList) -> list[list[Cell]]:
    labels = {column.name: column.label for column in columns_of(cl)}
    return [_row(cl, row, labels) for row in cl.result_list]


def _row(cl: ParleyChangeList, row: Any, labels: dict[str, str]) -> list[Cell]:
    links = cl.list_display_links or ()
    page = cl.model_admin.to("change", row.pk)
    return [
        Cell(name, labels[name], lookup_field(name, row, cl.model_admin)[2], page if name in links else "")
        for name in cl.list_display
    ]
