"""Reads across models."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from core.access import Access
from core.errors import NotFound
from core.visibility import Handling
from tracker.history import status_at
from tracker.models import Issue
from tracker.statuses import Status


def get_issue(key: str, access: Access) -> Issue:
    """The issue of that key, if it exists for this reader; NotFound says the same for a foreign and a missing one."""
    issue = Issue.objects.visible_to(access).select_related("relationship", "assignee").filter(key=key).first()
    if issue is None:
        raise NotFound
    return issue


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
    """An open issue takes the clock of its open children alone: its own would else tell when a hidden one moved."""
    children = issue.children.all()
    if issue.handling == Handling.OPEN:
        children = children.filter(handling=Handling.OPEN)
    own = issue.status_changes.in_force().aggregate(day=Max("occurred_on"))["day"]
    childrens = children.aggregate(day=Max("last_substantive_on"))["day"]
    issue.last_substantive_on = max(day for day in (own, childrens) if day is not None)
    issue.save(update_fields=["last_substantive_on"])
