from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from core.fuzzycolumns import FuzzyColumns, both_days_in_order
from core.visibility import not_blank, one_of
from tracker.evidence import DeadlineKind, DeadlineOutcome
from tracker.models.record import Record, Records


class Deadlines(Records["Deadline"]):
    def standing(self, known: dt.datetime | None = None) -> Self:
        """In force, and neither met nor missed, moved or dropped."""
        rows = self.in_force(known)
        return rows.filter(closed_at=None) if known is None else rows.filter(Q(closed_at=None) | Q(closed_at__gt=known))

    def coming_up(self, today: dt.date, days: int) -> Self:
        """Standing ones that may fall between today and so many days ahead."""
        return self.standing().filter(due_latest__gte=today, due_earliest__lte=today + dt.timedelta(days=days))


class Deadline(Record):
    """By when something is due on an issue. One that is moved is closed as moved, and a later row replaces it."""

    letter = "D"

    issue = models.ForeignKey("tracker.Issue", on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    what = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=DeadlineKind)
    due_earliest = models.DateField(null=True, blank=True)
    due_latest = models.DateField(null=True, blank=True)
    due_words = models.CharField(max_length=200, blank=True, help_text="The date as stated.")
    claim = models.ForeignKey(
        "tracker.Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    outcome = models.CharField(max_length=8, choices=DeadlineOutcome, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When the team knew.")
    close_reason = models.TextField(max_length=2000, blank=True)

    due = FuzzyColumns("due")

    closing: ClassVar = (*Record.closing, "outcome", "closed_on", "closed_at", "close_reason")
    redactable: ClassVar = {"what": "[redacted]"}

    objects = Deadlines.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            both_days_in_order("due", "deadline_due_days_in_order"),
            models.CheckConstraint(
                condition=Q(due_latest__isnull=False) | ~Q(due_words=""), name="deadline_due_says_something"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_on=None, closed_at=None, close_reason="")
                | (
                    ~Q(outcome="")
                    & Q(closed_on__isnull=False, closed_at__isnull=False, closed_at__gte=F("known_at"))
                    & ~Q(close_reason="")
                ),
                name="deadline_closed_with_a_reason",
            ),
            one_of("kind", DeadlineKind.values, "deadline_kind_is_known"),
            one_of("outcome", ["", *DeadlineOutcome.values], "deadline_outcome_is_known"),
            not_blank("what", "deadline_what_not_blank"),
        ]
        indexes = [models.Index(fields=["issue", "due_latest", "id"], name="deadline_of_issue")]
