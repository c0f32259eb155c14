"""Bringing the issues on record up to a dossier: by the actions that people use, and in an order that they allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InvalidInput
from core.visibility import Handling
from tracker.actions.dossiers import Prepared, create_issues, prepare_issue, set_roles
from tracker.actions.history import Author, NewRow, append_rows
from tracker.actions.issues import Draft, edit_issue
from tracker.dossiers.authors import authors_of
from tracker.dossiers.history import RowEntry, new_rows
from tracker.dossiers.issues import IssueEntry, WholeIssue, whole_issues
from tracker.dossiers.numbers import check_numbers
from tracker.dossiers.work import Work
from tracker.models import Issue, Party, Relationship


@dataclass
class Task:
    """An entry with what is on record, if there is such an issue, and the rows of its history that are new."""

    entry: IssueEntry
    old: WholeIssue | None
    new: list[RowEntry]

    @property
    def issue(self) -> Issue | None:
        return self.old.issue if self.old else None


def write_issues(entries: Sequence[IssueEntry], work: Work) -> None:
    found = whole_issues(work.relationship, work.by) if work.relationship else []
    on_record = {whole.issue.key: whole for whole in found}
    work.issues = {key: whole.issue for key, whole in on_record.items()}
    tasks = [_task(entry, on_record.get(entry.key), work) for entry in entries]
    _check_numbers(tasks, work)
    if work.relationship is None:
        return
    sound = [task for task in tasks if not task.entry.broken]
    authors = authors_of({row.by for task in sound for row in task.new}, work.by)
    by_key = {task.entry.key: task for task in tasks if task.entry.key}
    for step in _in_order(sound):
        ready = [task for task in step if not _is_parent_broken(task, by_key)]
        _create([task for task in ready if task.old is None], work.relationship, authors, work)
        for task in ready:
            if task.old is not None:
                _bring_up(task, task.old, authors, work)


def _task(entry: IssueEntry, old: WholeIssue | None, work: Work) -> Task:
    """Checks what an entry says of other records."""
    if old is None and not entry.history and not entry.broken:
        entry.fields.refuse("history", "an issue begins with a first status")
    known = work.parties.keys() | work.party_codes
    for role in entry.roles:
        if role.party and role.party not in known:
            role.fields.refuse("party", "there is no such party", role.party)
    if entry.parent and entry.parent == entry.key:
        entry.fields.refuse("parent", "is the issue itself", entry.parent)
    elif entry.parent and entry.parent not in work.issues.keys() | work.issue_keys:
        entry.fields.refuse("parent", "there is no such issue", entry.parent)
    return Task(entry, old, new_rows(entry.history, old.history if old else [], work))


def _check_numbers(tasks: Iterable[Task], work: Work) -> None:
    """Of new issues. What is on record has its number."""
    entries = [task.entry for task in tasks if task.issue is None and task.entry.key]
    check_numbers(entries, work.relationship.issues.all() if work.relationship else None, "issues", work)


def _in_order(tasks: Sequence[Task]) -> Iterable[list[Task]]:
    """New parents before their sub-issues; and since a restricted issue has no open sub-issue, these are restricted
    before their parents and opened after them."""
    steps: list[list[Task]] = [[], [], [], [], []]
    for task in tasks:
        has_parent = _parent_key(task) != ""
        if task.issue is None:
            steps[3 if has_parent else 0].append(task)
        elif has_parent:
            steps[1 if task.entry.values.get("handling") == Handling.RESTRICTED else 4].append(task)
        else:
            steps[2].append(task)
    return steps


def _is_parent_broken(task: Task, by_key: Mapping[str, Task]) -> bool:
    """Then the sub-issue has no problem of its own that could be told yet."""
    parent = by_key.get(task.entry.parent)
    return parent is not None and parent.entry.broken


def _parent(entry: IssueEntry, work: Work) -> Issue | None:
    """Top-level issues are written before all others, so that one that is not there by now is a sub-issue."""
    if entry.parent and entry.parent not in work.issues:
        raise InvalidInput("issues nest one level deep", field="parent", value=entry.parent)
    return work.issues.get(entry.parent)


def _parent_key(task: Task) -> str:
    """As it will be: what the file leaves out stays."""
    if task.entry.fields.has("parent") or task.issue is None:
        return task.entry.parent
    return task.issue.parent.key if task.issue.parent else ""


def _create(tasks: Sequence[Task], relationship: Relationship, authors: Mapping[str, Author], work: Work) -> None:
    prepared: list[Prepared] = []
    for task in tasks:
        with work.reporting(task.entry.fields):
            prepared.append(_prepare(task, relationship, authors, work))
            work.count("issues", "created")
            _count_rows(task, work)
    for issue in create_issues(relationship=relationship, prepared=prepared, by=work.by, at=work.at):
        work.issues[issue.key] = issue


def _prepare(task: Task, relationship: Relationship, authors: Mapping[str, Author], work: Work) -> Prepared:
    entry = task.entry
    draft = Draft(**entry.values, parent=_parent(entry, work), parties=_roles(entry, work))
    work.note_handling(draft.handling)
    return prepare_issue(
        relationship=relationship,
        number=entry.number,
        series=entry.series,
        draft=draft,
        history=[row.new_row(authors) for row in task.new],
        by=work.by,
        at=work.at,
    )


def _roles(entry: IssueEntry, work: Work) -> dict[Party, str]:
    return {work.parties[role.party]: role.role for role in entry.roles if role.party in work.parties}


def _bring_up(task: Task, old: WholeIssue, authors: Mapping[str, Author], work: Work) -> None:
    """Own fields, parties and new rows; each only where something differs, and mostly nothing does."""
    with work.reporting(task.entry.fields):
        values, roles = _changed_values(task, old.issue, work), _changed_roles(task, old, work)
        if values or roles or task.new:
            _change(old.issue, values, roles, [row.new_row(authors) for row in task.new], work)
            work.note_handling(old.issue.handling)
            work.count("issues", "changed")
        else:
            work.count("issues", "unchanged")
        _count_rows(task, work)


def _change(
    issue: Issue, values: Mapping[str, Any], roles: Mapping[Party, str], rows: Sequence[NewRow], work: Work
) -> None:
    """An action each; the issue object follows its version."""
    if values:
        work.note_handling(issue.handling)
        edit_issue(issue=issue, version=issue.version, values=values, by=work.by, at=work.at)
    if roles:
        set_roles(issue=issue, version=issue.version, roles=roles, by=work.by, at=work.at)
    if rows:
        append_rows(issue=issue, version=issue.version, rows=rows, by=work.by, at=work.at)


def _changed_values(task: Task, issue: Issue, work: Work) -> dict[str, Any]:
    values = dict(task.entry.values)
    if task.entry.fields.has("parent"):
        values["parent"] = _parent(task.entry, work)
    return {name: value for name, value in values.items() if getattr(issue, name) != value}


def _changed_roles(task: Task, old: WholeIssue, work: Work) -> dict[Party, str]:
    now = {part.party_id: part.role for part in old.parties}
    return {party: role for party, role in _roles(task.entry, work).items() if now.get(party.pk) != role}


def _count_rows(task: Task, work: Work) -> None:
    work.count("history rows", "created", len(task.new))
    work.count("history rows", "unchanged", len(task.entry.history) - len(task.new))
