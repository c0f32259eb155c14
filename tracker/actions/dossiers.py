"""Writing by the thousand: what `create_issue` does for one issue, in as many statements for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from core import ledger, locks
from core.access import Access, Right
from core.changes import created
from core.errors import InvalidInput
from core.ledger import Entry
from core.validation import validated
from tracker.actions.flags import JOB
from tracker.actions.history import NewRow, claim_version, judged_rows, row_entries
from tracker.actions.issues import EDITABLE, Draft, apply_values
from tracker.actions.numbering import check_number
from tracker.history import effective
from tracker.models import Issue, IssueParty, Party, Relationship, StatusChange
from tracker.queries import recount_silence

BATCH = 500


@dataclass(frozen=True)
class Prepared:
    """A new issue that has been found sound, with all that will be saved with it."""

    issue: Issue
    parties: list[IssueParty]
    rows: list[StatusChange]
    entries: list[Entry]


def hold(relationship: Relationship) -> None:
    """Takes the locks of a long deed in the order in which short ones take theirs: the relationship, the issues (a
    parent after its sub-issues), the pass of flags. From the first line on the ledger, which comes early here, until
    the commit others wait for that ledger; they must not hold by then what this deed needs next."""
    Relationship.objects.select_for_update(no_key=True).get(pk=relationship.pk)
    for top in (False, True):
        issues = Issue.objects.filter(relationship=relationship, parent__isnull=top).order_by("pk")
        list(issues.select_for_update().values_list("pk"))
    locks.wait_lock(JOB)


def prepare_issue(
    *,
    relationship: Relationship,
    number: int,
    draft: Draft,
    history: Sequence[NewRow],
    by: Access,
    at: dt.datetime,
    series: str = "",
) -> Prepared:
    """The issue as `create_issue` would make it, unsaved. Raises what that would; the database guards the rest.

    `series` is that of the number, where it is not the one of the issue's handling.
    """
    if not history:
        raise InvalidInput("an issue begins with a first status", field="history")
    key = f"{relationship.key_prefix}-{number}"
    issue = Issue(relationship=relationship, number=number, key=key, status=history[0].to, created_at=at)
    values = {name: getattr(draft, name) for name in EDITABLE}
    issue.last_substantive_on = at.date()
    apply_values(issue, values, by)
    check_number(number, series or issue.handling)
    validated(issue, asking=False)
    rows = judged_rows(issue, [], history, by=by, at=at)
    before = (issue.status, issue.trend)
    _follow(issue, rows)
    entry = Entry("issue.created", "tracker.issue", key, created(values), issue.handling)
    parties = [_party(issue, party, role) for party, role in draft.parties.items()]
    return Prepared(issue, parties, rows, [entry, *row_entries(issue, rows, before)])


@transaction.atomic
def create_issues(
    *, relationship: Relationship, prepared: Sequence[Prepared], by: Access, at: dt.datetime
) -> list[Issue]:
    """Saves them all, and brings their parents' clocks up to date. IntegrityError where another writer took a key."""
    by.require(Right.WRITE, relationship.pk)
    issues = Issue.objects.bulk_create([one.issue for one in prepared], batch_size=BATCH)
    IssueParty.objects.bulk_create([party for one in prepared for party in one.parties], batch_size=BATCH)
    for rows in _waves([row for one in prepared for row in one.rows]):
        StatusChange.objects.bulk_create(rows, batch_size=BATCH)
    for issue in {issue.parent_id: issue for issue in issues if issue.parent_id}.values():
        recount_silence(issue)
    ledger.record(relationship.pk, [entry for one in prepared for entry in one.entries], by=by, at=at)
    return issues


@transaction.atomic
def set_roles(*, issue: Issue, version: int, roles: Mapping[Party, str], by: Access, at: dt.datetime) -> None:
    """Gives parties a role in the issue, or another one than they have. Takes none away."""
    by.require(Right.WRITE, issue.relationship_id)
    claim_version(issue, version)
    now = {row.party_id: row for row in issue.parties.all()}
    changes = {}
    for party, role in roles.items():
        row = now.get(party.pk) or _party(issue, party, "")
        changes[f"party {party.code}"] = [row.role or None, role]
        row.role = role
        validated(row).save()
    entry = Entry("issue.edited", "tracker.issue", issue.key, changes, issue.handling)
    ledger.record(issue.relationship_id, [entry], by=by, at=at)


def _party(issue: Issue, party: Party, role: str) -> IssueParty:
    if party.relationship_id != issue.relationship_id:
        raise InvalidInput("is no party of this relationship", field="parties")
    return IssueParty(issue=issue, party=party, role=role)


def _follow(issue: Issue, rows: Sequence[StatusChange]) -> None:
    """Status, trend and the clock of silence, as the history says."""
    by_seq = {row.seq: row for row in rows}
    standing = [by_seq[move.seq] for move in effective(row.as_move() for row in rows)]
    issue.status = standing[-1].to_status
    issue.trend = next((row.trend for row in reversed(standing) if row.trend), "")
    issue.last_substantive_on = max(row.occurred_on for row in standing)


def _waves(rows: Iterable[StatusChange]) -> list[list[StatusChange]]:
    """A row is saved after the one that it supersedes: first those that supersede nothing, and so on."""
    waves: list[list[StatusChange]] = []
    wave_of: dict[int, int] = {}
    for row in rows:
        number = wave_of[id(row.supersedes)] + 1 if row.supersedes else 0
        wave_of[id(row)] = number
        if number == len(waves):
            waves.append([])
        waves[number].append(row)
    return waves
