from __future__ import annotations

from core.admin.forms import Choice, Day, Line, ParleyForm
from tracker.admin.issue_record_forms import DueForm, claim, handling, reason
from tracker.evidence import DeadlineKind, DeadlineOutcome

# That it was moved is said by moving it.
ENDS = [(one.value, one.label) for one in DeadlineOutcome if one is not DeadlineOutcome.MOVED]


class SetDeadlineForm(DueForm):
    field_order = ("what", "due", "due_words", "kind", "claim", "handling")

    what = Line(max_length=300, help_text="What is due, such as “China's reply on the licences”.")
    kind = Choice(choices=DeadlineKind.choices)
    claim = claim()
    handling = handling()


class MoveDeadlineForm(DueForm):
    field_order = ("due", "due_words", "claim", "reason")

    claim = claim()
    reason = reason("Who moved it, and why.")


class CloseDeadlineForm(ParleyForm):
    outcome = Choice(choices=ENDS)
    closed_on = Day(label="On")
    reason = reason("What shows it.")
