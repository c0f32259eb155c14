"""The one link that crosses from a relationship to another: there only for those who may see both ends."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.fields import StrictSerializer
from core.api.pages import Order, PageQuery
from core.api.views import ApiView, NoQuery
from tracker.actions.links import link_same_matter, unlink_same_matter
from tracker.api.fields import Key
from tracker.api.narrowing import visible
from tracker.api.records import Shown, writes
from tracker.models import Issue, SameMatter

TAG = "links"
BY_ID = Order(("id",))


class EndSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    relationship = serializers.CharField(source="relationship.slug")
    title = serializers.CharField()


class SameMatterSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    one = EndSerializer()
    other = EndSerializer()
    noted_at = serializers.DateTimeField()
    by = serializers.CharField(source="by.username", allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class SameMatterPageSerializer(serializers.Serializer[Any]):
    results = SameMatterSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class NewSameMatter(StrictSerializer):
    one = Key()
    other = Key(help_text="The key of an issue of another relationship.")


SAME_MATTERS = Shown(
    SameMatter,
    SameMatterSerializer,
    "same-matter",
    "same_matter",
    related=("one__relationship", "other__relationship", "by"),
)


class SameMatterList(ApiView):
    query = {"GET": PageQuery}

    @extend_schema(
        operation_id="same_matters",
        summary="The issues of two relationships that are the same matter",
        tags=[TAG],
        responses=SameMatterPageSerializer,
    )
    def get(self, request: Request) -> Response:
        return SAME_MATTERS.page(self, request, SAME_MATTERS.rows(self.access).filter(ended_at=None), BY_ID)

    @writes(
        SameMatterSerializer,
        operation_id="link_same_matter",
        summary="Say that two issues are the same matter",
        tag=TAG,
        takes=NewSameMatter,
    )
    def post(self, request: Request) -> Response:
        given = self.body(NewSameMatter)
        ends = {name: visible(Issue, given[name], self.access, field=name) for name in ("one", "other")}
        link = link_same_matter(**ends, by=self.access, at=clock.now())
        return SAME_MATTERS.written(self, request, link, by="pk")


class SameMatterDetail(ApiView):
    @extend_schema(operation_id="same_matter", summary="One of them", tags=[TAG], responses=SameMatterSerializer)
    def get(self, request: Request, same_matter: int) -> Response:
        return SAME_MATTERS.one(self, SAME_MATTERS.get(self, same_matter, "pk"))


class SameMatterEnd(ApiView):
    @writes(
        SameMatterSerializer,
        operation_id="unlink_same_matter",
        summary="Say that they are not the same matter after all",
        tag=TAG,
        takes=None,
    )
    def post(self, request: Request, same_matter: int) -> Response:
        row = SAME_MATTERS.get(self, same_matter, "pk")
        self.body(NoQuery)
        link = unlink_same_matter(link=row, by=self.access, at=clock.now())
        return SAME_MATTERS.written(self, request, link, by="pk")
