"""Comparing the histories of issues with the lines that recorded them: was a row changed, added or removed past the
ledger? What a line does not say of its row (trend, who knew it when, author) cannot be compared.

The n-th line about an issue's history recorded its row number n: one action writes both under its claim of the issue.
So a row is found even where its line was redacted. Such a row is only held to be there; where a row alone was
emptied, it differs from its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from core.models import Compartment, Event
from core.verification import Fault
from tracker.actions.history import KINDS, OF_THE_ISSUE, changes_of, kind_of
from tracker.models import Issue, StatusChange

# Issues whose histories are in memory at a time.
CHUNK = 200
# The id of a row, or the key of its issue, and what is wrong with it.
Found = tuple[str, str]


def verify_history(compartment: Compartment) -> Fault | None:
    """The first row that is not as its line says; the first line whose issue is not there."""
    lines = Event.objects.filter(compartment=compartment, kind__in=KINDS)
    issues = Issue.objects.filter(relationship=compartment.pk).only("key").order_by("pk")
    last = 0
    while chunk := list(issues.filter(pk__gt=last)[:CHUNK]):
        found = _first_in(chunk, lines)
        if found is not None:
            return Fault(compartment.slug, *found)
        last = chunk[-1].pk
    lost = lines.exclude(Exists(issues.filter(key=OuterRef("subject_id")))).first()
    if lost is None:
        return None
    return Fault(compartment.slug, lost.subject_id, f"line {lost.seq} tells of it, and it is not there")


def _first_in(issues: Sequence[Issue], lines: QuerySet[Event]) -> Found | None:
    """SQLite keeps a date that is none, if told to; then each issue is read by itself."""
    try:
        return next(_faults(issues, lines), None)
    except (ValueError, TypeError, AttributeError):
        if len(issues) == 1:
            return issues[0].key, "a row of its history cannot be read"
    return next(filter(None, (_first_in([issue], lines) for issue in issues)), None)


def _faults(issues: Sequence[Issue], lines: QuerySet[Event]) -> Iterator[Found]:
    """Rows are read before lines, without a lock: a line that is written meanwhile has its row looked up alone."""
    rows = {(row.issue.key, row.seq): row for row in _rows().filter(issue__in=issues)}
    numbers: Counter[str] = Counter()
    for line in lines.filter(subject_id__in=[issue.key for issue in issues]):
        key = line.subject_id
        numbers[key] += 1
        seq = numbers[key]
        row = rows.pop((key, seq), None) or _rows().filter(issue__key=key, seq=seq).first()
        if row is None:
            yield f"{key}-H{seq}", f"line {line.seq} recorded this row, and it is not there"
        elif not _is_as_recorded(row, line):
            yield row.external_id, f"the row is not as line {line.seq} recorded it"
    for row in rows.values():
        yield row.external_id, "no line recorded this row"


def _rows() -> QuerySet[StatusChange]:
    names = ("to_status", "occurred_on", "reason", "seq", "issue__key", "supersedes__seq", "supersedes__issue__key")
    return StatusChange.objects.select_related("issue", "supersedes__issue").only(*names).order_by("issue_id", "seq")


def _is_as_recorded(row: StatusChange, line: Event) -> bool:
    if line.kind != kind_of(row):
        return False
    said = {name: value for name, value in (line.changes or {}).items() if name not in OF_THE_ISSUE}
    return line.changes is None or said == changes_of(row)
