"""Reading the ledger's chains again, line by line: was anything changed, removed, added or swapped behind our back?

What this finds, and what not: whoever can write to the database past its triggers can also compute a new chain from
some line to the end. Against that helps a head that was noted elsewhere (`find_head`): it can only occur in a chain
whose lines up to it are the ones of then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.module_loading import import_string

from core.chain import GENESIS, digest_of, hash_of
from core.errors import NotFound
from core.ledger import REDACTED, line_of
from core.models import Compartment, Event, LedgerHead, Redaction

# Lines in memory at a time.
CHUNK = 1000
_HASH = re.compile("[0-9a-f]{64}")


class Check(StrEnum):
    GAP = "the line is missing (gap)"
    UNREADABLE = "the line cannot be read"
    PREVIOUS = "it does not follow the line before (previous hash)"
    EMPTIED = "its changes were emptied without a redaction"
    DIGEST = "its changes are not those that were recorded (digest)"
    HASH = "the line is not as it was recorded (own hash)"
    HEAD = "the ledger's head differs from its last line (head)"
    PERMIT = "it permits to empty a text, but records no redaction of it (permit)"


@dataclass(frozen=True)
class Fault:
    """What is not as it was written: the first such line of a chain, by its number, or a room's row, by its id."""

    slug: str
    place: int | str
    check: str

    def __str__(self) -> str:
        return f"{self.slug} {self.place}: {self.check}"


@dataclass(frozen=True)
class Head:
    """The last line of an intact chain, or of the part of it that was read."""

    slug: str
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.slug} {self.seq} {self.hash}"


def verify_ledger(compartment: Compartment) -> Head | Fault:
    """The chain, the permits for what was emptied, and then what the rooms keep besides it: their verifiers compare
    it with lines that are known by now to be as they were written."""
    found = verify_chain(compartment)
    if isinstance(found, Fault):
        return found
    verifiers = [verify_permits, *map(import_string, settings.HISTORY_VERIFIERS)]
    faults = (verify(compartment) for verify in verifiers)
    return next((fault for fault in faults if fault is not None), found)


def verify_chain(compartment: Compartment) -> Head | Fault:
    """The head of the compartment's chain, or the first fault in it.

    Takes no lock: lines that are written meanwhile are read in a further round, until the head is reached. The head
    is read after the lines, so it can never rightly be behind them.
    """
    reached = Head(compartment.slug, 0, GENESIS)
    while True:
        found = _walk(compartment, reached)
        if isinstance(found, Fault):
            return found
        head = LedgerHead.objects.filter(pk=compartment.pk).first()
        if head is None or head.seq < found.seq:
            return Fault(compartment.slug, head.seq + 1 if head else found.seq, Check.HEAD)
        if head.seq == found.seq:
            return found if head.hash == found.hash else Fault(compartment.slug, found.seq, Check.HEAD)
        if found == reached and reached.seq < head.seq:
            return Fault(compartment.slug, found.seq + 1, Check.GAP)
        reached = found


def verify_permits(compartment: Compartment) -> Fault | None:
    """Each permit belongs to a redaction on this ledger; where it is for a line, or for the permits of an earlier
    redaction, to one that names that line. Which line a room's row belongs to is known to the room alone."""
    true = Q(event__kind=REDACTED, event__subject_type=Event._meta.label_lower)
    for model, line in ((Event, ""), (Redaction, "event__")):
        is_named = Q(Exists(_named_by_the_deed(model, line)))
        true &= ~Q(subject_type=model._meta.label_lower) | is_named
    wrong = Redaction.objects.filter(~true, event__compartment=compartment).order_by("event__seq", "pk")
    seq = wrong.values_list("event__seq", flat=True).first()
    return None if seq is None else Fault(compartment.slug, seq, Check.PERMIT)


def find_head(given: str, compartment: Compartment | None = None) -> Head:
    """The line of that hash: all up to it is as it was when the hash was noted. NotFound where no chain holds it."""
    events = Event.objects.filter(hash=given).select_related("compartment")
    if compartment is not None:
        events = events.filter(compartment=compartment)
    event = events.first() if _HASH.fullmatch(given) else None
    if event is None:
        raise NotFound("No chain holds this hash: lines up to it were rewritten or cut off.", field="head", value=given)
    return Head(event.compartment.slug, event.seq, event.hash)


def _walk(compartment: Compartment, reached: Head) -> Head | Fault:
    """From the line after `reached` to the last there is."""
    while True:
        lines = _lines_after(compartment, reached)
        if lines is None:
            return Fault(compartment.slug, reached.seq + 1, Check.UNREADABLE)
        if not lines:
            return reached
        for event in lines:
            wrong = next(_wrong_with(event, reached), None)
            if wrong is not None:
                return Fault(compartment.slug, reached.seq + 1, wrong)
            reached = Head(compartment.slug, event.seq, event.hash)


def _lines_after(compartment: Compartment, reached: Head) -> list[Event] | None:
    """The next lines; None where the very next cannot be read: SQLite keeps a date that is none, if told to."""
    lines = Event.objects.filter(compartment=compartment, seq__gt=reached.seq).order_by("seq")
    for size in (CHUNK, 1):
        try:
            return list(lines[:size])
        except (ValueError, TypeError, RecursionError):
            continue
    return None


def _wrong_with(event: Event, before: Head) -> Iterator[Check]:
    if event.seq != before.seq + 1:
        yield Check.GAP
    if event.previous_hash != before.hash:
        yield Check.PREVIOUS
    if event.changes is None:
        if not _was_redacted(event):
            yield Check.EMPTIED
    elif not _has_digest(event):
        yield Check.DIGEST
    if not _has_hash(event):
        yield Check.HASH


def _was_redacted(event: Event) -> bool:
    """A permit alone is not enough: the deed stands on the same ledger, further on, and names the line."""
    permits = Redaction.objects.filter(subject_type=Event._meta.label_lower, subject_pk=event.pk)
    deed = {"kind": REDACTED, "compartment": event.compartment_id, "subject_id": str(event.seq), "seq__gt": event.seq}
    return permits.filter(**{f"event__{name}": value for name, value in deed.items()}).exists()


def _has_digest(event: Event) -> bool:
    try:
        return digest_of(event.changes) == event.changes_digest
    except (ValueError, TypeError, RecursionError):
        return False


def _has_hash(event: Event) -> bool:
    """An instant that is none any more has no hash."""
    try:
        return hash_of(line_of(event)) == event.hash
    except (ValueError, TypeError, AttributeError, OverflowError):
        return False


def _named_by_the_deed(model: type[Model], line: str) -> QuerySet[Model]:
    """The row that a permit is for, if the permit's deed names its line."""
    return model._default_manager.alias(_seq=Cast(f"{line}seq", CharField())).filter(
        pk=OuterRef("subject_pk"),
        _seq=OuterRef("event__subject_id"),
        **{
            f"{line}compartment": OuterRef("event__compartment"),
            f"{line}seq__lt": OuterRef("event__seq"),
        },
    )
