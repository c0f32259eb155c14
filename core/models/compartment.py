from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from core.visibility import CompartmentQuerySet, not_blank


class Compartments(CompartmentQuerySet["Compartment"]):
    compartment_path = "pk"


class Compartment(models.Model):
    """A door: whoever is no member of it finds nothing of what is behind it. A relationship is one."""

    slug = models.SlugField(max_length=60, unique=True, validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z")])
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    objects = Compartments.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [not_blank("slug", "compartment_slug_not_blank"), not_blank("name", "compartment_name_not_blank")]

    def __str__(self) -> str:
        return self.name
