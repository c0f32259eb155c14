from __future__ import annotations

from typing import ClassVar

from django.db import models

from core.appendonly import AppendOnlyModel
from core.models.event import Event


class Redaction(AppendOnlyModel):
    """The permit that lets the database empty one text of one row that is otherwise written once, with its Event."""

    subject_type = models.CharField(max_length=60)
    subject_pk = models.BigIntegerField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="redactions")
    reason = models.TextField()

    # A reason may repeat by mistake what it was to take away.
    redactable: ClassVar = {"reason": "[redacted]"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_pk"], name="redaction_once_per_row"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_pk}"
