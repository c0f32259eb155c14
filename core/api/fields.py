"""Fields that take one spelling of a value and no other. The same classes read a query string and a JSON body, and are
what the OpenAPI description is made from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import moments

MISSING: dict[str, Any] = {"required": "is required", "null": "must not be null"}


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know by name, instead of ignoring it."""

    default_error_messages = MISSING

    def to_internal_value(self, data: Mapping[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            known = ", ".join(self.fields) or "none"
            raise serializers.ValidationError(dict.fromkeys(unknown[:10], f"is not known here; known: {known}"))
        return dict(super().to_internal_value(data))


class Text(serializers.CharField):
    """A string stays as it is; a number is none."""

    default_error_messages = {
        **MISSING,
        "invalid": "must be text",
        "blank": "must not be empty",
        "max_length": "has more than {max_length} characters",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class Choice(serializers.ChoiceField):
    default_error_messages = MISSING

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str) or data not in self.choices:
            raise serializers.ValidationError("is not one of " + ", ".join(map(str, self.choices)))
        return data


class Day(serializers.DateField):
    default_error_messages = MISSING

    def to_internal_value(self, value: object) -> dt.date:
        try:
            return moments.day(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


@extend_schema_field({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]})
class Instant(serializers.DateTimeField):
    default_error_messages = MISSING

    def to_internal_value(self, value: object) -> dt.datetime:
        try:
            return moments.instant(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class Flag(serializers.BooleanField):
    """JSON's true and false."""

    default_error_messages = MISSING

    def to_internal_value(self, data: object) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("must be true or false")
        return data


class QueryFlag(Flag):
    """The same in an address, where all is text."""

    def to_internal_value(self, data: object) -> bool:
        return super().to_internal_value({"true": True, "false": False}.get(str(data)))


class QueryNumber(serializers.IntegerField):
    """ASCII digits, from 1. At most 19 of them, so that reading it costs nothing."""

    default_error_messages = MISSING

    def to_internal_value(self, data: object) -> int:
        if not isinstance(data, str) or not re.fullmatch(r"[1-9][0-9]{0,18}", data):
            raise serializers.ValidationError("must be a whole number from 1, in the digits 0 to 9")
        return int(data)
