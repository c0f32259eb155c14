"""Writing the ledger: the last thing an action does, inside its transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from core.access import Access
from core.chain import Line, check_plain, digest_of, hash_of
from core.models import Compartment, Event, LedgerHead
from core.visibility import Handling

# The kind of a line that says that another line was emptied.
REDACTED = "ledger.redacted"


@dataclass(frozen=True)
class Entry:
    """One change to one record. `changes` maps each changed field to [old, new], as plain JSON values."""

    kind: str
    subject_type: str
    subject_id: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    handling: str = Handling.OPEN


def record(compartment_id: int, entries: Sequence[Entry], *, by: Access, at: dt.datetime) -> list[Event]:
    """Appends the entries to the compartment's ledger and returns them.

    1. The head row is locked, so that writers of one compartment stand in a queue until the other's commit; taken
       last, it is held for the shortest time.
    2. The numbers follow the head's, and each hash covers the one before.
    3. The head moves on with them. A rollback undoes all three, hence no gap.

    TransactionManagementError outside a transaction: there, a line could stand without its deed.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("the ledger is written inside the action's transaction")
    head = LedgerHead.objects.select_for_update().get(pk=compartment_id)
    events = []
    for entry in entries:
        events.append(_next_line(head, entry, by=by, at=at))
        head.seq, head.hash = events[-1].seq, events[-1].hash
    created = Event.objects.bulk_create(events)
    head.save(update_fields=["seq", "hash"])
    return created


def line_of(event: Event) -> Line:
    return Line(
        compartment_id=event.compartment_id,
        seq=event.seq,
        kind=event.kind,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        actor_id=event.actor_id,
        at=event.at,
        handling=event.handling,
        changes_digest=event.changes_digest,
        previous_hash=event.previous_hash,
    )


def _next_line(head: LedgerHead, entry: Entry, *, by: Access, at: dt.datetime) -> Event:
    changes = dict(entry.changes)
    check_plain(changes)
    event = Event(
        compartment_id=head.pk,
        seq=head.seq + 1,
        kind=entry.kind,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        actor=by.user,
        at=at,
        handling=entry.handling,
        changes=changes,
        changes_digest=digest_of(changes),
        previous_hash=head.hash,
    )
    event.hash = hash_of(line_of(event))
    return event


def open_ledger(compartment: Compartment) -> None:
    """The head row of a new compartment, without which nothing can be recorded in it."""
    LedgerHead.objects.create(compartment=compartment)
