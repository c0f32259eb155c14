"""Everything that happened or was said on an issue, in one order."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Choice, Day, QueryFlag, StrictSerializer
from core.api.views import ApiView
from tracker.api.fields import KeysOf, TextOrNull
from tracker.queries import get_issue
from tracker.timeline import By, timeline
from tracker.timeline_entries import Kind

ORDERS = [(by.value, by.value) for by in By]
KINDS = [(kind.value, kind.value) for kind in Kind]


class TimelineQuery(StrictSerializer):
    by = Choice(ORDERS, required=False, default=By.HAPPENED.value, help_text="The clock to go by.")
    since = Day(required=False, help_text="What happened, or was recorded, on that day (in UTC) or later.")
    moved = QueryFlag(required=False, default=False, help_text="Only what changed where the matter stands.")


class EntrySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(KINDS)
    key = serializers.CharField(help_text="Of the record it comes from: a row of the history, a claim, …")
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField(allow_blank=True)
    before = TextOrNull(help_text="What it took the place of.")
    happened_on = serializers.DateField()
    happened = TextOrNull(help_text="The date as stated, where that is less sharp.")
    known_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    by = TextOrNull(source="who", help_text="Who recorded it.")
    sources = KeysOf()
    moved = serializers.BooleanField(help_text="Whether it changed where the matter stands.")
    void = TextOrNull(help_text="Why it no longer stands.")
    restricted = serializers.BooleanField()


class TimelineSerializer(serializers.Serializer[Any]):
    results = EntrySerializer(many=True)


class Timeline(ApiView):
    """All entries, the latest first."""

    query = {"GET": TimelineQuery}

    @extend_schema(
        operation_id="timeline", summary="The timeline of an issue", tags=["history"], responses=TimelineSerializer
    )
    def get(self, request: Request, key: str) -> Response:
        issue = get_issue(key, self.access)
        by, since = By(self.params["by"]), self.params.get("since")
        entries = timeline(issue, self.access, by=by, since=since, only_moved=self.params["moved"])
        return Response(TimelineSerializer({"results": entries}).data)
