from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from core.appendonly import AppendOnlyModel
from core.visibility import CompartmentQuerySet, not_blank, one_of
from tracker.history import Move
from tracker.statuses import Status, Trend, pairs

VOID = ""


def _any_allowed_move() -> Q:
    """The table of moves as a condition of the database: `statuses.MOVES`, and any first status."""
    allowed = Q()
    for before, after in pairs():
        allowed |= Q(from_status=before, to_status=after)
    return allowed


class StatusChanges(CompartmentQuerySet["StatusChange"]):
    compartment_path = "issue__relationship_id"
    handling_paths = ("issue__handling",)

    def in_force(self, known: dt.datetime | None = None) -> Self:
        """Rows known by then, neither void nor superseded by a row known by then."""
        rows, later = self, StatusChange.objects.filter(supersedes=OuterRef("pk"))
        if known is not None:
            rows, later = rows.filter(known_at__lte=known), later.filter(known_at__lte=known)
        return rows.exclude(to_status=VOID).filter(~Exists(later))

    def moves(self) -> list[Move]:
        """The rows as the pure history understands them, in the order of recording."""
        rows = self.select_related("supersedes").order_by("issue_id", "seq")
        return [row.as_move() for row in rows]


class StatusChange(AppendOnlyModel):
    """One move of an issue's status. Written once; corrected or voided only by a later row that supersedes it.

    Two clocks: `occurred_on` is when it happened, `known_at` when the team knew. `recorded_at` is the server's, and
    `known_at` equals it unless the row was entered late (`known_at_stated`).
    """

    issue = models.ForeignKey("tracker.Issue", on_delete=models.PROTECT, related_name="status_changes")
    seq = models.PositiveIntegerField(help_text="Its place in the order of recording.")
    from_status = models.CharField(max_length=12, choices=Status, blank=True)
    to_status = models.CharField(max_length=12, choices=Status, blank=True, help_text="Empty: this row voids another.")
    trend = models.CharField(max_length=10, choices=Trend, blank=True)
    reason = models.TextField(max_length=2000, help_text="Written for all readers.")
    occurred_on = models.DateField()
    known_at = models.DateTimeField()
    known_at_stated = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=150, blank=True, help_text="Of an author who is no user here.")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    # The move stays open even where a claim that it cites does not: that one is shown to the cleared alone.
    claims = models.ManyToManyField("tracker.Claim", related_name="status_changes", blank=True)

    redactable: ClassVar = {"reason": "[redacted]"}

    objects = StatusChanges.as_manager()

    class Meta:
        ordering = ["issue", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "seq"], name="statuschange_seq_unique_in_issue"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="statuschange_seq_starts_at_one"),
            models.CheckConstraint(
                condition=Q(to_status=VOID) | _any_allowed_move(), name="statuschange_move_is_allowed"
            ),
            models.CheckConstraint(
                condition=~Q(to_status=VOID) | Q(supersedes__isnull=False), name="statuschange_void_names_its_row"
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("pk")), name="statuschange_supersedes_another"),
            models.CheckConstraint(condition=Q(known_at__lte=F("recorded_at")), name="statuschange_known_by_recording"),
            models.CheckConstraint(
                condition=Q(known_at_stated=True) | Q(known_at=F("recorded_at")),
                name="statuschange_stated_or_server_time",
            ),
            one_of("trend", ["", *Trend.values], "statuschange_trend_is_known"),
            not_blank("reason", "statuschange_reason_not_blank"),
        ]
        indexes = [models.Index(fields=["issue", "occurred_on", "seq"], name="statuschange_as_of")]

    def __str__(self) -> str:
        return self.external_id

    @property
    def external_id(self) -> str:
        return f"{self.issue.key}-H{self.seq}"

    def as_move(self) -> Move:
        return Move(
            seq=self.seq,
            from_status=self.from_status,
            to_status=self.to_status,
            occurred_on=self.occurred_on,
            known_at=self.known_at,
            supersedes=self.supersedes.seq if self.supersedes else None,
        )
