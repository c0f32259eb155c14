"""Comparing the histories of issues with the lines that recorded them: was a row changed, added or removed past the
ledger? What a line does not say of its row (trend, who knew it when, author) cannot be compared.

The n-th line about an issue's history recorded its row number n: one action writes both under its claim of the issue.
So a row is found even where its line was redacted. Such a row is only held to be there; where a row alone was
emptied, it differs from its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef

from core.models import Compartment, Event
from core.verification import Fault
from tracker.actions.history import KINDS, OF_THE_ISSUE, changes_of, kind_of
from tracker.models import Issue, StatusChange

# Issues whose histories are in memory at a time.
CHUNK = 200
UNREADABLE = "the row cannot be read"


def verify_history(compartment: Compartment) -> Fault | None:
    """The first row that is not as its line says. Takes no lock, see `_compared`."""
    lines = Event.objects.filter(compartment=compartment, kind__in=KINDS)
    issues = Issue.objects.filter(relationship=compartment.pk).only("key").order_by("pk")
    last = 0
    while chunk := list(issues.filter(pk__gt=last)[:CHUNK]):
        fault = next(_faults(chunk, lines), None)
        if fault is not None:
            return Fault(compartment.slug, *fault)
        last = chunk[-1].pk
    lost = lines.exclude(Exists(issues.filter(key=OuterRef("subject_id")))).first()
    return Fault(compartment.slug, lost.subject_id, f"the issue of line {lost.seq} is not there") if lost else None
