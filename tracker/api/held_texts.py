"""The text of a source, which is kept once and never changed."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.openapi import etag_of, location_of
from core.api.preconditions import etag
from core.api.views import ApiView
from core.errors import NotFound
from tracker.actions.held_texts import hold_text
from tracker.api.record_serializers import sees
from tracker.api.source_serializers import HeldTextSerializer, NewText, RecheckedSerializer
from tracker.api.sources import TAG
from tracker.models import Claim, Source, SourceText
from tracker.queries import get_numbered


class SourceTextView(ApiView):
    @extend_schema(
        operation_id="source_text",
        summary="The text that is held of a source",
        tags=[TAG],
        responses=HeldTextSerializer,
    )
    def get(self, request: Request, source: str) -> Response:
        text = SourceText.objects.visible_to(self.access).filter(source__key=source).first()
        if text is None:
            raise NotFound
        return Response(HeldTextSerializer(text).data)

    @extend_schema(
        operation_id="hold_source_text",
        summary="Hold the text of a source, and look for the quotes that cite it",
        tags=[TAG],
        parameters=[etag_of(201), location_of(201)],
        request=NewText,
        responses={201: RecheckedSerializer},
    )
    def post(self, request: Request, source: str) -> Response:
        row = get_numbered(Source, source, self.access)
        text = self.body(NewText)["text"]
        quotes = hold_text(source=row, text=text, by=self.access, at=clock.now())
        answer = {
            "sha256": row.text_sha256,
            "held_at": row.held_text.held_at,
            "found": self._keys(quotes.found),
            "missing": self._keys(quotes.missing),
        }
        address = request.build_absolute_uri(reverse("source-text", kwargs={"source": row.key}))
        headers = {"ETag": etag(row.version), "Location": address}
        return Response(RecheckedSerializer(answer).data, status=201, headers=headers)

    def _keys(self, claims: Iterable[Claim]) -> list[str]:
        return [claim.key for claim in claims if sees(self.access, claim)]
