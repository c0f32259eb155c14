"""Comparing claims, positions, deadlines, notes and links with the lines that recorded them: was a row changed, added,
removed, withdrawn or put back past the ledger?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core.models import Compartment, Event
from core.verification import Fault
from tracker.actions.records import added_entry
from tracker.models import Claim, Deadline, IssueLink, Note, Position, Record

KINDS: tuple[type[Record], ...] = (Claim, Position, Deadline, Note, IssueLink)
# Rows that are in memory at a time.
CHUNK = 500
# What a line says besides, of which the row itself knows nothing.
OF_OTHERS = ("issues",)


def verify_records(compartment: Compartment) -> Fault | None:
    """The first row that is not as its lines say; the first line whose row is not there."""
    for model in KINDS:
        found = next(_faults(model, compartment), None)
        if found is not None:
            return found
    return None


def _faults(model: type[Record], compartment: Compartment) -> Iterator[Fault]:
    rows: QuerySet[Any] = model._default_manager.filter(relationship=compartment.pk)
    added, withdrawn = (_lines(model, compartment, deed) for deed in ("added", "withdrawn"))
    keys = [field.name for field in model._meta.concrete_fields if field.is_relation]
    last = 0
    while chunk := list(rows.filter(pk__gt=last).select_related(*keys).order_by("pk")[:CHUNK]):
        for row, reason in _differing(chunk, added, withdrawn):
            yield Fault(compartment.slug, row.key, reason)
        last = chunk[-1].pk
    lost = added.exclude(Exists(rows.filter(key=OuterRef("subject_id")))).first()
    if lost is not None:
        yield Fault(compartment.slug, lost.subject_id, f"line {lost.seq} tells of it, and it is not there")


def _lines(model: type[Record], compartment: Compartment, deed: str) -> QuerySet[Event]:
    return Event.objects.filter(
        compartment=compartment, subject_type=model._meta.label_lower, kind=f"{model._meta.model_name}.{deed}"
    )


def _differing(
    chunk: Sequence[Any], added: QuerySet[Event], withdrawn: QuerySet[Event]
) -> Iterator[tuple[Record, str]]:
    keys = [row.key for row in chunk]
    creations, ends = (
        {line.subject_id: line for line in lines.filter(subject_id__in=keys)} for lines in (added, withdrawn)
    )
    for row in chunk:
        line, end = creations.get(row.key), ends.get(row.key)
        if line is None:
            yield row, "no line recorded this row"
        elif not _is_as_recorded(row, line):
            yield row, f"the row is not as line {line.seq} recorded it"
        elif (end is not None) != row.is_withdrawn or (end is not None and not _is_as_withdrawn(row, end)):
            yield row, "it is withdrawn otherwise than the ledger says"


def _is_as_recorded(row: Record, line: Event) -> bool:
    """A redaction empties both."""
    if line.changes is None:
        return True
    said = {name: value for name, value in line.changes.items() if name not in OF_OTHERS}
    return said == dict(added_entry(row).changes)


def _is_as_withdrawn(row: Record, line: Event) -> bool:
    return line.changes is None or line.changes.get("withdrawal_reason") == [None, row.withdrawal_reason]
