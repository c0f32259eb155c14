from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.fields import Day, Instant, StrictSerializer
from core.api.openapi import etag_of
from core.api.pages import page_of
from core.api.preconditions import etag
from core.api.views import ApiView
from tracker.api.filters import ORDERS, IssueQuery, narrowed
from tracker.api.readings import read, with_flags, with_next_deadline
from tracker.api.serializers import IssueDetailSerializer, IssuePageSerializer, IssueSerializer
from tracker.queries import get_issue


class TwoClocks(StrictSerializer):
    as_of = Day(required=False, help_text="Its status on that day.")
    known_at = Instant(required=False, help_text="By what was known at that instant; of a day, at its end in UTC.")


class IssueList(ApiView):
    query = {"GET": IssueQuery}

    @extend_schema(
        operation_id="issues", summary="The issues that you may see", tags=["issues"], responses=IssuePageSerializer
    )
    def get(self, request: Request) -> Response:
        rows = narrowed(self.params, self.access).select_related("relationship", "assignee", "parent")
        page = page_of(rows, ORDERS[self.params["ordering"]], request, self.params)
        results = IssueSerializer(with_flags(page.rows, self.access), many=True).data
        return Response({"results": results, "next": page.next})


class IssueDetail(ApiView):
    query = {"GET": TwoClocks}

    @extend_schema(
        operation_id="issue",
        summary="One issue with its history, now or as of a day",
        tags=["issues"],
        parameters=[etag_of(200)],
        responses=IssueDetailSerializer,
    )
    def get(self, request: Request, key: str) -> Response:
        issue = get_issue(key, self.access)
        as_of, known_at = self.params.get("as_of"), self.params.get("known_at")
        with_next_deadline(issue, self.access, clock.now().date())
        with_flags([read(issue, self.access, as_of=as_of, known_at=known_at)], self.access)
        shown = IssueDetailSerializer(issue, context={"known": known_at})
        return Response(shown.data, headers={"ETag": etag(issue.version)})
