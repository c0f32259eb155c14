"""Emptying a text that should never have been recorded. That it was there, and who took it away and why, stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from core import ledger
from core.access import Access
from core.appendonly import AppendOnlyModel
from core.errors import Conflict, InvalidInput, NotFound
from core.ledger import REDACTED, Entry
from core.models import Compartment, Event, Redaction
from core.text import clean
from core.visibility import Handling


@transaction.atomic
def redact(*, compartment: Compartment, seq: int, reason: str, by: Access, at: dt.datetime) -> Event:
    """Empties the changes of one line of the ledger, and the text that the same deed wrote into a room's history.

    Returns the line that says so. The chain covers the digest of the changes, so it still verifies. The reason is
    read by all who may read the ledger. Forbidden to anybody but an operator; NotFound for a line that is not there,
    Conflict for one that is emptied already, InvalidInput where there is nothing to empty.
    """
    by.require_operator()
    reason = clean(reason, field="reason", limit=2000, lines=True)
    event = Event.objects.filter(compartment=compartment, seq=seq).first()
    if event is None:
        raise NotFound("There is no such line on this ledger.", field="seq", value=seq)
    return empty_line(event, reason=reason, by=by, at=at)


def empty_line(event: Event, *, reason: str, by: Access, at: dt.datetime) -> Event:
    """Part of a larger deed, which has seen to it that `by` may do this.

    1. The deed is recorded, and with it each row has its permit, without which the database refuses what follows.
    2. The texts are emptied.
    """
    if event.changes is None:
        raise Conflict("This line has been redacted already.", field="seq", value=event.seq)
    if not event.changes:
        raise InvalidInput("This line holds no text.", field="seq", value=event.seq)
    rows = [event, *_room_rows(event)]
    changes = {"reason": [None, reason]}
    entry = Entry(REDACTED, Event._meta.label_lower, str(event.seq), changes, _handling(event))
    (deed,) = ledger.record(event.compartment_id, [entry], by=by, at=at)
    _permit(rows, deed, reason)
    for row in rows:
        type(row)._default_manager.filter(pk=row.pk).update(**row.redactable)
    return deed


def _room_rows(event: Event) -> Sequence[AppendOnlyModel]:
    """What the kind's redactor names. Found before anything is emptied: the changes say which row it is.

    A redaction's own reason may repeat the very text; it stands in its permits, too.
    """
    if event.kind == REDACTED:
        return list(event.redactions.all())
    path = settings.REDACTORS.get(event.kind)
    rows: Sequence[AppendOnlyModel] = import_string(path)(event) if path else []
    for row in rows:
        if not row.redactable:
            raise InvalidInput(f"The texts of {row._meta.verbose_name} {row} cannot be emptied.", field="seq")
    return rows


def _permit(rows: Sequence[AppendOnlyModel], deed: Event, reason: str) -> None:
    try:
        with transaction.atomic():
            Redaction.objects.bulk_create(
                Redaction(subject_type=row._meta.label_lower, subject_pk=row.pk, event=deed, reason=reason)
                for row in rows
            )
    except IntegrityError as error:
        raise Conflict("Another redaction of this line was faster.", field="seq") from error


def _handling(event: Event) -> str:
    """Restricted, if the line is, or the record that it speaks of is now."""
    subject = Event.objects.filter(
        compartment=event.compartment_id, subject_type=event.subject_type, subject_id=event.subject_id
    )
    latest = subject.order_by("-seq").values_list("handling", flat=True).first()
    return Handling.RESTRICTED if Handling.RESTRICTED in (event.handling, latest) else Handling.OPEN
