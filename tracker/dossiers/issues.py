"""The issues of a dossier, each with its parties and its history: reading them, and showing them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.access import Access
from core.visibility import Handling
from tracker.actions.numbering import RESTRICTED_FROM, SERIES
from tracker.dossiers.citations import citations
from tracker.dossiers.fields import Fields
from tracker.dossiers.history import RowEntry, export_row, read_history
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work
from tracker.models import Issue, IssueParty, Relationship, StatusChange
from tracker.statuses import Category, Priority

KEY = re.compile(r"([A-Z][A-Z0-9]{1,11})-([1-9][0-9]{0,8})\Z")
ROLES = IssueParty.Role.values
CHOICES = {"category": Category.values, "priority": Priority.values, "handling": Handling.values}


@dataclass
class RoleEntry:
    fields: Fields
    party: str
    role: str


@dataclass
class IssueEntry:
    """`values` holds the own fields that the file states; of the others an issue keeps what it has."""

    fields: Fields
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    once_restricted: bool = False
    roles: list[RoleEntry] = field(default_factory=list)
    history: list[RowEntry] = field(default_factory=list)

    @property
    def number(self) -> int:
        return int(self.key.rpartition("-")[2])

    @property
    def series(self) -> str:
        """That of its number: an issue that was opened later keeps the one that it got when it was restricted."""
        restricted = self.once_restricted or self.values.get("handling") == Handling.RESTRICTED
        return Handling.RESTRICTED if restricted else Handling.OPEN

    @property
    def broken(self) -> bool:
        parts = [self.fields, *(role.fields for role in self.roles), *(row.fields for row in self.history)]
        return any(part.broken for part in parts)


class WholeIssue(NamedTuple):
    """An issue on record with its parties and its history, and what each row of that cites."""

    issue: Issue
    parties: list[IssueParty]
    history: list[StatusChange]
    cited: Mapping[int, Sequence[str]] = {}


def export_issues(relationship: Relationship, access: Access) -> Plain:
    cited = citations(relationship, access)
    return [_export(whole._replace(cited=cited)) for whole in whole_issues(relationship, access)]


def whole_issues(relationship: Relationship, access: Access) -> list[WholeIssue]:
    """What this reader may see, in three queries, however many there are. The two that follow the first repeat it,
    since a database takes only so many ids."""
    issues = Issue.objects.visible_to(access).filter(relationship=relationship)
    parties: dict[int, list[IssueParty]] = {}
    for part in IssueParty.objects.filter(issue__in=issues.order_by()).select_related("party"):
        parties.setdefault(part.issue_id, []).append(part)
    changes: dict[int, list[StatusChange]] = {}
    rows = StatusChange.objects.filter(issue__in=issues.order_by()).order_by("issue", "seq")
    for change in rows.select_related("by", "supersedes"):
        changes.setdefault(change.issue_id, []).append(change)
    return [
        WholeIssue(row, parties.get(row.pk, []), changes.get(row.pk, []))
        for row in issues.select_related("relationship", "parent").order_by("number")
    ]


def _export(whole: WholeIssue) -> dict[str, Any]:
    row = whole.issue
    roles = sorted(whole.parties, key=lambda part: (ROLES.index(part.role), part.party.code))
    return {
        "key": row.key,
        "title": row.title,
        "summary": row.summary or None,
        "category": row.category,
        "priority": row.priority,
        "parent": row.parent.key if row.parent else None,
        "next_review": row.next_review,
        "handling": row.handling,
        **_opened_later(row),
        "parties": [{"party": part.party.code, "role": part.role} for part in roles],
        "history": [export_row(change, row.key, whole.cited.get(change.pk, ())) for change in whole.history],
    }


def _opened_later(row: Issue) -> dict[str, Any]:
    """Told where the number would be refused without it."""
    opened = row.handling == Handling.OPEN and row.number not in SERIES[Handling.OPEN]
    return {"series": Handling.RESTRICTED.value} if opened else {}


def read_issues(value: Value, work: Work) -> list[IssueEntry]:
    holder = Fields.of_listing("issues", value, work.report)
    entries = [_read(row, work) for row in holder]
    first: dict[str, IssueEntry] = {}
    for entry in entries:
        known = first.setdefault(entry.key, entry)
        if entry.key and known is not entry:
            entry.fields.refuse("key", f"stands twice, first in line {known.fields.mark.line}", entry.key)
    work.issue_keys = set(first)
    return entries


def _read(fields: Fields, work: Work) -> IssueEntry:
    entry = IssueEntry(fields, key=_read_key(fields, "key", work))
    entry.values = dict(_read_values(fields))
    entry.parent = _read_key(fields, "parent", work, required=False)
    entry.once_restricted = _read_series(fields, entry)
    entry.roles = list(_read_roles(fields))
    entry.history = read_history(fields, entry.key, work)
    fields.finish()
    return entry


def _read_key(fields: Fields, name: str, work: Work, *, required: bool = True) -> str:
    text = fields.text(name, limit=24, required=required)
    found = KEY.match(text)
    if text and found is None:
        fields.refuse(name, "must be a prefix and a number, such as USCN-7", text)
    elif found and work.key_prefix and found[1] != work.key_prefix:
        reason = f"is an issue of another relationship: here keys begin with {work.key_prefix}"
        fields.refuse(name, reason, text)
    elif found:
        return text
    return ""


def _read_values(fields: Fields) -> Iterator[tuple[str, Any]]:
    """Title apart, what is left out is not stated; a null states that it is empty."""
    yield "title", fields.text("title", limit=200)
    summary = fields.text("summary", limit=5000, required=False, lines=True)
    next_review = fields.date("next_review", required=False)
    if fields.has("summary"):
        yield "summary", summary
    if fields.has("next_review"):
        yield "next_review", next_review
    for name, allowed in CHOICES.items():
        chosen = fields.choice(name, allowed, required=fields.has(name))
        if chosen:
            yield name, chosen


def _read_series(fields: Fields, entry: IssueEntry) -> bool:
    """Whether the number is stated to be of the restricted series, as it must be where an issue was opened later."""
    stated = fields.choice("series", [Handling.RESTRICTED], required=False)
    if stated and entry.key and entry.number < RESTRICTED_FROM:
        fields.refuse("series", f"begins with the number {RESTRICTED_FROM}", stated)
    return bool(stated)


def _read_roles(fields: Fields) -> Iterator[RoleEntry]:
    seen: set[str] = set()
    for row in fields.rows("parties", required=False):
        party = row.text("party", limit=40)
        if party in seen and party:
            row.refuse("party", "stands twice in this issue", party)
        seen.add(party)
        yield RoleEntry(row, party, row.choice("role", ROLES))
        row.finish()
