"""Who may read a record, changed later: restricting one restricts all that rests on it, opening one opens it alone.

What rests on a record is read off the models: the rows that point to it with a foreign key, or cover it, and have a
handling themselves. The database refuses any other outcome (core/triggers/seals.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction

from core import ledger
from core.access import Access, Right
from core.errors import Conflict, Forbidden, InvalidInput
from core.ledger import Entry
from core.validation import seals_as_conflicts
from core.visibility import Handling
from tracker.actions.flags import hide_flags
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.models import Claim, Issue, Note, Source
from tracker.queries import recount_silence

Rows = dict[type[models.Model], set[int]]


@transaction.atomic
def change_handling(*, record: Any, handling: str, by: Access, at: dt.datetime) -> None:
    """Restricts a source or a record, and with it all that rests on it; or opens it alone.

    Forbidden to whoever is not cleared. InvalidInput where it rests itself on what is restricted.
    """
    by.require(Right.WRITE, record.relationship_id)
    if not (by.is_system or record.relationship_id in by.cleared):
        raise Forbidden("Only a cleared member may restrict a record or open it.", field="handling")
    if handling not in Handling.values:
        raise InvalidInput("is neither open nor restricted", field="handling", value=handling)
    hold_relationship(record.relationship)
    record.refresh_from_db()
    if handling == record.handling:
        return
    if handling == Handling.OPEN:
        _check_bases(record)
        entries = _set([{type(record): {record.pk}}], handling)
    else:
        entries = _set([*reversed(_waves(record)), {type(record): {record.pk}}], handling)
        _hide_flags_of(entries)
    record.handling = handling
    ledger.record(record.relationship_id, entries, by=by, at=at)


def restrict_all_that_rests_on(record: Any) -> list[Entry]:
    """Part of a deed, before the record itself is restricted: those farthest from it first. Returns their lines."""
    return _set(list(reversed(_waves(record))), Handling.RESTRICTED)


def issues_touched(record: Any) -> list[Issue]:
    """Those whose clocks follow if the record is restricted. Whoever holds one of them already for another reason asks
    before, and holds all of them together."""
    return [issue for wave in _waves(record) for model, keys in wave.items() for issue in _issues_of(model, keys)]


def _waves(record: Any) -> list[Rows]:
    """The open rows that rest on it, by how far they are from it at most. Nothing rests on itself, so it ends."""
    waves: list[Rows] = []
    last: Rows = {type(record): {record.pk}}
    while last:
        last = _resting_on(last)
        for earlier in waves:
            for model, keys in last.items():
                earlier.get(model, set()).difference_update(keys)
        if last:
            waves.append(last)
    return waves


def _resting_on(rows: Rows) -> Rows:
    found: Rows = {}
    for model, keys in rows.items():
        for resting, field in _paths_to(model):
            open_rows = resting._default_manager.filter(**{f"{field}__in": keys, "handling": Handling.OPEN})
            resting_keys = set(open_rows.values_list("pk", flat=True))
            if resting_keys:
                found.setdefault(resting, set()).update(resting_keys)
    return found


def _paths_to(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Sub-issues are left out: they are restricted by hand, before their parent."""
    for relation in model._meta.get_fields():
        if relation.auto_created and not relation.concrete and relation.related_model:
            resting: Any = relation.related_model
            names = {field.name for field in resting._meta.concrete_fields}
            if "handling" in names and not issubclass(resting, Issue):
                yield resting, relation.field.name  # type: ignore[union-attr]


def _set(waves: Sequence[Rows], handling: str) -> list[Entry]:
    """All issues are held before the first row is written: wave by wave, a parent might come before its sub-issue."""
    groups = [(model, keys) for wave in waves for model, keys in wave.items()]
    issues = {issue.pk: issue for model, keys in groups for issue in _issues_of(model, keys)}
    hold_issues(issues.values())
    entries: list[Entry] = []
    for model, keys in groups:
        rows = list(model._default_manager.filter(pk__in=keys).order_by("pk"))
        _write(model, keys, handling)
        entries += [_line(row, handling) for row in rows]
    for issue in issues.values():
        issue.refresh_from_db()
        recount_silence(issue)
    return entries


def _issues_of(model: type[models.Model], keys: set[int]) -> models.QuerySet[Issue]:
    """Those whose clocks follow."""
    if model is Note:
        return Issue.objects.filter(notes__in=keys).distinct()
    names = {field.name for field in model._meta.concrete_fields}
    rows = model._default_manager.filter(pk__in=keys)
    return Issue.objects.filter(pk__in=rows.values("issue")) if "issue" in names else Issue.objects.none()


def _hide_flags_of(entries: Iterable[Entry]) -> None:
    """Of the issues, and those above them, on which a claim or a note is restricted."""
    keys = [entry.subject_id for entry in entries]
    told = list(Claim.objects.filter(key__in=keys).values_list("issue", "issue__parent", "happened_on"))
    told += list(Note.objects.filter(key__in=keys).values_list("issues", "issues__parent", "noted_on"))
    if told:
        hide_flags({pk for row in told for pk in row[:2] if pk}, {day for *_, day in told})


def _write(model: type[models.Model], keys: set[int], handling: str) -> None:
    rows = model._default_manager.filter(pk__in=keys)
    try:
        with transaction.atomic(), seals_as_conflicts():
            rows.update(handling=handling)
    except IntegrityError as error:
        if model is not Source:
            raise
        raise Conflict("The same source stands on record in that handling already.", field="handling") from error


def _line(row: Any, handling: str) -> Entry:
    deed = "restricted" if handling == Handling.RESTRICTED else "opened"
    changes = {"handling": [row.handling, handling]}
    return Entry(f"{row._meta.model_name}.{deed}", row._meta.label_lower, row.key, changes, handling)


def _check_bases(record: Any) -> None:
    for field in record._meta.get_fields():
        if not (field.concrete and field.is_relation):
            continue
        bases = getattr(record, field.name)
        for base in bases.all() if field.many_to_many else [bases]:
            if getattr(base, "handling", "") == Handling.RESTRICTED:
                raise InvalidInput(f"it rests on {base.key}, which is restricted", field="handling")
