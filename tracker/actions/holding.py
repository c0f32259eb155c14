"""The locks of a deed, in the order in which everybody takes them: the relationship, the issues (a parent after its
sub-issues), the flags, the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from tracker.models import Issue, Relationship


def hold_relationship(relationship: Relationship) -> None:
    """Its row, so that two deeds do not take the same number, nor let what rests on a record pass by each other. Its
    key stays free: whoever holds its ledger needs that at commit, and we shall need the ledger."""
    list(Relationship.objects.select_for_update(no_key=True).filter(pk=relationship.pk))


def hold_issues(issues: Iterable[Issue]) -> None:
    """Before anything is written that their clocks follow: else the slower of two would set a clock without having
    seen what the other wrote. Those above them come along, since their clocks follow too: sub-issues first, all at
    once, for whoever moves a sub-issue takes its parent after it."""
    keys = {issue.pk for issue in issues}
    above = Issue.objects.filter(children__in=keys).values("pk")
    for rows in (Issue.objects.exclude(parent=None).filter(pk__in=keys), Issue.objects.filter(parent=None)):
        wanted = rows.filter(Q(pk__in=keys) | Q(pk__in=above)).order_by("pk")
        list(wanted.select_for_update().values_list("pk"))
