"""Sources as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Choice, Day, StrictSerializer, Text
from core.visibility import Handling
from tracker.api.fields import HandlingChoice, Key, TextOrNull, Words
from tracker.api.narrowing import LONGEST_CODE
from tracker.api.record_serializers import KeyedSerializer
from tracker.evidence import Reliability, SourceKind


class SourceSerializer(KeyedSerializer):
    kind = serializers.ChoiceField(SourceKind.choices)
    title = serializers.CharField()
    publisher = TextOrNull()
    issued_by = serializers.CharField(
        source="issued_by.code", allow_null=True, help_text="The party whose own text it is."
    )
    url = TextOrNull()
    published_on = serializers.DateField(allow_null=True)
    retrieved_on = serializers.DateField()
    language = serializers.CharField()
    reliability = serializers.ChoiceField(Reliability.choices, help_text="The letter of the Admiralty scale.")
    reliability_reason = TextOrNull(help_text="Null where the rule gave the letter.")
    derives_from = serializers.CharField(source="derives_from.key", allow_null=True, help_text="It rewrites that.")
    translation_of = serializers.CharField(source="translation_of.key", allow_null=True)
    text_sha256 = TextOrNull(help_text="Of the text that is held; null if none is.")
    created_at = serializers.DateTimeField()
    handling = serializers.ChoiceField(Handling.choices)
    version = serializers.IntegerField()


class SourcePageSerializer(serializers.Serializer[Any]):
    results = SourceSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class HeldTextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(allow_blank=True, help_text="Character by character as it was read.")
    sha256 = serializers.CharField()
    held_at = serializers.DateTimeField()


class RecheckedSerializer(serializers.Serializer[Any]):
    """The claims whose quotes were looked for in the text."""

    sha256 = serializers.CharField()
    held_at = serializers.DateTimeField()
    found = serializers.ListField(child=serializers.CharField(), help_text="Keys of claims whose quotes are in it.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Keys of those whose quotes are not.")


class NewSource(StrictSerializer):
    relationship = Text(max_length=60, help_text="Its slug, such as us-cn.")
    title = Words(max_length=300)
    kind = Choice(SourceKind.choices, required=False, default=SourceKind.OUTLET.value)
    publisher = Words(max_length=200, required=False)
    issued_by = Text(max_length=LONGEST_CODE, required=False, help_text="The code of the party whose own text it is.")
    url = Words(max_length=2000, required=False)
    published_on = Day(required=False)
    retrieved_on = Day(required=False, help_text="Today, if it is not said.")
    language = Words(max_length=12, required=False, default="en")
    reliability = Choice(Reliability.choices, required=False, help_text="Other than the rule's only with a reason.")
    reliability_reason = Words(max_length=500, lines=True, required=False)
    derives_from = Key(required=False, help_text="The key of the source that it rewrites.")
    translation_of = Key(required=False)
    handling = HandlingChoice(help_text="As what it rests on, if it is not said.")


class SourceEdit(StrictSerializer):
    """What is left out stays; null empties."""

    title = Words(max_length=300, required=False)
    kind = Choice(SourceKind.choices, required=False)
    publisher = Words(max_length=200, required=False, allow_null=True)
    issued_by = Text(max_length=LONGEST_CODE, required=False, allow_null=True)
    url = Words(max_length=2000, required=False, allow_null=True)
    published_on = Day(required=False, allow_null=True)
    retrieved_on = Day(required=False)
    language = Words(max_length=12, required=False)
    reliability = Choice(Reliability.choices, required=False, allow_null=True, help_text="Null gives it to the rule.")
    reliability_reason = Words(max_length=500, lines=True, required=False, allow_null=True)
    derives_from = Key(required=False, allow_null=True)
    translation_of = Key(required=False, allow_null=True)
    handling = HandlingChoice(help_text="Restricting it restricts all that rests on it.")


class NewText(StrictSerializer):
    text = Text(help_text="At most a million characters, and no larger than a body may be.")
