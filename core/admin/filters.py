from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.http import HttpRequest
from django.utils.functional import cached_property

from core.admin.requests import access_of, is_operator
from core.errors import InvalidInput
from core.models import Membership


class StrictFilter(SimpleListFilter):
    """Filters by what it offers, and by nothing else: any other value is a 400, whether it names a record that the
    reader may not see or one that there is not."""

    parameter_name: str

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: type[Any], model_admin: ModelAdmin[Any]
    ) -> None:
        super().__init__(request, params, model, model_admin)
        value = self.value()
        if value is not None and value not in self.offered:
            raise InvalidInput("is not a value of this filter", field=self.parameter_name, value=value)

    @cached_property
    def offered(self) -> dict[str, str]:
        return {str(value): str(label) for value, label in self.lookup_choices}

    def value(self) -> str | None:
        """What is asked for; a field of the form that was left empty asks for nothing."""
        return super().value() or None

    @property
    def label(self) -> str:
        """What is chosen, as people read it; empty where nothing is."""
        value = self.value()
        return "" if value is None else self.offered[value]


def memberships_seen(request: HttpRequest) -> list[Membership]:
    """Everybody who is or was a member of what the reader may see, and their relationships: one query a request,
    which several filters share."""
    found: list[Membership] | None = getattr(request, "_memberships_seen", None)
    if found is None:
        visible = (
            Membership.objects.all() if is_operator(request) else Membership.objects.visible_to(access_of(request))
        )
        found = list(visible.select_related("compartment", "user").order_by("compartment__slug", "user__username"))
        request._memberships_seen = found  # type: ignore[attr-defined]
    return found


class CompartmentFilter(StrictFilter):
    title = "relationship"
    parameter_name = "relationship"
    path = "relationship_id"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        seen = {row.compartment.slug: (row.compartment.pk, row.compartment.name) for row in memberships_seen(request)}
        self._pks = {slug: pk for slug, (pk, _) in seen.items()}
        return [(slug, name) for slug, (_, name) in seen.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset if value is None else queryset.filter(**{self.path: self._pks[value]})
