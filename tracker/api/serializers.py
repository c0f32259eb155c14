"""Issues and their history as the API shows them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rest_framework import serializers

from tracker.api.fields import FuzzyDateSerializer, KeysOf
from tracker.evidence import DeadlineKind
from tracker.models import StatusChange
from tracker.models.status_change import VOID
from tracker.statuses import Category, Priority, Status, Trend


class OrNull(serializers.ChoiceField):
    """A word of a list; what the database keeps as "" is null."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class FlagSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    level = serializers.CharField()
    since = serializers.DateField()
    raised_at = serializers.DateTimeField()


class IssueSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    relationship = serializers.CharField(source="relationship.slug")
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    category = serializers.ChoiceField(Category.choices)
    status = serializers.ChoiceField(Status.choices)
    trend = OrNull(Trend.choices)
    priority = serializers.ChoiceField(Priority.choices)
    assignee = serializers.CharField(source="assignee.username", allow_null=True)
    parent = serializers.CharField(source="parent.key", allow_null=True)  # type: ignore[assignment]
    next_review = serializers.DateField(allow_null=True)
    last_substantive_on = serializers.DateField(help_text="When something last happened in the matter itself.")
    handling = serializers.CharField()
    version = serializers.IntegerField()
    flags = FlagSerializer(many=True, source="standing_flags")


class StatusChangeSerializer(serializers.Serializer[Any]):
    """One row of the history; `to` is null where it voids another."""

    id = serializers.CharField(source="external_id")
    seq = serializers.IntegerField()
    from_ = OrNull(Status.choices, source="from_status")
    to = OrNull(Status.choices, source="to_status")
    trend = OrNull(Trend.choices)
    reason = serializers.CharField()
    occurred_on = serializers.DateField()
    known_at = serializers.DateTimeField()
    known_at_stated = serializers.BooleanField()
    recorded_at = serializers.DateTimeField()
    by = serializers.SerializerMethodField(help_text="A username, or the name of an author who is no user here.")
    supersedes = serializers.SerializerMethodField()
    superseded_by = serializers.SerializerMethodField()
    in_force = serializers.SerializerMethodField()
    claims = KeysOf(source="claims_shown", help_text="What it rests on.")

    def get_fields(self) -> dict[str, Any]:
        """`from`, which no Python class can name."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}

    def get_by(self, row: StatusChange) -> str | None:
        return row.by.username if row.by else row.author_name or None

    def get_supersedes(self, row: StatusChange) -> str | None:
        return _id_of(row, row.supersedes)

    def get_superseded_by(self, row: StatusChange) -> str | None:
        return _id_of(row, self._successor(row))

    def get_in_force(self, row: StatusChange) -> bool:
        return row.to_status != VOID and self._successor(row) is None

    def _successor(self, row: StatusChange) -> StatusChange | None:
        """By what was known at the instant `known` of the context."""
        known: dt.datetime | None = self.context.get("known")
        later: StatusChange | None = getattr(row, "superseded_by", None)
        return None if later is None or (known is not None and later.known_at > known) else later


class NextDeadlineSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    what = serializers.CharField()
    kind = serializers.ChoiceField(DeadlineKind.choices)
    due = FuzzyDateSerializer()


class IssueDetailSerializer(IssueSerializer):
    """An issue as it is, or its status and history as of a day and by what was known at an instant. Its other fields
    are today's."""

    status = OrNull(Status.choices, source="reading.status")
    trend = OrNull(Trend.choices, source="reading.trend")
    as_of = serializers.DateField(allow_null=True, source="reading.as_of", help_text="As asked for.")
    known_at = serializers.DateTimeField(allow_null=True, source="reading.known_at", help_text="As asked for.")
    allowed_moves = serializers.ListField(
        child=serializers.ChoiceField(Status.choices),
        source="reading.allowed_moves",
        help_text="Where you may move it now. None to a reader, and none from a past reading.",
    )
    next_deadline = NextDeadlineSerializer(
        allow_null=True, help_text="The first standing one that is not over; where there is none, the last that is."
    )
    history = StatusChangeSerializer(many=True, source="reading.rows")


class IssuePageSerializer(serializers.Serializer[Any]):
    results = IssueSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class StatusChangePageSerializer(serializers.Serializer[Any]):
    results = StatusChangeSerializer(many=True)
    next = serializers.URLField(allow_null=True)


def _id_of(row: StatusChange, other: StatusChange | None) -> str | None:
    """Its own issue is the other's too: no need to ask the database."""
    return f"{row.issue.key}-H{other.seq}" if other else None
