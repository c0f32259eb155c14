"""Reads across models."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Max

from core.access import Access
from core.errors import NotFound
from core.visibility import Handling
from tracker.history import status_at
from tracker.models import Issue, Relationship
from tracker.models.record import Numbered
from tracker.statuses import Status
from tracker.substance import news, searches

N = TypeVar("N", bound=Numbered)


def get_issue(key: str, access: Access) -> Issue:
    """The issue of that key, if it exists for this reader; NotFound says the same for a foreign and a missing one."""
    issue = Issue.objects.visible_to(access).select_related("relationship", "assignee").filter(key=key).first()
    if issue is None:
        raise NotFound
    return issue


def get_numbered(model: type[N], key: str, access: Access, *related: str) -> N:
    """The source or the record of that key, if it exists for this reader. NotFound as for `get_issue`."""
    rows = model._default_manager.visible_to(access)  # type: ignore[attr-defined]
    row: N | None = rows.select_related("relationship", *related).filter(key=key).first()
    if row is None:
        raise NotFound
    return row


def get_relationship(slug: str, access: Access) -> Relationship:
    """The relationship of that slug, if it exists for this reader. NotFound as for `get_issue`."""
    found = Relationship.objects.visible_to(access).select_related("home_party").filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such relationship.", field="relationship", value=slug)
    return found


def status_of(issue: Issue, *, happened: dt.date | None = None, known: dt.datetime | None = None) -> Status | None:
    """Its status on a day, by what was known at an instant; None where nothing was on record."""
    return status_at(issue.status_changes.all().moves(), happened=happened, known=known)


def recount_silence(issue: Issue, *, former_parent: Issue | None = None) -> None:
    """Sets the day of the last substantive event of the issue, and of its parent, which takes its children's clock;
    of the former parent, too, where it has another one now.

    Parents are locked first, and in one order: of two children that move at once, neither overlooks the other, and two
    that change places do not wait for each other.
    """
    _set_last_substantive(issue)
    former = former_parent.pk if former_parent else None
    parents = [pk for pk in (issue.parent_id, former) if pk is not None]
    for parent in Issue.objects.select_for_update().filter(pk__in=parents).order_by("pk"):
        _set_last_substantive(parent)


def _set_last_substantive(issue: Issue) -> None:
    """An open issue takes the clock of its open children, claims and notes alone: its own would else tell when one that
    is hidden moved. Whether it is open is read anew, since the caller may have met it before it was restricted."""
    is_open = Issue.objects.filter(pk=issue.pk, handling=Handling.OPEN).exists()
    children = issue.children.filter(handling=Handling.OPEN) if is_open else issue.children.all()
    days = [
        issue.status_changes.in_force().aggregate(day=Max("occurred_on"))["day"],
        children.aggregate(day=Max("last_substantive_on"))["day"],
        news(open_alone=is_open).filter(issue=issue).aggregate(day=Max("happened_on"))["day"],
        searches(open_alone=is_open).filter(issues=issue).aggregate(day=Max("noted_on"))["day"],
    ]
    issue.last_substantive_on = max(day for day in days if day is not None)
    issue.save(update_fields=["last_substantive_on"])
