"""What of an issue's own history is emptied when its line on the ledger is."""

from __future__ import annotations

from core.errors import InvalidInput
from core.models import Event
from tracker.models import StatusChange


def redact_status_change(event: Event) -> list[StatusChange]:
    """The row that the line recorded: its reason is the text of both."""
    external_id = (event.changes or {}).get("row", [None, ""])[1]
    key, _, seq = str(external_id).rpartition("-H")
    number = int(seq) if seq.isdecimal() else 0
    rows = list(StatusChange.objects.filter(issue__key=key, issue__relationship=event.compartment_id, seq=number))
    if not rows:
        raise InvalidInput("The row that this line recorded is not there.", field="seq", value=event.seq)
    return rows
