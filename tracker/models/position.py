from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from core.visibility import not_blank, one_of
from tracker.evidence import Disclosure, PositionKind
from tracker.models.record import Record, Records


class Positions(Records["Position"]):
    def held(self, known: dt.datetime | None = None) -> Self:
        """In force and not given up."""
        rows = self.in_force(known)
        return rows.filter(ended_at=None) if known is None else rows.filter(Q(ended_at=None) | Q(ended_at__gt=known))


class Position(Record):
    """What a party holds on an issue, from a day on. What it held before stays, with the day on which that ended."""

    letter = "P"

    issue = models.ForeignKey("tracker.Issue", on_delete=models.PROTECT, related_name="positions", db_index=False)
    party = models.ForeignKey("tracker.Party", on_delete=models.PROTECT, related_name="positions")
    kind = models.CharField(max_length=10, choices=PositionKind)
    text = models.TextField(max_length=2000, help_text="In our own words.")
    disclosure = models.CharField(max_length=14, choices=Disclosure, default=Disclosure.PUBLIC)
    since = models.DateField()
    claim = models.ForeignKey(
        "tracker.Claim",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="positions",
        help_text="Where it was said. None for what is internal.",
    )
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the team knew that it had ended.")
    end_reason = models.TextField(max_length=2000, blank=True)

    closing: ClassVar = (*Record.closing, "until", "ended_at", "end_reason")
    redactable: ClassVar = {"text": "[redacted]"}

    objects = Positions.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(disclosure=Disclosure.INTERNAL, claim=None)
                | (~Q(disclosure=Disclosure.INTERNAL) & Q(claim__isnull=False)),
                name="position_claim_unless_internal",
            ),
            models.CheckConstraint(
                condition=Q(until=None, ended_at=None, end_reason="")
                | (
                    Q(until__isnull=False, until__gte=F("since"))
                    & Q(ended_at__isnull=False, ended_at__gte=F("known_at"))
                    & ~Q(end_reason="")
                ),
                name="position_ended_with_a_reason",
            ),
            one_of("kind", PositionKind.values, "position_kind_is_known"),
            one_of("disclosure", Disclosure.values, "position_disclosure_is_known"),
            not_blank("text", "position_text_not_blank"),
        ]
        indexes = [models.Index(fields=["issue", "since", "id"], name="position_of_issue")]
