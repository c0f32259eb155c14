from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from core.visibility import CompartmentQuerySet, Handling, handling_is_known, not_blank, one_of
from tracker.models.deadline import Deadline, Deadlines
from tracker.staleness import cutoffs, last_near_day, near_deadline_cutoffs
from tracker.statuses import Category, Priority, Status, Trend

if TYPE_CHECKING:
    from tracker.models.note import Notes
    from tracker.models.status_change import StatusChanges


class Issues(CompartmentQuerySet["Issue"]):
    compartment_path = "relationship_id"
    handling_paths = ("handling",)

    def stale_on(self, today: dt.date) -> Self:
        """Issues whose last substantive event is longer ago than their status, their priority and a near deadline
        allow."""
        stale, hurried = Q(), Q()
        for cutoff in cutoffs(today):
            stale |= Q(status=cutoff.status, priority=cutoff.priority, last_substantive_on__lt=cutoff.before)
        for near in near_deadline_cutoffs(today):
            hurried |= Q(status=near.status, last_substantive_on__lt=near.before)
        return self.filter(stale | hurried & Exists(near_deadlines(today, issue="pk", handling="handling")))


def near_deadlines(today: dt.date, *, issue: str, handling: str, known: dt.datetime | None = None) -> Deadlines:
    """The standing deadlines that may fall within the days that are near, of the issue of an outer row, which names it
    and its handling. On an open issue none that is restricted: the flag would tell of it."""
    rows = Deadline.objects.standing(known).filter(due_latest__gte=today, due_earliest__lte=last_near_day(today))
    seen = Q(handling=Handling.OPEN) | Q(handling=OuterRef(handling))
    return rows.filter(seen, issue=OuterRef(issue)).order_by()


class IssueParties(CompartmentQuerySet["IssueParty"]):
    compartment_path = "issue__relationship_id"
    handling_paths = ("issue__handling",)


class Issue(models.Model):
    """A matter between the two parties, with one status at a time; how it came to it is in its StatusChanges."""

    relationship = models.ForeignKey("tracker.Relationship", on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, max_length=5000, help_text="In our own words.")
    category = models.CharField(max_length=20, choices=Category, default=Category.OTHER)
    status = models.CharField(max_length=12, choices=Status)
    trend = models.CharField(max_length=10, choices=Trend, blank=True)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_issues"
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    next_review = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    last_substantive_on = models.DateField(help_text="When something last happened in the matter itself.")
    handling = models.CharField(max_length=10, choices=Handling, default=Handling.OPEN)
    created_at = models.DateTimeField()

    status_changes: StatusChanges
    notes: Notes

    objects = Issues.as_manager()

    class Meta:
        ordering = ["relationship", "number"]
        constraints = [
            models.UniqueConstraint(fields=["relationship", "number"], name="issue_number_unique_in_relationship"),
            one_of("status", Status.values, "issue_status_is_known"),
            one_of("trend", ["", *Trend.values], "issue_trend_is_known"),
            one_of("priority", Priority.values, "issue_priority_is_known"),
            one_of("category", Category.values, "issue_category_is_known"),
            handling_is_known("issue_handling_is_known"),
            not_blank("title", "issue_title_not_blank"),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="issue_is_not_its_own_parent"),
            models.CheckConstraint(condition=Q(number__gte=1), name="issue_number_starts_at_one"),
        ]
        indexes = [
            models.Index(fields=["relationship", "status", "last_substantive_on"], name="issue_by_status"),
            models.Index(fields=["status", "priority", "last_substantive_on"], name="issue_stale_pass"),
            models.Index(fields=["last_substantive_on", "id"], name="issue_by_silence"),
            models.Index(fields=["assignee", "relationship"], name="issue_by_assignee"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class IssueParty(models.Model):
    """A party that an issue concerns, third parties included."""

    class Role(models.TextChoices):
        PRINCIPAL = "principal", "Principal"
        AFFECTED = "affected", "Affected"
        MEDIATOR = "mediator", "Mediator"

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="parties")
    party = models.ForeignKey("tracker.Party", on_delete=models.PROTECT, related_name="issues")
    role = models.CharField(max_length=10, choices=Role)

    objects = IssueParties.as_manager()

    class Meta:
        verbose_name_plural = "issue parties"
        ordering = ["issue", "role", "party"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "party"], name="issueparty_once_per_issue"),
            one_of("role", ["principal", "affected", "mediator"], "issueparty_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.party} ({self.get_role_display()})"
