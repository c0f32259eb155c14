"""`visible_to(access)`: the one door through which every list, count, filter and search reads its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from core.access import Access


class Handling(models.TextChoices):
    OPEN = "open", "Open"
    RESTRICTED = "restricted", "Restricted"


M = TypeVar("M", bound=models.Model)


class CompartmentQuerySet(models.QuerySet[M]):
    """Rows of compartments. A subclass names the path to its compartment, and to each handling that hides it."""

    compartment_path = "compartment_id"
    handling_paths: tuple[str, ...] = ()

    def visible_to(self, access: Access) -> Self:
        """The rows that exist for this reader; restricted ones only where they are cleared."""
        if access.is_system:
            return self.all()
        visible = Q(**{f"{self.compartment_path}__in": sorted(access.compartments)})
        cleared = Q(**{f"{self.compartment_path}__in": sorted(access.cleared)})
        for path in self.handling_paths:
            visible &= Q(**{path: Handling.OPEN}) | cleared
        return self.filter(visible)


def handling_is_known(name: str) -> models.CheckConstraint:
    return one_of("handling", Handling.values, name)


def one_of(field: str, values: Any, name: str) -> models.CheckConstraint:
    """The column holds one of the words that the field's choices offer: the database holds it too."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": list(values)}), name=name)


def not_blank(field: str, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=~Q(**{field: ""}), name=name)
