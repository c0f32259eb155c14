"""The history of one issue, and the one way to add to it: a move, a correction or a void."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access
from core.api.fields import Choice, Day, Flag, StrictSerializer, Text
from core.api.openapi import etag_of, location_of
from core.api.pages import Order, PageQuery, page_of
from core.api.preconditions import etag, require_match
from core.api.views import ApiView
from core.errors import Conflict, InvalidInput, NotFound, ParleyError, PreconditionFailed
from tracker.actions.citations import cite
from tracker.actions.statuses import change_status, correct_status, void_status
from tracker.api.fields import Keys
from tracker.api.narrowing import visible_all
from tracker.api.readings import with_claims
from tracker.api.records import writes
from tracker.api.serializers import StatusChangePageSerializer, StatusChangeSerializer
from tracker.models import Claim, Issue, StatusChange
from tracker.models.status_change import StatusChanges
from tracker.queries import get_issue
from tracker.statuses import Status, Trend

BY_SEQ = Order(("seq",))
MOST_CLAIMS = 200
TAGS = ["history"]


class NewStatusChange(StrictSerializer):
    """A move; with `supersedes`, the correction of a row; with `to` null as well, its void."""

    to = Choice(Status.choices, allow_null=True, help_text="Null voids the row named by `supersedes`.")
    reason = Text(max_length=2000, help_text="Written for all readers.")
    occurred_on = Day(required=False, help_text="The day it happened. Required, but for a void, which takes its row's.")
    trend = Choice(Trend.choices, required=False)
    supersedes = Text(required=False, max_length=40, help_text="The id of the row that is wrong, such as USCN-7-H2.")
    void_following = Flag(
        required=False, help_text="Voids the later rows with it, if they would not be legal any more."
    )
    claims = Keys(required=False, max_length=MOST_CLAIMS, help_text="The keys of the claims that it rests on.")


class NewCitations(StrictSerializer):
    claims = Keys(max_length=MOST_CLAIMS, help_text="The keys of claims.")


class StatusChangeList(ApiView):
    query = {"GET": PageQuery}
    guarded = ("POST",)

    @extend_schema(
        operation_id="status_changes", summary="The history", tags=TAGS, responses=StatusChangePageSerializer
    )
    def get(self, request: Request, key: str) -> Response:
        page = page_of(_rows(get_issue(key, self.access), self.access), BY_SEQ, request, self.params)
        return Response({"results": StatusChangeSerializer(page.rows, many=True).data, "next": page.next})

    @extend_schema(
        operation_id="add_status_change",
        summary="Move the issue, or correct or void a move",
        tags=TAGS,
        parameters=[etag_of(201), location_of(201)],
        request=NewStatusChange,
        responses={201: StatusChangeSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        issue = get_issue(key, self.access)
        require_match(request, issue.version)
        with _api_words():
            added = self._add(issue, self.body(NewStatusChange))
        return _written(self, request, issue, added, ETag=etag(issue.version))

    def _add(self, issue: Issue, given: dict[str, Any]) -> StatusChange:
        common: dict[str, Any] = {"issue": issue, "version": issue.version, "by": self.access, "at": clock.now()}
        superseded = given.pop("supersedes", None)
        if superseded is not None:
            common["seq"] = _seq_in(issue, superseded)
        if "claims" in given:
            given["claims"] = visible_all(Claim, given["claims"], self.access, field="claims")
        if given["to"] is None:
            _check_void(given, superseded)
            return void_status(reason=given["reason"], **common)
        if "occurred_on" not in given:
            raise InvalidInput("is required", field="occurred_on")
        return (change_status if superseded is None else correct_status)(**common, **given)


class StatusChangeDetail(ApiView):
    @extend_schema(operation_id="status_change", summary="One row", tags=TAGS, responses=StatusChangeSerializer)
    def get(self, request: Request, key: str, row_id: str) -> Response:
        row = _row(get_issue(key, self.access), row_id, self.access)
        return Response(StatusChangeSerializer(row).data)


class StatusChangeClaims(ApiView):
    @writes(
        StatusChangeSerializer,
        operation_id="cite_claims",
        summary="Add claims to those that a row rests on",
        tag=TAGS[0],
        takes=NewCitations,
    )
    def post(self, request: Request, key: str, row_id: str) -> Response:
        issue = get_issue(key, self.access)
        row = _row(issue, row_id, self.access)
        claims = visible_all(Claim, self.body(NewCitations)["claims"], self.access, field="claims")
        cite(change=row, claims=claims, by=self.access, at=clock.now())
        return _written(self, request, issue, row)


def _rows(issue: Issue, access: Access) -> StatusChanges:
    return with_claims(issue.status_changes.select_related("by", "supersedes", "superseded_by"), access)


def _row(issue: Issue, row_id: str, access: Access) -> StatusChange:
    row = _rows(issue, access).filter(seq=_seq_in(issue, row_id)).first()
    if row is None:
        raise NotFound
    return row


def _written(view: ApiView, request: Request, issue: Issue, added: StatusChange, **headers: str) -> Response:
    row = _rows(issue, view.access).get(pk=added.pk)
    address = reverse("status-change", kwargs={"key": issue.key, "row_id": row.external_id})
    headers["Location"] = request.build_absolute_uri(address)
    return Response(StatusChangeSerializer(row).data, status=201, headers=headers)


def _seq_in(issue: Issue, row_id: str) -> int:
    """The row's number; 0, which no row has, where the id is not of this issue."""
    found = re.fullmatch(rf"{re.escape(issue.key)}-H([1-9][0-9]{{0,8}})", row_id)
    return int(found[1]) if found else 0


def _check_void(given: dict[str, Any], superseded: str | None) -> None:
    if superseded is None:
        raise InvalidInput("is required: say which row is void", field="supersedes")
    for name in ("occurred_on", "trend", "void_following", "claims"):
        if name in given:
            raise InvalidInput("has no meaning where `to` is null", field=name)


@contextmanager
def _api_words() -> Iterator[None]:
    """The action's errors, by the names and statuses of the API: whoever was slower has a stale ETag."""
    try:
        yield
    except Conflict as error:
        raise PreconditionFailed(error.reason, field="If-Match") from error
    except ParleyError as error:
        error.field = {"to_status": "to"}.get(error.field, error.field)
        raise
