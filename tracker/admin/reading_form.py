"""The row of the reading page, as a form: what a claim says, for which issues, and what else it records."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from unfold.widgets import UnfoldAdminTextInputWidget

from core.access import Access
from core.admin.forms import Choice, Line, Text
from core.visibility import Handling
from tracker.actions.reading import Line as PartyLine
from tracker.actions.reading import Step
from tracker.admin.claim_forms import ClaimFields, as_form_values, lines
from tracker.evidence import Capacity, PositionKind
from tracker.models import Claim, Issue, Party, Source
from tracker.names import folded
from tracker.statuses import Status, Trend

SAID = "said"
KINDS = [
    (SAID, "Said"),
    *((kind.value, kind.label) for kind in PositionKind if kind is not PositionKind.FALLBACK),
]
NEW = re.compile(r"new:\s*(.*)", re.IGNORECASE | re.DOTALL)
# What the next row has from the one above it.
CARRIED = ("speaker", "speaker_party", "speaker_office", "said_on", "said_words", "relayed_by", "capacity", "language")
MAIN = ("quote", "issues", "speaker", "speaker_party", "said_on", "kind")
MOVE = ("move_to", "move_trend", "move_reason")
LINE = ("position_text", "position_party", "position_handling")
# Those of them that stand under More, and how they are told above it.
HIDDEN = {
    "relayed_by": "via {}",
    "said_words": "{}",
    "speaker_office": "{}",
    "capacity": "as {}",
    "language": "quoted in {}",
}
FIRST_MORE = ("summary", "modality", *MOVE, *LINE)
MOST_ISSUES = 20
HINTS = {
    "issues": "Key or title, or new: and a title",
    "speaker": "Name",
    "said_on": "Published",
}


class ReadingForm(ClaimFields):
    shown_at: ClassVar = {
        "speaker_name": "speaker",
        "issue": "issues",
        "title": "issues",
        "kind": "kind",
        "text": "position_text",
        "party": "position_party",
        "to_status": "move_to",
        "occurred_on": "move_to",
        "reason": "move_reason",
        "trend": "move_trend",
    }
    field_order = (*MAIN, *FIRST_MORE)

    issues = Line(
        max_length=4000,
        required=False,
        help_text="Keys or titles, set apart by semicolons; new: and a title makes a new issue.",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(choices=KINDS, initial=SAID, label="Type", widget=forms.RadioSelect)
    position_text = Text(required=False, max_length=2000, label="The line, in our words", widget=lines(2))
    position_party = Choice(required=False, label="Whose line", help_text="Empty: the speaker's state.")
    position_handling = Choice(choices=[("", "By rule"), *Handling.choices], required=False, label="Line readable")
    move_to = Choice(choices=[("", "Nothing moves"), *Status.choices], required=False, label="Moves the issue to")
    move_reason = Text(required=False, max_length=2000, label="Because", widget=lines(2))
    move_trend = Choice(choices=[("", "Not said"), *Trend.choices], required=False, label="Trend")

    def for_source(self, source: Source, access: Access) -> ReadingForm:
        self.limit(access, source.relationship)
        for name, hint in HINTS.items():
            self.fields[name].widget.attrs["placeholder"] = hint
        self.fields["position_party"].choices = self.speakers.choices("By the speaker")  # type: ignore[attr-defined]
        rows = Issue.objects.visible_to(access).filter(relationship=source.relationship_id)
        self.issue_rows = list(rows.select_related("relationship", "parent").defer("summary").order_by("number"))
        self.new_issues: list[str] = []
        return self

    def clean_issues(self) -> list[Issue]:
        """Those that are there already; the titles of the new ones are kept beside them."""
        parts = [part.strip() for part in self.cleaned_data["issues"].split(";")]
        parts = [part for part in parts if part]
        if len(parts) > MOST_ISSUES:
            raise forms.ValidationError(f"At most {MOST_ISSUES} issues in one row.")
        new = [match[1].strip() for match in map(NEW.fullmatch, parts) if match]
        if not all(new):
            raise forms.ValidationError("A new issue needs a title after new:")
        self.new_issues = new
        found = {part: self._issue(part) for part in parts if not NEW.fullmatch(part)}
        if unknown := [part[:80] for part, issue in found.items() if issue is None]:
            reasons = [f"There is no issue {part}. Write new: {part} to make it." for part in unknown]
            raise forms.ValidationError(reasons)
        return [issue for issue in found.values() if issue]

    def _issue(self, part: str) -> Issue | None:
        wanted = folded(part)
        for issue in self.issue_rows:
            if part.upper() == issue.key or (wanted and wanted == folded(issue.title)):
                return issue
        return None

    def clean_position_party(self) -> Party | None:
        return self.speakers.by_code.get(self.cleaned_data["position_party"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("move_to") and not values.get("move_reason", "").strip():
            self.add_error("move_reason", "Say why it moves, for all readers.")
        if values.get("move_reason", "").strip() and not values.get("move_to"):
            self.add_error("move_to", "Say where the issue moves.")
        return values

    def line(self) -> PartyLine | None:
        values = self.cleaned_data
        if values["kind"] == SAID:
            return None
        handling = values["position_handling"]
        return PartyLine(values["kind"], values["position_party"], values["position_text"].strip(), handling)

    def step(self) -> Step | None:
        values = self.cleaned_data
        return Step(values["move_to"], values["move_reason"], values["move_trend"]) if values["move_to"] else None

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MAIN if name not in ("quote", "kind")]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*MAIN, "near")]

    @property
    def shows_more(self) -> bool:
        """Open where something in it was refused, or would be overlooked."""
        unsaid = (None, "", False)
        said = any(bound.value() not in (*unsaid, bound.field.initial) for bound in self.more_fields)
        return said or any(bound.errors for bound in self.more_fields)

    @property
    def carried(self) -> dict[str, str]:
        """What the row has from the one above it in fields that are not at once seen."""
        same = [name for name in HIDDEN if self.initial.get(name) and self[name].value() == self.initial[name]]
        return {name: HIDDEN[name].format(self._shown(name)) for name in same}

    def _shown(self, name: str) -> str:
        value = str(self.initial[name])
        return Capacity(value).label.lower() if name == "capacity" else value

    @property
    def refusal(self) -> str:
        """All that is wrong, in one sentence after another; empty where nothing is."""
        named = [
            str(reason) if name == "__all__" else f"{self[name].label}: {reason}"
            for name, reasons in self.errors.items()
            for reason in reasons
        ]
        return f"Not saved. {' '.join(named)}" if named else ""


def carried_over(above: Claim | None) -> dict[str, Any]:
    """What a new row begins with."""
    if above is None:
        return {}
    values = as_form_values(above)
    if above.language == above.source.language:
        values["language"] = ""  # it is by rule
    return {name: values[name] for name in CARRIED}


def with_quote(data: QueryDict, quote: str) -> dict[str, Any]:
    """The row as it was sent, with another quote: for a nearest passage that was accepted."""
    return {**data.dict(), "quote": quote, "near": ""}
