from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from core.access import Access, Right
from core.appendonly import AppendOnlyModel
from core.models.compartment import Compartment
from core.site import SLUG as SITE
from core.visibility import CompartmentQuerySet, Handling, handling_is_known


class Events(CompartmentQuerySet["Event"]):
    def visible_to(self, access: Access) -> Self:
        """The lines of the ledgers that this reader may read; operators read the site's own besides.

        Whoever is not cleared finds no line that is restricted itself, and none of a record that is restricted now:
        an issue that is restricted later takes its earlier, open lines with it.
        """
        if access.is_system:
            return self.all()
        ledgers = access.where(Right.READ_LEDGER)
        readable = Q(compartment__in=sorted(ledgers))
        if access.is_operator:
            readable |= Q(compartment__slug=SITE)
        cleared = Q(compartment__in=sorted(ledgers & access.cleared))
        open_throughout = Q(handling=Handling.OPEN, _subject_handling=Handling.OPEN)
        return self.alias(_subject_handling=_handling_now()).filter(readable, open_throughout | cleared)


class Event(AppendOnlyModel):
    """One line of the ledger: who changed what, from what to what. Audit trail and outbox in one.

    `seq` is gapless within a compartment and in the order of commits. `hash` covers the line, the digest of its
    changes and the hash of the line before; so a changed, removed or swapped line shows, while the changes of a
    redacted line can be emptied without breaking the chain.
    """

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60, help_text="What was done, such as issue.status_changed.")
    subject_type = models.CharField(max_length=60, help_text="The model, such as tracker.issue.")
    subject_id = models.CharField(max_length=120, help_text="The record's external id.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    handling = models.CharField(max_length=10, choices=Handling, default=Handling.OPEN)
    changes = models.JSONField(null=True, help_text="Changed fields, each as [old, new]. Empty once redacted.")
    changes_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    redactable: ClassVar = {"changes": None}

    objects = Events.as_manager()

    class Meta:
        ordering = ["compartment", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["compartment", "seq"], name="event_seq_unique_in_compartment"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="event_seq_starts_at_one"),
            handling_is_known("event_handling_is_known"),
        ]
        indexes = [
            models.Index(fields=["compartment", "subject_type", "subject_id", "seq"], name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.subject_id}"


def _handling_now() -> Subquery:
    """That of the latest line about the same record, which the index `event_of_subject` finds at once."""
    same = {name: OuterRef(name) for name in ("compartment", "subject_type", "subject_id")}
    return Subquery(Event.objects.filter(**same).order_by("-seq").values("handling")[:1])


class LedgerHead(models.Model):
    """The last line of a compartment's ledger. Its row lock is what puts writers in a queue."""

    compartment = models.OneToOneField(Compartment, on_delete=models.PROTECT, primary_key=True, related_name="head")
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.compartment_id}: {self.seq}"
