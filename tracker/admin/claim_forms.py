"""What a claim says, as a form. Only the first fields are asked for; all else has a default by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from core.access import Access
from core.admin.forms import Choice, Line, ParleyForm, Text, Tick, legible
from core.errors import NotFound
from core.fuzzydates import BadFuzzyDate, FuzzyDate, parse, undefined
from core.visibility import Handling
from tracker.actions.claims import is_of_government
from tracker.admin.claim_speakers import UNATTRIBUTED, Speakers, is_nobody
from tracker.admin.issue_forms import Number
from tracker.evidence import Capacity, Credibility, Modality, Stance, Translator, default_capacity
from tracker.models import Claim, Issue, Relationship, Source
from tracker.models.claim import LONGEST_QUOTE
from tracker.queries import get_issue, get_numbered

BY_RULE = ("", "By rule")
FIRST: Sequence[str] = ("source", "issue", "quote", "speaker", "speaker_party", "said_on")
SPEAKER_HELP = "As the source spells it, or unattributed."
DATE_HELP = "2026-02-04, 2026-02, 2026-Q1 or two days with a slash. Empty: the day of publication."


def lines(rows: int) -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows})


class ClaimFields(ParleyForm):
    shown_at: ClassVar = {"speaker_name": "speaker"}

    quote = Text(required=False, max_length=2 * LONGEST_QUOTE, help_text="The exact words.", widget=lines(4))
    near = Number(required=False)
    speaker = Line(required=False, max_length=200, label="Said by", help_text=SPEAKER_HELP)
    speaker_party = Choice(required=False, label="Party", help_text="Found by the name where it is known.")
    said_on = Line(required=False, max_length=40, help_text=DATE_HELP)
    summary = Line(required=False, max_length=500, help_text="In our own words. Empty: the beginning of the quote.")
    modality = Choice(choices=Modality.choices, initial=Modality.DISCUSSED, required=False, label="How firm")
    stance = Choice(choices=[("", "None"), *Stance.choices], required=False)
    responds_to = Line(required=False, max_length=24, help_text="The key of the claim that it answers, as USCN-Q7.")
    repeats = Line(required=False, max_length=24, help_text="The key of the same statement in another source.")
    speaker_office = Line(required=False, max_length=200, label="Office")
    relayed_by = Line(required=False, max_length=200, help_text="Who passed the words on.")
    capacity = Choice(choices=[BY_RULE, *Capacity.choices], required=False)
    said_words = Line(required=False, max_length=200, label="Date in its words", help_text="Such as: on Wednesday.")
    translation = Text(required=False, max_length=LONGEST_QUOTE, widget=lines(2))
    translated_by = Choice(choices=[("", "Not said"), *Translator.choices], required=False)
    language = Line(required=False, max_length=12, help_text="Of the quote. Empty: that of the source.")
    only_in_translation = Tick(required=False, label="The source has it in translation only")
    credibility = Choice(choices=[BY_RULE, *((str(row.value), row.label) for row in Credibility)], required=False)
    credibility_reason = Line(required=False, max_length=500, help_text="Where it is not by rule.")
    handling = Choice(choices=[BY_RULE, *Handling.choices], required=False)

    def limit(self, access: Access, relationship: Relationship) -> None:
        """Offers only what is there for this reader."""
        self.access, self.relationship = access, relationship
        self.speakers = Speakers(relationship.pk, access)
        self.fields["speaker_party"].choices = self.speakers.choices("By the name")  # type: ignore[attr-defined]
        if relationship.pk not in access.cleared:
            del self.fields["handling"]

    def clean_responds_to(self) -> Claim | None:
        return self._claim("responds_to")

    def clean_repeats(self) -> Claim | None:
        return self._claim("repeats")

    def _claim(self, field: str) -> Claim | None:
        key = self.cleaned_data[field].strip().upper()
        if not key:
            return None
        try:
            return get_numbered(Claim, key, self.access, "repeats")
        except NotFound as error:
            raise forms.ValidationError("There is no such claim.") from error

    def clean_said_on(self) -> FuzzyDate | None:
        text = self.cleaned_data["said_on"].strip()
        try:
            return parse(text) if text else None
        except BadFuzzyDate as error:
            raise forms.ValidationError(error.reason) from error

    def clean_said_words(self) -> str:
        text: str = self.cleaned_data["said_words"].strip()
        try:
            return undefined(text).words if text else ""
        except BadFuzzyDate as error:
            raise forms.ValidationError(error.reason) from error

    def said(self) -> dict[str, Any]:
        """What a ClaimDraft takes beside its source and issue."""
        values = self.cleaned_data
        plain = ("quote", "near", "summary", "stance", "responds_to", "repeats", "speaker_office", "relayed_by")
        more = ("capacity", "translation", "translated_by", "language", "only_in_translation", "credibility_reason")
        return {
            **{name: values[name] for name in (*plain, *more)},
            **self._speaker(),
            "modality": values["modality"] or Modality.DISCUSSED,
            "said_on": self._said_on(),
            "credibility": int(values["credibility"]) if values["credibility"] else None,
            "handling": values.get("handling", ""),
        }

    @property
    def unattributed(self) -> bool:
        return is_nobody(self.cleaned_data["speaker"])

    def _speaker(self) -> dict[str, Any]:
        """The name as it was typed; the party that was chosen, else the one of that name."""
        name, code = self.cleaned_data["speaker"].strip(), self.cleaned_data["speaker_party"]
        if self.unattributed:
            return {}
        return {"speaker_name": name, "speaker": self.speakers.by_code.get(code) or self.speakers.of_name(name)}

    def _said_on(self) -> FuzzyDate | None:
        date, text = self.cleaned_data["said_on"], self.cleaned_data["said_words"]
        if not text:
            return date  # type: ignore[no-any-return]
        return FuzzyDate(date.earliest, date.latest, text) if date else undefined(text)


class ClaimForm(ClaimFields):
    """One claim by hand, away from the reading page."""

    field_order = FIRST

    source = Line(max_length=24, help_text="Its key, such as USCN-S12.")
    issue = Line(max_length=24, help_text="Its key, such as USCN-4.")

    def clean_source(self) -> Source:
        try:
            return get_numbered(Source, self.cleaned_data["source"].strip().upper(), self.access)
        except NotFound as error:
            raise forms.ValidationError("There is no such source.") from error

    def clean_issue(self) -> Issue:
        try:
            return get_issue(self.cleaned_data["issue"].strip().upper(), self.access)
        except NotFound as error:
            raise forms.ValidationError("There is no such issue.") from error


class ReplaceForm(ClaimForm):
    field_order = ("reason", *FIRST)

    reason = Text(max_length=2000, help_text="What was wrong. Written for all its readers.", widget=lines(2))


class WithdrawForm(ParleyForm):
    reason = Text(
        max_length=2000,
        help_text="What was wrong. Written for all its readers.",
        widget=lines(3),
        validators=[legible],
    )


def as_form_values(claim: Claim) -> dict[str, Any]:
    """A claim as its form would have been filled in."""
    said_on = claim.said_on
    keys = {name: getattr(getattr(claim, name), "key", "") for name in ("source", "issue", "responds_to", "repeats")}
    same = ("quote", "summary", "modality", "stance", "speaker_office", "relayed_by", "translation")
    more = ("translated_by", "language", "only_in_translation", "credibility_reason", "handling")
    return {
        **keys,
        **{name: getattr(claim, name) for name in (*same, *more)},
        "near": claim.quote_start,
        "capacity": "" if claim.capacity == _ruled_capacity(claim) else claim.capacity,
        "speaker": claim.speaker_name or ("" if claim.speaker else UNATTRIBUTED),
        "speaker_party": claim.speaker.code if claim.speaker else "",
        "said_on": said_on.iso if said_on else "",
        "said_words": said_on.words if said_on else "",
        "credibility": str(claim.stated_credibility or ""),
    }


def _ruled_capacity(claim: Claim) -> str:
    of_government = claim.speaker is not None and is_of_government(claim.speaker)
    return default_capacity(named=claim.is_attributed, of_government=of_government)
