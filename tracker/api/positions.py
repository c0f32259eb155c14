"""What each party holds on an issue, and what it held before."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access
from core.api.fields import Choice, QueryFlag, Text
from core.api.views import ApiView
from tracker.actions.positions import PositionDraft, add_position, change_position, end_position
from tracker.api.fields import Key
from tracker.api.narrowing import (
    LONGEST_CODE,
    Condition,
    equal,
    in_relationship,
    let_through,
    of_party,
    on,
    party_in,
    visible,
)
from tracker.api.position_serializers import EndOfPosition, NewPosition, PositionPageSerializer, PositionSerializer
from tracker.api.record_serializers import RELATED
from tracker.api.records import BY_KEY, Because, RecordQuery, Shown, api_words, check_replacement, withdrawn, writes
from tracker.evidence import Disclosure, PositionKind
from tracker.models import Claim, Issue, Position

TAG = "positions"
POSITIONS = Shown(Position, PositionSerializer, "position", "position", related=(*RELATED, "issue", "party", "claim"))


class PositionQuery(RecordQuery):
    issue = Key(required=False)
    party = Text(required=False, max_length=LONGEST_CODE, help_text="Its code.")
    kind = Choice(PositionKind.choices, required=False)
    disclosure = Choice(Disclosure.choices, required=False)
    held = QueryFlag(required=False, help_text="Whether it is neither ended nor withdrawn.")


def _held(wanted: bool, access: Access) -> Q:
    held = Q(ended_at=None, withdrawn_at=None)
    return held if wanted else ~held


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "relationship": in_relationship,
        "issue": on("issue", Issue, "issue"),
        "party": of_party("party", "party"),
        "kind": equal("kind"),
        "disclosure": equal("disclosure"),
        "held": _held,
    }
)


class PositionList(ApiView):
    query = {"GET": PositionQuery}

    @extend_schema(operation_id="positions", summary="The positions", tags=[TAG], responses=PositionPageSerializer)
    def get(self, request: Request) -> Response:
        rows = let_through(POSITIONS.rows(self.access), self.params, self.access, CONDITIONS)
        return POSITIONS.page(self, request, rows, BY_KEY[self.params["ordering"]])

    @writes(
        PositionSerializer,
        operation_id="add_position",
        summary="Record a position, or that the party has changed one",
        tag=TAG,
        takes=NewPosition,
    )
    def post(self, request: Request) -> Response:
        given = self.body(NewPosition)
        check_replacement(given)
        former = _former(given.pop("replaces", None), self.access)
        reason = given.pop("reason", "")
        common: dict[str, Any] = {"draft": _draft_of(given, self.access), "by": self.access, "at": clock.now()}
        # The former one lasts until the new one begins.
        with api_words({"until": "since"}):
            added = change_position(position=former, reason=reason, **common) if former else add_position(**common)
        return POSITIONS.written(self, request, added)


class PositionDetail(ApiView):
    @extend_schema(operation_id="position", summary="One position", tags=[TAG], responses=PositionSerializer)
    def get(self, request: Request, position: str) -> Response:
        return POSITIONS.one(self, POSITIONS.get(self, position))


class PositionEnd(ApiView):
    @writes(
        PositionSerializer,
        operation_id="end_position",
        summary="Say that the party holds it no longer",
        tag=TAG,
        takes=EndOfPosition,
    )
    def post(self, request: Request, position: str) -> Response:
        row = POSITIONS.get(self, position)
        ended = end_position(position=row, by=self.access, at=clock.now(), **self.body(EndOfPosition))
        return POSITIONS.written(self, request, ended)


class PositionWithdrawal(ApiView):
    @writes(PositionSerializer, operation_id="withdraw_position", summary="Withdraw a position", tag=TAG, takes=Because)
    def post(self, request: Request, position: str) -> Response:
        return POSITIONS.written(self, request, withdrawn(self, POSITIONS.get(self, position)))


def _former(key: str | None, access: Access) -> Position | None:
    related = ("relationship", "issue")
    return None if key is None else visible(Position, key, access, field="replaces", related=related)


def _draft_of(given: Mapping[str, Any], access: Access) -> PositionDraft:
    values = dict(given)
    issue = visible(Issue, values["issue"], access, field="issue", related=("relationship",))
    values |= {"issue": issue, "party": party_in(issue.relationship, values["party"], access, field="party")}
    if "claim" in values:
        values["claim"] = visible(Claim, values["claim"], access, field="claim")
    return PositionDraft(**values)
