from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.changes import created, difference
from core.errors import Forbidden, InvalidInput
from core.ledger import Entry
from core.models import Membership, User
from core.text import clean
from core.validation import seals_as_conflicts, validated
from core.visibility import Handling
from tracker.actions.flags import copy_handling
from tracker.actions.handling import issues_touched, restrict_all_that_rests_on
from tracker.actions.history import NewRow, append_rows, claim_version
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.numbering import check_number, next_number
from tracker.models import Issue, IssueParty, Party, Relationship
from tracker.queries import recount_silence

EDITABLE = (
    "title",
    "summary",
    "category",
    "priority",
    "assignee",
    "parent",
    "next_review",
    "handling",
)


@dataclass(frozen=True)
class Draft:
    """A new issue's own fields; its statuses come as the rows of its history."""

    title: str
    summary: str = ""
    category: str = "other"
    priority: str = "normal"
    assignee: User | None = None
    parent: Issue | None = None
    next_review: dt.date | None = None
    handling: str = Handling.OPEN
    parties: Mapping[Party, str] = field(default_factory=dict)


@transaction.atomic
def create_issue(
    *,
    relationship: Relationship,
    draft: Draft,
    history: Sequence[NewRow],
    by: Access,
    at: dt.datetime,
    number: int | None = None,
) -> Issue:
    """A new issue with the first rows of its history; `number` is given by an import, else the next one free.

    Errors name the field: see `append_rows` for those of the history.
    """
    by.require(Right.WRITE, relationship.pk)
    if not history:
        raise InvalidInput("an issue begins with a first status", field="history")
    values = {name: getattr(draft, name) for name in EDITABLE}
    issue = Issue(relationship=relationship, status=history[0].to, created_at=at, last_substantive_on=at.date())
    apply_values(issue, values, by)
    if number is not None:
        check_number(number, issue.handling)
    issue.number = number or _next_number(relationship, issue.handling)
    issue.key = f"{relationship.key_prefix}-{issue.number}"
    with seals_as_conflicts():
        validated(issue).save(force_insert=True)
    for party, role in draft.parties.items():
        _add_party(issue, party, role)
    hold_parent(issue)
    entry = Entry("issue.created", "tracker.issue", issue.key, created(values), issue.handling)
    ledger.record(relationship.pk, [entry], by=by, at=at)
    append_rows(issue=issue, version=issue.version, rows=history, by=by, at=at)
    return issue


@transaction.atomic
def edit_issue(*, issue: Issue, version: int, values: Mapping[str, object], by: Access, at: dt.datetime) -> Issue:
    """Changes an issue's own fields, never its status, and does not touch the clock of silence.

    Restricting it restricts all that rests on it. Conflict if another writer was faster. Nothing is written where
    nothing differs.
    """
    by.require(Right.WRITE, issue.relationship_id)
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise InvalidInput("cannot be edited", field=min(unknown))
    if {"handling", "parent"} & set(values):
        # What comes to rest on an issue holds it in the database, and two that exchange their parents would wait.
        hold_relationship(issue.relationship)
    if values.get("handling") == Handling.RESTRICTED:
        hold_issues([issue, *issues_touched(issue)])
    claim_version(issue, version)
    former_parent = issue.parent
    changes = difference(issue, values)
    if not changes:
        Issue.objects.filter(pk=issue.pk).update(version=version)
        issue.version = version
        return issue
    apply_values(issue, values, by)
    restricts = "handling" in changes and issue.handling == Handling.RESTRICTED
    entries = restrict_all_that_rests_on(issue) if restricts else []
    with seals_as_conflicts():
        validated(issue).save()
    _follow_edit(issue, former_parent, changes)
    ledger.record(issue.relationship_id, [*entries, *_edit_entries(issue, changes)], by=by, at=at)
    return issue


def apply_values(issue: Issue, values: Mapping[str, object], by: Access) -> None:
    """Sets the cleaned values on the unsaved row, and refuses what concerns more than one of them."""
    for name, value in values.items():
        setattr(issue, name, value)
    if "title" in values:
        issue.title = clean(values["title"], field="title", limit=200)
    if "summary" in values:
        issue.summary = clean(values["summary"], field="summary", limit=5000, required=False, lines=True)
    _check_handling(issue, by)
    _check_assignee(issue)
    _check_parent(issue)


def _check_handling(issue: Issue, by: Access) -> None:
    former: str = Handling.OPEN
    if issue.pk is not None:
        former = Issue.objects.values_list("handling", flat=True).get(pk=issue.pk)
    changed = issue.handling != former
    if changed and not (by.is_system or issue.relationship_id in by.cleared):
        raise Forbidden("Only a cleared member may restrict an issue or open it.", field="handling")
    restricts = changed and issue.handling == Handling.RESTRICTED
    if restricts and issue.pk and issue.children.exclude(handling=issue.handling).exists():
        raise InvalidInput("its sub-issues are open; restrict them first", field="handling")


def _check_assignee(issue: Issue) -> None:
    """One answer for a stranger and for somebody who does not exist."""
    if issue.assignee_id is None:
        return
    member = Membership.objects.current().filter(compartment=issue.relationship_id, user=issue.assignee_id)
    if issue.handling == Handling.RESTRICTED:
        member = member.filter(cleared=True)
    if not member.exists():
        raise InvalidInput("is no member who may see this issue", field="assignee")


def _check_parent(issue: Issue) -> None:
    parent = issue.parent
    if parent is None:
        return
    if parent.relationship_id != issue.relationship_id:
        raise InvalidInput("is no issue of this relationship", field="parent")
    if parent.pk == issue.pk:
        raise InvalidInput("is the issue itself", field="parent", value=parent.key)
    if parent.parent_id is not None or (issue.pk and issue.children.exists()):
        raise InvalidInput("issues nest one level deep", field="parent", value=parent.key)
    if parent.handling == Handling.RESTRICTED and issue.handling == Handling.OPEN:
        raise InvalidInput("a restricted issue has restricted sub-issues only", field="parent", value=parent.key)


def _add_party(issue: Issue, party: Party, role: str) -> None:
    if party.relationship_id != issue.relationship_id:
        raise InvalidInput("is no party of this relationship", field="parties")
    validated(IssueParty(issue=issue, party=party, role=role)).save()


def hold_parent(issue: Issue) -> None:
    """Before the ledger is written to: the parent's clock follows, and whoever moves it has its row first and waits
    for the ledger."""
    if issue.parent_id is not None:
        Issue.objects.select_for_update(no_key=True).get(pk=issue.parent_id)


def _edit_entries(issue: Issue, changes: Mapping[str, object]) -> list[Entry]:
    """Where an issue is opened, what it was until then stays restricted; only that it was opened is open."""
    opened = changes.get("handling") == [Handling.RESTRICTED, Handling.OPEN]
    others = {name: change for name, change in changes.items() if name != "handling"}
    if not (opened and others):
        return [Entry("issue.edited", "tracker.issue", issue.key, changes, issue.handling)]
    opening = {"handling": changes["handling"]}
    return [
        Entry("issue.edited", "tracker.issue", issue.key, others, Handling.RESTRICTED),
        Entry("issue.edited", "tracker.issue", issue.key, opening, Handling.OPEN),
    ]


def _follow_edit(issue: Issue, former_parent: Issue | None, changes: Mapping[str, object]) -> None:
    """Issues before flags: whoever holds the flags may be waited for by somebody who holds an issue."""
    if "parent" in changes or "handling" in changes:
        recount_silence(issue, former_parent=former_parent)
    if "handling" in changes:
        copy_handling(issue)


def _next_number(relationship: Relationship, handling: str) -> int:
    hold_relationship(relationship)
    return next_number(relationship.issues.all(), handling)
