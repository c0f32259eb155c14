"""Deadlines as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Choice, Day, StrictSerializer
from tracker.api.fields import Fuzzy, FuzzyDateSerializer, HandlingChoice, Key, Words
from tracker.api.record_serializers import RecordSerializer
from tracker.evidence import DeadlineKind, DeadlineOutcome
from tracker.models import Deadline

# A deadline is moved by the row that replaces it.
BY_HAND = [(value, label) for value, label in DeadlineOutcome.choices if value != DeadlineOutcome.MOVED]


class DeadlineCloseSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(DeadlineOutcome.choices)
    on = serializers.DateField(source="closed_on")
    known_at = serializers.DateTimeField(source="closed_at")
    reason = serializers.CharField(source="close_reason")

    def to_representation(self, deadline: Deadline) -> Any:
        return None if deadline.closed_at is None else super().to_representation(deadline)


class DeadlineSerializer(RecordSerializer):
    issue = serializers.CharField(source="issue.key")
    what = serializers.CharField()
    kind = serializers.ChoiceField(DeadlineKind.choices)
    due = FuzzyDateSerializer()
    claim = serializers.CharField(source="claim.key", allow_null=True)
    closed = DeadlineCloseSerializer(source="*", allow_null=True)


class DeadlinePageSerializer(serializers.Serializer[Any]):
    results = DeadlineSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class NewDeadline(StrictSerializer):
    issue = Key()
    what = Words(max_length=300)
    due = Fuzzy()
    kind = Choice(DeadlineKind.choices, required=False, default=DeadlineKind.SELF_SET.value)
    claim = Key(required=False)
    handling = HandlingChoice(help_text="As what it rests on, if it is not said.")
    replaces = Key(required=False, help_text="The deadline that was moved. Needs a reason.")
    reason = Words(max_length=2000, lines=True, required=False, help_text="Why it was moved.")


class EndOfDeadline(StrictSerializer):
    outcome = Choice(BY_HAND, help_text="One that was moved is replaced by another.")
    closed_on = Day()
    reason = Words(max_length=2000, lines=True)
