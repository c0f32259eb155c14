from __future__ import annotations

from core.admin.forms import Choice, Day, ParleyForm, Text
from tracker.admin.issue_record_forms import RecordForm, claim, handling, lines, reason
from tracker.evidence import Disclosure, PositionKind


class PositionFields(RecordForm):
    kind = Choice(choices=PositionKind.choices)
    text = Text(max_length=2000, widget=lines(3), help_text="What it holds, in our own words.")
    disclosure = Choice(choices=Disclosure.choices, help_text="Who has heard it. What is internal rests on no claim.")
    claim = claim()
    since = Day(required=False, help_text="Empty: the day of its claim.")
    handling = handling()


class AddPositionForm(PositionFields):
    field_order = ("party", "kind", "text", "disclosure", "claim", "since", "handling")

    party = Choice()


class ChangePositionForm(PositionFields):
    reason = reason("What shows that it holds something else now.")


class EndPositionForm(ParleyForm):
    until = Day(label="Held until")
    reason = reason("What shows that it holds this no longer.")
