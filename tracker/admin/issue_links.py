"""What an issue has to do with others, in words, from whichever end one looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from core.access import Access, Right
from tracker.admin.claim_fates import CitedClaim, Fates, cited
from tracker.admin.tones import handling_badge, status_badge
from tracker.models import Issue, IssueLink, SameMatter
from tracker.sides import Sides
from tracker.timeline_entries import LINK_WORDS, asserted


@dataclass(frozen=True)
class ShownLink:
    link: IssueLink
    words: str
    other: Issue
    other_url: str
    status: SafeString
    asserted: str
    handling: SafeString | str
    url: str
    cited: CitedClaim | None
    withdraw_url: str


@dataclass(frozen=True)
class ShownMatter:
    other: Issue
    relationship: str
    url: str
    status: SafeString
    may_end: bool


def read_links(issue: Issue, access: Access) -> list[IssueLink]:
    """One statement."""
    rows = IssueLink.objects.visible_to(access).filter(Q(from_issue=issue) | Q(to_issue=issue))
    return list(rows.select_related("from_issue", "to_issue", "claim__source").order_by("pk"))


def links_of(issue: Issue, rows: Iterable[IssueLink], sides: Sides, access: Access, fates: Fates) -> list[ShownLink]:
    """Those in force first."""
    withdraws = access.may(Right.WITHDRAW, issue.relationship_id)
    shown = [_shown(row, issue, sides, withdraws, fates) for row in rows]
    return sorted(shown, key=lambda one: (one.link.is_withdrawn, one.words))


def link_words(link: IssueLink, issue: Issue) -> str:
    """`Given for`, as the page of that issue says it."""
    return LINK_WORDS[link.kind][0 if link.from_issue_id == issue.pk else 1]


def matters_of(issue: Issue, access: Access) -> list[ShownMatter]:
    """The same matter in other relationships: there only for those who may see both ends. One statement."""
    rows = SameMatter.objects.visible_to(access).standing().filter(Q(one=issue) | Q(other=issue))
    rows = rows.select_related("one__relationship", "other__relationship").order_by("pk")
    return [_matter(row.other if row.one_id == issue.pk else row.one, issue, access) for row in rows]


def _matter(other: Issue, issue: Issue, access: Access) -> ShownMatter:
    both = (issue.relationship_id, other.relationship_id)
    return ShownMatter(
        other=other,
        relationship=other.relationship.name,
        url=reverse("admin:tracker_issue_change", args=[other.pk]),
        status=status_badge(other.status),
        may_end=all(access.may(Right.WRITE, relationship) for relationship in both),
    )


def _shown(row: IssueLink, issue: Issue, sides: Sides, withdraws: bool, fates: Fates) -> ShownLink:
    other = row.to_issue if row.from_issue_id == issue.pk else row.from_issue
    return ShownLink(
        link=row,
        words=link_words(row, issue),
        other=other,
        other_url=reverse("admin:tracker_issue_change", args=[other.pk]),
        status=status_badge(other.status),
        asserted=asserted(row, sides.name(row.asserted_by_id)),
        handling=handling_badge(row.handling),
        url=reverse("admin:tracker_issuelink_change", args=[row.pk]),
        cited=cited(row.claim, fates),
        withdraw_url=reverse("admin:tracker_issuelink_withdraw", args=[row.pk])
        if withdraws and not row.is_withdrawn
        else "",
    )
