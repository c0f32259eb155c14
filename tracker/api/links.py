"""What issues of one relationship have to do with each other, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access
from core.api.fields import Choice, StrictSerializer, Text
from core.api.views import ApiView
from tracker.actions.links import LinkDraft, link_issues
from tracker.api.fields import HandlingChoice, Key, TextOrNull, Words
from tracker.api.narrowing import LONGEST_CODE, Condition, equal, in_relationship, let_through, party_in, visible
from tracker.api.record_serializers import RELATED, RecordSerializer
from tracker.api.records import BY_KEY, Because, RecordQuery, Shown, withdrawn, writes
from tracker.evidence import LinkKind
from tracker.models import Claim, Issue, IssueLink

TAG = "links"
DIRECTIONS = "`part_of`: from the part. `traded_for`: from what is given to what is expected for it. `related`: none."


class LinkSerializer(RecordSerializer):
    from_issue = serializers.CharField(source="from_issue.key")
    to_issue = serializers.CharField(source="to_issue.key")
    kind = serializers.ChoiceField(LinkKind.choices, help_text=DIRECTIONS)
    asserted_by = serializers.CharField(
        source="asserted_by.code", allow_null=True, help_text="Null where the desk itself sees the link."
    )
    claim = serializers.CharField(source="claim.key", allow_null=True)
    text = TextOrNull()


class LinkPageSerializer(serializers.Serializer[Any]):
    results = LinkSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class NewLink(StrictSerializer):
    from_issue = Key()
    to_issue = Key()
    kind = Choice(LinkKind.choices, help_text=DIRECTIONS)
    asserted_by = Text(max_length=LONGEST_CODE, required=False, help_text="The code of a party.")
    claim = Key(required=False)
    text = Words(max_length=500, required=False, help_text="In our own words.")
    handling = HandlingChoice(help_text="As what it rests on, if it is not said.")


LINKS = Shown(
    IssueLink,
    LinkSerializer,
    "link",
    "link",
    related=(*RELATED, "from_issue", "to_issue", "asserted_by", "claim"),
)


class LinkQuery(RecordQuery):
    issue = Key(required=False, help_text="At either end.")
    kind = Choice(LinkKind.choices, required=False)


def _at_either_end(key: str, access: Access) -> Q:
    pk = visible(Issue, key, access, field="issue").pk
    return Q(from_issue=pk) | Q(to_issue=pk)


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {"relationship": in_relationship, "issue": _at_either_end, "kind": equal("kind")}
)


class LinkList(ApiView):
    query = {"GET": LinkQuery}

    @extend_schema(operation_id="links", summary="The links between issues", tags=[TAG], responses=LinkPageSerializer)
    def get(self, request: Request) -> Response:
        rows = let_through(LINKS.rows(self.access), self.params, self.access, CONDITIONS)
        return LINKS.page(self, request, rows, BY_KEY[self.params["ordering"]])

    @writes(LinkSerializer, operation_id="add_link", summary="Link two issues", tag=TAG, takes=NewLink)
    def post(self, request: Request) -> Response:
        link = link_issues(draft=_draft_of(self.body(NewLink), self.access), by=self.access, at=clock.now())
        return LINKS.written(self, request, link)


class LinkDetail(ApiView):
    @extend_schema(operation_id="link", summary="One link", tags=[TAG], responses=LinkSerializer)
    def get(self, request: Request, link: str) -> Response:
        return LINKS.one(self, LINKS.get(self, link))


class LinkWithdrawal(ApiView):
    @writes(LinkSerializer, operation_id="withdraw_link", summary="Withdraw a link", tag=TAG, takes=Because)
    def post(self, request: Request, link: str) -> Response:
        return LINKS.written(self, request, withdrawn(self, LINKS.get(self, link)))


def _draft_of(given: Mapping[str, Any], access: Access) -> LinkDraft:
    values = dict(given)
    for field in ("from_issue", "to_issue"):
        values[field] = visible(Issue, values[field], access, field=field, related=("relationship",))
    if "claim" in values:
        values["claim"] = visible(Claim, values["claim"], access, field="claim")
    if "asserted_by" in values:
        relationship = values["from_issue"].relationship
        values["asserted_by"] = party_in(relationship, values["asserted_by"], access, field="asserted_by")
    return LinkDraft(**values)
