"""Claims as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Choice, Flag, StrictSerializer, Text
from tracker.api.fields import (
    Fuzzy,
    FuzzyDateSerializer,
    HandlingChoice,
    Key,
    Number,
    Quote,
    TextOrNull,
    Together,
    Words,
)
from tracker.api.narrowing import LONGEST_CODE
from tracker.api.record_serializers import RecordSerializer, SpeakerSerializer
from tracker.api.serializers import OrNull
from tracker.corroboration import Corroboration
from tracker.evidence import Capacity, Modality, Reliability, Stance, Translator
from tracker.models import Claim
from tracker.models.claim import LONGEST_QUOTE
from tracker.models.source import LONGEST_TEXT


class SourceOfClaimSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    publisher = TextOrNull()
    reliability = serializers.ChoiceField(Reliability.choices)


class PlaceSerializer(serializers.Serializer[Any]):
    """In characters (code points) of the held text."""

    start = serializers.IntegerField(source="quote_start")
    end = serializers.IntegerField(source="quote_end")

    def to_representation(self, claim: Claim) -> Any:
        return None if claim.quote_start is None else super().to_representation(claim)


class TranslationSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(source="translation")
    by = serializers.ChoiceField(Translator.choices, source="translated_by")

    def to_representation(self, claim: Claim) -> Any:
        return super().to_representation(claim) if claim.translation else None


class CredibilitySerializer(serializers.Serializer[Any]):
    """The figure of the Admiralty scale: how well we know that it was said, not whether it is true."""

    value = serializers.SerializerMethodField(method_name="get_figure")
    by_rule = serializers.SerializerMethodField()
    reason = TextOrNull(source="credibility_reason", help_text="Null where the rule gave the figure.")

    def get_figure(self, claim: Claim) -> int:
        corroboration: Corroboration = self.context["corroboration"]
        return corroboration.credibility(claim).value

    def get_by_rule(self, claim: Claim) -> bool:
        return claim.stated_credibility is None


class ClaimSerializer(RecordSerializer):
    source = SourceOfClaimSerializer()  # type: ignore[assignment]
    issue = serializers.CharField(source="issue.key")
    summary = serializers.CharField()
    quote = TextOrNull()
    place = PlaceSerializer(source="*", allow_null=True)
    language = serializers.CharField()
    only_in_translation = serializers.BooleanField()
    translation = TranslationSerializer(source="*", allow_null=True)
    speaker = SpeakerSerializer(source="*", allow_null=True)
    capacity = serializers.ChoiceField(Capacity.choices)
    relayed_by = TextOrNull()
    said_on = FuzzyDateSerializer(allow_null=True)
    happened_on = serializers.DateField(help_text="The day that stands for it in the timeline.")
    modality = serializers.ChoiceField(Modality.choices)
    stance = OrNull(Stance.choices)
    responds_to = serializers.CharField(source="responds_to.key", allow_null=True)
    repeats = serializers.CharField(source="repeats.key", allow_null=True)
    credibility = CredibilitySerializer(source="*")
    independent_sources = serializers.SerializerMethodField(help_text="How many have it independently of each other.")

    def get_independent_sources(self, claim: Claim) -> int:
        corroboration: Corroboration = self.context["corroboration"]
        return corroboration.independent(claim)


class ClaimPageSerializer(serializers.Serializer[Any]):
    results = ClaimSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class NewSpeaker(Together):
    party = Text(max_length=LONGEST_CODE, required=False, help_text="Its code.")
    name = Words(max_length=200, required=False, help_text="As the source spells it.")
    office = Words(max_length=200, required=False)


class NewPlace(Together):
    start = Number(min_value=0, max_value=LONGEST_TEXT)


class NewTranslation(Together):
    text = Words(max_length=LONGEST_QUOTE, lines=True)
    by = Choice(Translator.choices, required=False, default=Translator.OURS.value)


class NewCredibility(Together):
    value = Number(min_value=1, max_value=6)
    reason = Words(max_length=500, lines=True)


class NewClaim(StrictSerializer):
    source = Key()  # type: ignore[assignment]
    issue = Key()
    summary = Words(max_length=500, required=False, help_text="In our own words. The beginning of the quote, if empty.")
    quote = Quote(max_length=LONGEST_QUOTE, required=False, help_text="The exact words, as in the source.")
    place = NewPlace(required=False, help_text="Where it was found, if the text has it more than once.")
    language = Words(max_length=12, required=False, help_text="That of the source, if it is not said.")
    only_in_translation = Flag(required=False)
    translation = NewTranslation(required=False)
    speaker = NewSpeaker(required=False, help_text="Left out where the words are unattributed.")
    capacity = Choice(Capacity.choices, required=False, help_text="Follows from the speaker, if it is not said.")
    relayed_by = Words(max_length=200, required=False)
    said_on = Fuzzy(required=False)
    modality = Choice(Modality.choices, required=False, default=Modality.DISCUSSED.value)
    stance = Choice(Stance.choices, required=False, help_text="Towards the claim that it responds to.")
    responds_to = Key(required=False)
    repeats = Key(required=False, help_text="The same statement, as another source has it.")
    credibility = NewCredibility(required=False, help_text="Where it is not the rule's.")
    handling = HandlingChoice(help_text="As what it rests on, if it is not said.")
    replaces = Key(required=False, help_text="The claim that was wrong. Needs a reason.")
    reason = Words(max_length=2000, lines=True, required=False, help_text="Why the claim is replaced.")
