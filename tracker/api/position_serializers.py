"""Positions as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Choice, Day, StrictSerializer, Text
from tracker.api.fields import HandlingChoice, Key, Words
from tracker.api.narrowing import LONGEST_CODE
from tracker.api.record_serializers import RecordSerializer
from tracker.evidence import Disclosure, PositionKind
from tracker.models import Position


class PositionEndSerializer(serializers.Serializer[Any]):
    until = serializers.DateField()
    known_at = serializers.DateTimeField(source="ended_at")
    reason = serializers.CharField(source="end_reason")

    def to_representation(self, position: Position) -> Any:
        return None if position.ended_at is None else super().to_representation(position)


class PositionSerializer(RecordSerializer):
    issue = serializers.CharField(source="issue.key")
    party = serializers.CharField(source="party.code")
    kind = serializers.ChoiceField(PositionKind.choices)
    text = serializers.CharField()
    disclosure = serializers.ChoiceField(Disclosure.choices, help_text="Who has heard it.")
    since = serializers.DateField()
    claim = serializers.CharField(source="claim.key", allow_null=True)
    ended = PositionEndSerializer(source="*", allow_null=True)


class PositionPageSerializer(serializers.Serializer[Any]):
    results = PositionSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class NewPosition(StrictSerializer):
    issue = Key()
    party = Text(max_length=LONGEST_CODE, help_text="Its code.")
    kind = Choice(PositionKind.choices)
    text = Words(max_length=2000, lines=True, help_text="In our own words.")
    disclosure = Choice(Disclosure.choices, required=False, default=Disclosure.PUBLIC.value)
    since = Day(required=False, help_text="The day of the claim, if it is not said.")
    claim = Key(required=False, help_text="Where it was said. Required, but for what is internal.")
    handling = HandlingChoice(help_text="Our own lines are restricted, if it is not said.")
    replaces = Key(required=False, help_text="The position that the party held before. Needs a reason.")
    reason = Words(max_length=2000, lines=True, required=False, help_text="Why the former one has ended.")


class EndOfPosition(StrictSerializer):
    until = Day()
    reason = Words(max_length=2000, lines=True)
