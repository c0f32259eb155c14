"""By when something is due, how that was moved, and what became of it."""

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
from core.api.fields import Day, QueryFlag
from core.api.views import ApiView
from tracker.actions.deadlines import DeadlineDraft, close_deadline, move_deadline, set_deadline
from tracker.api.deadline_serializers import DeadlinePageSerializer, DeadlineSerializer, EndOfDeadline, NewDeadline
from tracker.api.fields import Key
from tracker.api.narrowing import Condition, equal, in_relationship, let_through, on, visible
from tracker.api.record_serializers import RELATED
from tracker.api.records import BY_KEY, Because, RecordQuery, Shown, check_replacement, withdrawn, writes
from tracker.models import Claim, Deadline, Issue

TAG = "deadlines"
DEADLINES = Shown(Deadline, DeadlineSerializer, "deadline", "deadline", related=(*RELATED, "issue", "claim"))


class DeadlineQuery(RecordQuery):
    issue = Key(required=False)
    standing = QueryFlag(required=False, help_text="Whether it is neither closed nor withdrawn.")
    due_before = Day(required=False, help_text="It may be due before that day.")


def _standing(wanted: bool, access: Access) -> Q:
    standing = Q(closed_at=None, withdrawn_at=None)
    return standing if wanted else ~standing


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "relationship": in_relationship,
        "issue": on("issue", Issue, "issue"),
        "standing": _standing,
        "due_before": equal("due_earliest__lt"),
    }
)


class DeadlineList(ApiView):
    query = {"GET": DeadlineQuery}

    @extend_schema(operation_id="deadlines", summary="The deadlines", tags=[TAG], responses=DeadlinePageSerializer)
    def get(self, request: Request) -> Response:
        rows = let_through(DEADLINES.rows(self.access), self.params, self.access, CONDITIONS)
        return DEADLINES.page(self, request, rows, BY_KEY[self.params["ordering"]])

    @writes(
        DeadlineSerializer,
        operation_id="set_deadline",
        summary="Record a deadline, or that one was moved",
        tag=TAG,
        takes=NewDeadline,
    )
    def post(self, request: Request) -> Response:
        given = self.body(NewDeadline)
        check_replacement(given)
        former = _former(given.pop("replaces", None), self.access)
        reason = given.pop("reason", "")
        common: dict[str, Any] = {"draft": _draft_of(given, self.access), "by": self.access, "at": clock.now()}
        added = move_deadline(deadline=former, reason=reason, **common) if former else set_deadline(**common)
        return DEADLINES.written(self, request, added)


class DeadlineDetail(ApiView):
    @extend_schema(operation_id="deadline", summary="One deadline", tags=[TAG], responses=DeadlineSerializer)
    def get(self, request: Request, deadline: str) -> Response:
        return DEADLINES.one(self, DEADLINES.get(self, deadline))


class DeadlineClose(ApiView):
    @writes(
        DeadlineSerializer,
        operation_id="close_deadline",
        summary="Say what became of a deadline",
        tag=TAG,
        takes=EndOfDeadline,
    )
    def post(self, request: Request, deadline: str) -> Response:
        row = DEADLINES.get(self, deadline)
        closed = close_deadline(deadline=row, by=self.access, at=clock.now(), **self.body(EndOfDeadline))
        return DEADLINES.written(self, request, closed)


class DeadlineWithdrawal(ApiView):
    @writes(DeadlineSerializer, operation_id="withdraw_deadline", summary="Withdraw a deadline", tag=TAG, takes=Because)
    def post(self, request: Request, deadline: str) -> Response:
        return DEADLINES.written(self, request, withdrawn(self, DEADLINES.get(self, deadline)))


def _former(key: str | None, access: Access) -> Deadline | None:
    related = ("relationship", "issue")
    return None if key is None else visible(Deadline, key, access, field="replaces", related=related)


def _draft_of(given: Mapping[str, Any], access: Access) -> DeadlineDraft:
    values = dict(given)
    values["issue"] = visible(Issue, values["issue"], access, field="issue", related=("relationship",))
    if "claim" in values:
        values["claim"] = visible(Claim, values["claim"], access, field="claim")
    return DeadlineDraft(**values)
