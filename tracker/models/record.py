"""What the records of a relationship have in common: a number and a key, who may read them, and two clocks."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.appendonly import AppendOnlyModel
from core.visibility import CompartmentQuerySet, Handling, handling_is_known

M = TypeVar("M", bound=models.Model)


class Numbered(models.Model):
    """A row with a number of its own in its relationship, and a key made of it: the external id, from creation on."""

    letter: ClassVar[str]

    relationship = models.ForeignKey(
        "tracker.Relationship", on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=24, unique=True)
    handling = models.CharField(max_length=10, choices=Handling, default=Handling.OPEN)

    class Meta:
        abstract = True
        ordering = ["relationship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["relationship", "number"], name="%(class)s_number_unique_in_relationship"),
            models.CheckConstraint(condition=Q(number__gte=1), name="%(class)s_number_starts_at_one"),
            handling_is_known("%(class)s_handling_is_known"),
        ]

    def __str__(self) -> str:
        return self.key


class Records(CompartmentQuerySet[M]):
    compartment_path = "relationship_id"
    handling_paths = ("handling",)

    def in_force(self, known: dt.datetime | None = None) -> Self:
        """Rows that were not withdrawn; by what was known at an instant, if one is given."""
        if known is None:
            return self.filter(withdrawn_at=None)
        return self.filter(known_at__lte=known).filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=known))


class Record(Numbered, AppendOnlyModel):
    """A row that is written once. A mistake is withdrawn with a reason, or replaced by a later row; both stay.

    Two clocks, as of a StatusChange: when it happened is the row's own matter; `known_at` is when the team knew, and
    equals `recorded_at`, the server's, unless the row was entered late (`known_at_stated`).
    """

    known_at = models.DateTimeField()
    known_at_stated = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=150, blank=True, help_text="Of an author who is no user here.")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_by_name = models.CharField(max_length=150, blank=True)
    withdrawal_reason = models.TextField(max_length=2000, blank=True)

    changeable: ClassVar[tuple[str, ...]] = ("handling",)
    closing: ClassVar[tuple[str, ...]] = ("withdrawn_at", "withdrawn_by", "withdrawn_by_name", "withdrawal_reason")

    class Meta(Numbered.Meta):
        abstract = True
        constraints = [
            *Numbered.Meta.constraints,
            models.CheckConstraint(condition=~Q(replaces=F("pk")), name="%(class)s_replaces_another"),
            models.CheckConstraint(condition=Q(known_at__lte=F("recorded_at")), name="%(class)s_known_by_recording"),
            models.CheckConstraint(
                condition=Q(known_at_stated=True) | Q(known_at=F("recorded_at")),
                name="%(class)s_stated_or_server_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="", withdrawn_by=None, withdrawn_by_name="")
                | (Q(withdrawn_at__isnull=False, withdrawn_at__gte=F("known_at")) & ~Q(withdrawal_reason="")),
                name="%(class)s_withdrawn_with_a_reason",
            ),
        ]

    @property
    def author(self) -> str:
        return self.by.username if self.by else self.author_name

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def content(self) -> dict[str, Any]:
        """What the row says, column by column, as it was written: without what may change later."""
        later = {*self.closing, *self.changeable, "id", "relationship", "number", "key", "replaces"}
        stamps = {"known_at", "known_at_stated", "recorded_at", "by", "author_name"}
        names = [field.name for field in self._meta.concrete_fields if field.name not in later | stamps]
        return {name: getattr(self, name) for name in names}
