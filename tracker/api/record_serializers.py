"""What every record shows: its key, its stamps, and what became of it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.access import Access
from core.visibility import Handling
from tracker.api.fields import TextOrNull
from tracker.models import Claim, Party, Record


def sees(access: Access, row: Any) -> bool:
    """Whether a row that points to a visible one is visible too: it may be more restricted than that."""
    return row.handling == Handling.OPEN or access.is_system or row.relationship_id in access.cleared


class WithdrawalSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(source="withdrawn_at")
    by = serializers.SerializerMethodField()
    reason = serializers.CharField(source="withdrawal_reason")

    def get_by(self, row: Record) -> str | None:
        return row.withdrawn_by.username if row.withdrawn_by else row.withdrawn_by_name or None

    def to_representation(self, row: Record) -> Any:
        return super().to_representation(row) if row.is_withdrawn else None


class KeyedSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    relationship = serializers.CharField(source="relationship.slug")


class RecordSerializer(KeyedSerializer):
    """What is not the record's own matter. The context holds the reader's `access`."""

    handling = serializers.ChoiceField(Handling.choices)
    known_at = serializers.DateTimeField(help_text="When the team knew.")
    known_at_stated = serializers.BooleanField(help_text="Whether that was stated, and is not the time of recording.")
    recorded_at = serializers.DateTimeField()
    by = TextOrNull(source="author", help_text="A username, or the name of an author who is no user here.")
    withdrawn = WithdrawalSerializer(source="*", allow_null=True)
    replaces = serializers.CharField(source="replaces.key", allow_null=True)
    replaced_by = serializers.SerializerMethodField()

    def get_replaced_by(self, row: Any) -> str | None:
        later = getattr(row, "replaced_by", None)
        return later.key if later is not None and sees(self.context["access"], later) else None


# What these fields need, so that a list asks for it at once.
RELATED = ("relationship", "by", "withdrawn_by", "replaces", "replaced_by")


class SpeakerSerializer(serializers.Serializer[Any]):
    party = serializers.SerializerMethodField(help_text="Its code.")
    name = TextOrNull(source="speaker_name", help_text="As the source spells it.")
    office = TextOrNull(source="speaker_office")

    def get_party(self, claim: Claim) -> str | None:
        party: Party | None = claim.speaker
        return party.code if party else None

    def to_representation(self, claim: Claim) -> Any:
        return super().to_representation(claim) if claim.is_attributed or claim.speaker_office else None
