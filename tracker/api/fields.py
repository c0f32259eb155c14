"""What the bodies of records are made of: texts that show something, keys, fuzzy dates, values that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Manager
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from core.api.fields import MISSING, Choice, StrictSerializer, Text
from core.errors import InvalidInput
from core.fuzzydates import MAX_TEXT, MAX_WORDS, BadFuzzyDate, FuzzyDate, parse, undefined
from core.text import clean, shows_nothing
from core.visibility import Handling

LONGEST_KEY = 24
FUZZY_HELP = "A day, a month, a quarter, a year or two of them: 2026-02-04, 2026-02, 2026-Q1, 2026, 2026-02-01/2026-03."


class Words(Text):
    """Text of which something is to be seen. What has nothing to say is left out, or null where it is to be emptied."""

    def __init__(self, *, max_length: int, lines: bool = False, **options: Any) -> None:
        self.limit, self.lines = max_length, lines
        super().__init__(max_length=max_length, min_length=1, **options)

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        _cleaned(text, limit=self.limit, lines=self.lines)
        return text


class Quote(Text):
    """The same, but of the characters of a source, whichever those are: the action looks for them in its text."""

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if shows_nothing(text):
            raise serializers.ValidationError("must not be empty")
        return text


class Key(Text):
    """The key of a record."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_KEY, **options)


class Keys(serializers.ListField):
    """Keys of records, one at least."""

    default_error_messages = {**MISSING, "not_a_list": "must be a list", "empty": "must not be empty"}

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(child=Key(), allow_empty=False, min_length=1, max_length=max_length, **options)


class Number(serializers.IntegerField):
    """A whole number of JSON: neither a text nor true."""

    default_error_messages = MISSING

    def to_internal_value(self, data: object) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            raise serializers.ValidationError("must be a whole number")
        return data


class HandlingChoice(Choice):
    def __init__(self, **options: Any) -> None:
        super().__init__(Handling.choices, required=False, **options)


class Together(StrictSerializer):
    """Values that belong together, as an object within the body."""

    def run_validation(self, data: Any = empty) -> Any:
        if data is not empty and data is not None and not isinstance(data, Mapping):
            raise serializers.ValidationError("must be an object")
        return super().run_validation(data)


_DAYS = {"type": "string", "minLength": 4, "maxLength": MAX_TEXT, "description": FUZZY_HELP}
_WORDS = {"type": "string", "minLength": 1, "maxLength": MAX_WORDS, "description": "The date as it was stated."}


@extend_schema_field(
    {
        "anyOf": [
            _DAYS,
            {
                "type": "object",
                "properties": {"date": _DAYS, "words": _WORDS},
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    }
)
class Fuzzy(serializers.Field[Any, Any, Any, Any]):
    """`"2026-04"`, or `{"date": "2026-04", "words": "in April"}`, or the words alone where they fix no day."""

    default_error_messages = MISSING

    def to_internal_value(self, data: object) -> FuzzyDate:
        parts: object = {"date": data} if isinstance(data, str) else data
        if not isinstance(parts, Mapping) or not parts or set(parts) - {"date", "words"}:
            raise serializers.ValidationError("must be a date, or an object of `date` and `words`")
        for name, part in parts.items():
            if not isinstance(part, str):
                raise serializers.ValidationError({name: "must be text"})
        words = _cleaned(parts["words"], limit=MAX_WORDS) if "words" in parts else ""
        try:
            return parse(parts["date"], words) if "date" in parts else undefined(words)
        except BadFuzzyDate as error:
            raise serializers.ValidationError(error.reason) from error


class FuzzyDateSerializer(serializers.Serializer[Any]):
    """The days that a stated date may mean; none where its words fix no day."""

    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)
    words = serializers.SerializerMethodField(help_text="The date as it was stated.")
    iso = serializers.SerializerMethodField(help_text="The same days in one text.")

    def get_words(self, found: FuzzyDate) -> str | None:
        return found.words or None

    def get_iso(self, found: FuzzyDate) -> str | None:
        return found.iso or None


class TextOrNull(serializers.CharField):
    """A text; what the database keeps as "" is null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class KeysOf(serializers.ListField):
    """The keys of rows, for a reader who sees them all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(), **options)

    def to_representation(self, data: Any) -> list[str]:
        rows = data.all() if isinstance(data, Manager) else data
        return [row.key for row in rows]


def _cleaned(text: str, *, limit: int, lines: bool = False) -> str:
    try:
        return clean(text, field="", limit=limit, lines=lines)
    except InvalidInput as error:
        raise serializers.ValidationError(error.reason) from error
