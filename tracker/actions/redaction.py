"""What of a room's own rows is emptied when the line that recorded them is."""

from __future__ import annotations

from typing import TypeVar

from django.apps import apps

from core.appendonly import AppendOnlyModel
from core.errors import InvalidInput
from core.models import Event
from tracker.models import SourceText, StatusChange

R = TypeVar("R", bound=AppendOnlyModel)


def redact_status_change(event: Event) -> list[StatusChange]:
    """The row that the line recorded: its reason is the text of both."""
    external_id = (event.changes or {}).get("row", [None, ""])[1]
    key, _, seq = str(external_id).rpartition("-H")
    number = int(seq) if seq.isdecimal() else 0
    return _there(
        event, list(StatusChange.objects.filter(issue__key=key, issue__relationship=event.compartment_id, seq=number))
    )


def redact_record(event: Event) -> list[AppendOnlyModel]:
    """The claim, position, deadline, note or link that the line recorded: its texts are those of both."""
    model = apps.get_model(event.subject_type)
    rows = model._default_manager.filter(key=event.subject_id, relationship=event.compartment_id)
    return _there(event, list(rows))


def redact_held_text(event: Event) -> list[SourceText]:
    """The text of the source that the line names; that line itself holds no more of it than its length."""
    rows = SourceText.objects.filter(source__key=event.subject_id, source__relationship=event.compartment_id)
    return _there(event, list(rows))


def refuse_reason(event: Event) -> list[AppendOnlyModel]:
    """Why a record was closed stands in the record, too, where it is written once and for good. To empty the line alone
    would say that the text is gone."""
    raise InvalidInput(f"Its reason stands in {event.subject_id} as well, where it cannot be emptied.", field="seq")


def _there(event: Event, rows: list[R]) -> list[R]:
    if not rows:
        raise InvalidInput("The row that this line recorded is not there.", field="seq", value=event.seq)
    return rows
