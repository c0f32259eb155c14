from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from core.visibility import CompartmentQuerySet, Handling, handling_is_known, one_of


class Flags(CompartmentQuerySet["Flag"]):
    compartment_path = "relationship_id"
    handling_paths = ("handling",)

    def standing(self) -> Self:
        return self.filter(cleared_at=None)

    def of_issues(self) -> Self:
        return self.filter(subject_kind=Flag.Subject.ISSUE)


class Flag(models.Model):
    """A machine's remark that something needs a person: one per subject, rule and episode.

    Its subject is named by kind and id rather than by a foreign key, so that rooms above can raise flags about rows
    that this room does not know, and so that a pass over all issues writes here and never to an issue.
    """

    class Subject(models.TextChoices):
        ISSUE = "issue", "Issue"

    class Rule(models.TextChoices):
        SILENCE = "silence", "Gone quiet"
        WITHDRAWN_CLAIM = "withdrawn_claim", "Rests on a withdrawn claim"
        UNMATCHED_QUOTE = "unmatched_quote", "Quote not in the held text"

    class Level(models.TextChoices):
        NOTICE = "notice", "Notice"
        ESCALATED = "escalated", "Escalated"

    # Without an index: every question about flags names the relationships of its reader, and SQLite, which knows no
    # numbers of rows, would look for an issue's flag among all those of its relationship.
    relationship = models.ForeignKey(
        "tracker.Relationship", on_delete=models.PROTECT, related_name="flags", db_index=False
    )
    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    rule = models.CharField(max_length=24)
    level = models.CharField(max_length=10, choices=Level, default=Level.NOTICE)
    since = models.DateField(help_text="The day from which it counts, such as that of the last substantive event.")
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_why = models.CharField(max_length=200, blank=True)
    handling = models.CharField(max_length=10, choices=Handling, default=Handling.OPEN)

    objects = Flags.as_manager()

    class Meta:
        ordering = ["relationship", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "rule"],
                condition=Q(cleared_at=None),
                name="flag_one_standing_per_subject_and_rule",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None, cleared_why="")
                | (Q(cleared_at__isnull=False, cleared_at__gte=F("raised_at")) & ~Q(cleared_why="")),
                name="flag_cleared_with_a_reason",
            ),
            one_of("level", ["notice", "escalated"], "flag_level_is_known"),
            handling_is_known("flag_handling_is_known"),
        ]
        indexes = [models.Index(fields=["since", "id"], condition=Q(cleared_at=None), name="flag_standing")]

    def __str__(self) -> str:
        return f"{self.rule} since {self.since}"
