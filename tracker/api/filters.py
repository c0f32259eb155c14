"""What the list of issues can be narrowed to and sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q

from core.access import Access
from core.api.fields import Choice, Day, QueryFlag, Text
from core.api.pages import Order, PageQuery
from core.errors import InvalidInput
from core.models import User
from tracker.api.narrowing import MOST_WORDS, Condition, containing, equal, in_relationship, let_through, on
from tracker.models import Flag, Issue
from tracker.models.issue import Issues
from tracker.statuses import Category, Priority, Status, Trend

# Each has an index: (relationship, number) and (last_substantive_on, id).
ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "key": Order(("relationship_id", "number")),
        "-key": Order(("relationship_id", "number"), descending=True),
        "last_substantive_on": Order(("last_substantive_on", "id")),
        "-last_substantive_on": Order(("last_substantive_on", "id"), descending=True),
    }
)


class IssueQuery(PageQuery):
    relationship = Text(required=False, max_length=60, help_text="Its slug, such as us-cn.")
    status = Choice(Status.choices, required=False)
    priority = Choice(Priority.choices, required=False)
    category = Choice(Category.choices, required=False)
    trend = Choice(Trend.choices, required=False)
    assignee = Text(required=False, max_length=150, help_text="A username.")
    parent = Text(  # type: ignore[assignment]
        required=False, max_length=24, help_text="The key of an issue: its sub-issues."
    )
    flagged = QueryFlag(required=False, help_text="Whether a flag stands on it.")
    silent_since = Day(required=False, help_text="Nothing substantive has happened after that day.")
    q = Text(required=False, max_length=200, help_text=f"At most {MOST_WORDS} words, each in key, title or summary.")
    ordering = Choice([(name, name) for name in ORDERS], required=False, default="key")


def narrowed(params: Mapping[str, Any], access: Access) -> Issues:
    """The visible issues that all the given filters let through.

    InvalidInput for a relationship, an assignee or a parent that does not exist for this reader: the same whether it
    is foreign or missing.
    """
    return let_through(Issue.objects.visible_to(access), params, access, _CONDITIONS)


def _of_assignee(username: str, access: Access) -> Q:
    colleagues = User.objects.filter(memberships__compartment__in=access.compartments, username=username)
    pk = colleagues.values_list("pk", flat=True).first()
    if pk is None:
        raise InvalidInput("is not known here", field="assignee", value=username)
    return Q(assignee=pk)


def _flagged(wanted: bool, access: Access) -> Q:
    flags = Flag.objects.visible_to(access).standing().of_issues().filter(subject_id=OuterRef("pk"))
    return Q(Exists(flags)) if wanted else ~Q(Exists(flags))


_CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "relationship": in_relationship,
        "status": equal("status"),
        "priority": equal("priority"),
        "category": equal("category"),
        "trend": equal("trend"),
        "assignee": _of_assignee,
        "parent": on("parent", Issue, "parent"),
        "flagged": _flagged,
        "silent_since": equal("last_substantive_on__lte"),
        "q": containing("key", "title", "summary"),
    }
)
