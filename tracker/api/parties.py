"""Whom a relationship knows, and by which names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Access
from core.api.fields import Text
from core.api.pages import Order, PageQuery
from core.api.views import ApiView
from tracker.api.narrowing import Condition, called, in_relationship, let_through, words_of
from tracker.api.records import Shown, search
from tracker.models import Party, PartyName

# The unique (relationship, code) is its index.
BY_CODE = Order(("relationship_id", "code"))


class PartyNameSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    language = serializers.CharField()
    kind = serializers.ChoiceField(PartyName.Kind.choices)
    since = serializers.DateField(allow_null=True)


class PartySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    relationship = serializers.CharField(source="relationship.slug")
    kind = serializers.ChoiceField(Party.Kind.choices)
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", allow_null=True, help_text="Of which it is a part."
    )
    side = serializers.IntegerField(allow_null=True, help_text="1 or 2 for the two parties of the relationship.")
    names = PartyNameSerializer(many=True)


class PartyPageSerializer(serializers.Serializer[Any]):
    results = PartySerializer(many=True)
    next = serializers.URLField(allow_null=True)


PARTIES = Shown(Party, PartySerializer, "party", "party", related=("relationship", "parent"), prefetched=("names",))


class PartyQuery(PageQuery):
    relationship = Text(required=False, max_length=60, help_text="Its slug, such as us-cn.")
    q = search("its code or one of its names, in any script or spelling")


def _called(text: str, access: Access) -> Q:
    return Q(pk__in=called(words_of(text), access))


CONDITIONS: Mapping[str, Condition] = MappingProxyType({"relationship": in_relationship, "q": _called})


class PartyList(ApiView):
    query = {"GET": PartyQuery}

    @extend_schema(
        operation_id="parties", summary="The parties and their names", tags=["parties"], responses=PartyPageSerializer
    )
    def get(self, request: Request) -> Response:
        rows = let_through(PARTIES.rows(self.access), self.params, self.access, CONDITIONS)
        return PARTIES.page(self, request, rows, BY_CODE)
