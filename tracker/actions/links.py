"""What issues have to do with each other, and who says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.errors import Conflict, InvalidInput, NotFound
from core.ledger import Entry
from core.site import site_id
from core.text import clean
from core.visibility import Handling
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.records import (
    NOW_BY_HAND,
    Entered,
    added_entry,
    belongs,
    choice,
    handling_for,
    inserted,
    numbered,
    stamped,
)
from tracker.evidence import LinkKind
from tracker.models import Claim, Issue, IssueLink, Party, Relationship, SameMatter


@dataclass(frozen=True)
class LinkDraft:
    """`asserted_by` is empty where the desk itself sees the link."""

    from_issue: Issue
    to_issue: Issue
    kind: str
    asserted_by: Party | None = None
    claim: Claim | None = None
    text: str = ""
    handling: str = ""
    replaces: IssueLink | None = None
    entered: Entered = NOW_BY_HAND


@transaction.atomic
def link_issues(*, draft: LinkDraft, by: Access, at: dt.datetime) -> IssueLink:
    """Links two issues of one relationship. Conflict where the same party asserts the same link already, and it is as
    open as this one."""
    relationship = draft.from_issue.relationship
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    link = _built(draft, relationship, by, at)
    hold_issues([draft.from_issue, draft.to_issue])
    _check_new(link)
    inserted(link)
    ledger.record(relationship.pk, [added_entry(link)], by=by, at=at)
    return link


def _built(draft: LinkDraft, relationship: Relationship, by: Access, at: dt.datetime) -> IssueLink:
    for field in ("to_issue", "asserted_by", "claim", "replaces"):
        belongs(getattr(draft, field), relationship, field)
    if draft.from_issue.pk == draft.to_issue.pk:
        raise InvalidInput("is the issue itself", field="to_issue", value=draft.to_issue.key)
    if draft.claim is not None and draft.claim.is_withdrawn:
        raise InvalidInput("is withdrawn", field="claim", value=draft.claim.key)
    bases = (draft.from_issue, draft.to_issue, draft.claim, draft.replaces)
    link = IssueLink(
        from_issue=draft.from_issue,
        to_issue=draft.to_issue,
        kind=choice(draft.kind, LinkKind, "kind"),
        asserted_by=draft.asserted_by,
        claim=draft.claim,
        text=clean(draft.text, field="text", limit=500, required=False),
        replaces=draft.replaces,
        handling=handling_for(draft.handling, bases, relationship, by),
    )
    return stamped(numbered(link, relationship, draft.entered), draft.entered, by=by, at=at)


def _check_new(link: IssueLink) -> None:
    ends = {link.from_issue_id, link.to_issue_id}
    same = IssueLink.objects.in_force().filter(
        kind=link.kind, asserted_by=link.asserted_by, handling=link.handling, from_issue__in=ends, to_issue__in=ends
    )
    if link.kind != LinkKind.RELATED:
        same = same.filter(from_issue=link.from_issue)
    known = same.first()
    if known is not None:
        raise Conflict(f"the same link is on record as {known.key}", field="to_issue")


@transaction.atomic
def link_same_matter(*, one: Issue, other: Issue, by: Access, at: dt.datetime) -> SameMatter:
    """Says that two issues of different relationships are the same matter. Whoever says so writes in both.

    It is recorded on the ledger of the site, without their keys: a line in either relationship would tell its readers
    of the other.
    """
    for issue in (one, other):
        if not Issue.objects.visible_to(by).filter(pk=issue.pk).exists():
            raise NotFound
        by.require(Right.WRITE, issue.relationship_id)
    if one.relationship_id == other.relationship_id:
        raise InvalidInput("is of the same relationship; link the two as related", field="other", value=other.key)
    first, second = sorted((one, other), key=lambda issue: issue.pk)
    hold_issues([first, second])
    if SameMatter.objects.standing().filter(one=first, other=second).exists():
        raise Conflict("The two are linked already.", field="other", value=other.key)
    link = SameMatter.objects.create(one=first, other=second, noted_at=at, by=by.user)
    _record(link, "noted", by, at)
    return link


@transaction.atomic
def unlink_same_matter(*, link: SameMatter, by: Access, at: dt.datetime) -> SameMatter:
    """The two are not the same matter after all. Conflict where somebody else said so before."""
    if not SameMatter.objects.visible_to(by).filter(pk=link.pk).exists():
        raise NotFound
    for issue in (link.one, link.other):
        by.require(Right.WRITE, issue.relationship_id)
    if not SameMatter.objects.standing().filter(pk=link.pk).update(ended_at=at, ended_by=by.user):
        raise Conflict("The link has been taken back already.", field="link")
    link.refresh_from_db()
    _record(link, "taken_back", by, at)
    return link


def _record(link: SameMatter, deed: str, by: Access, at: dt.datetime) -> None:
    entry = Entry(f"samematter.{deed}", "tracker.samematter", str(link.pk), {}, Handling.RESTRICTED)
    ledger.record(site_id(), [entry], by=by, at=at)
