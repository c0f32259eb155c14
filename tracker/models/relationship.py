from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from core.models import Compartment
from core.visibility import CompartmentQuerySet, not_blank


class Relationships(CompartmentQuerySet["Relationship"]):
    compartment_path = "pk"


class Relationship(Compartment):
    """Two parties whose dealings one team follows. It is a compartment: the door and what is behind it are one row."""

    key_prefix = models.CharField(
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{1,11}\Z")],
        help_text="What the keys of its issues begin with, such as USCN.",
    )
    home_party = models.ForeignKey(
        "tracker.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The side that this team works for. Empty for observers.",
    )

    objects = Relationships.as_manager()  # type: ignore[assignment, misc]  # narrower than the parent's, as it should be

    class Meta:
        ordering = ["slug"]
        constraints = [not_blank("key_prefix", "relationship_key_prefix_not_blank")]
