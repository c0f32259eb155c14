"""What the forms of an issue's records share: the claims and parties that one may pick, who may read, fuzzy dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict
from unfold.widgets import UnfoldAdminTextareaWidget

from core.access import Access
from core.admin.forms import Choice, Line, ParleyForm, Text, legible
from core.fuzzydates import MAX_TEXT, MAX_WORDS, BadFuzzyDate, FuzzyDate, parse, undefined
from core.visibility import Handling
from tracker.admin.issue_claims import MOST_OFFERED, claim_label, newest_of
from tracker.models import Claim, Issue, Party
from tracker.sides import Sides

BY_RULE = ("", "By rule")


class TicksWidget(forms.CheckboxSelectMultiple):
    """Its own type, since a form shows the label of a single box behind it, and this one's above."""

    input_type = "boxes"
    template_name = "tracker/ticks.html"


class Ticks(forms.MultipleChoiceField):
    """Any number of a list, each a box to tick."""

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        super().__init__(label=label, widget=TicksWidget(attrs={"aria-label": label}), **kwargs)

    def to_python(self, value: Any) -> list[str]:
        return [one for one in super().to_python(value) if one]


class Cites(ParleyForm):
    """Claims to be ticked; the form's maker says which."""

    claims = Ticks(label="Claims it rests on", required=False)

    def offer_claims(self, claims: Iterable[Claim]) -> None:
        self.offered = {claim.key: claim for claim in claims}
        self.fields["claims"].choices = [(key, claim_label(claim)) for key, claim in self.offered.items()]  # type: ignore[attr-defined]
        if not self.offered:
            del self.fields["claims"]

    def clean_claims(self) -> list[Claim]:
        return [self.offered[key] for key in self.cleaned_data["claims"]]


class RecordForm(ParleyForm):
    """Fills those of the fields `claim`, `party`, `asserted_by` and `handling` that a form has with what is there for
    its reader."""

    nobody = ("", "Nobody")

    def __init__(self, *args: Any, issue: Issue, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issue, self.access = issue, access
        self.claims: Mapping[str, Claim] = {}
        self.parties: Mapping[str, Party] = {}
        if "claim" in self.fields:
            self._offer_claims()
        for name in {"party", "asserted_by"} & self.fields.keys():
            self._offer_parties(name)
        if "handling" in self.fields:
            self._offer_handling()

    def _offer_claims(self) -> None:
        self.claims = {claim.key: claim for claim in newest_of(self.issue, self.access, MOST_OFFERED)}
        labels = [(key, claim_label(claim)) for key, claim in self.claims.items()]
        self.fields["claim"].choices = [("", "None"), *labels]  # type: ignore[attr-defined]

    def _offer_parties(self, name: str) -> None:
        sides = Sides.of(self.issue.relationship_id, self.access)
        self.parties = {party.code: party for party in sides.in_order()}
        named = [(code, sides.name(party.pk)) for code, party in self.parties.items()]
        first = [] if self.fields[name].required else [self.nobody]
        self.fields[name].choices = first + named  # type: ignore[attr-defined]

    def _offer_handling(self) -> None:
        """Whoever is not cleared cannot write what is restricted, and may say that a line of ours is open."""
        cleared = self.issue.relationship_id in self.access.cleared
        offered = Handling.choices if cleared else [(Handling.OPEN.value, Handling.OPEN.label)]
        self.fields["handling"].choices = [BY_RULE, *offered]  # type: ignore[attr-defined]

    def clean_claim(self) -> Claim | None:
        return self.claims.get(self.cleaned_data["claim"])

    def clean_party(self) -> Party:
        return self.parties[self.cleaned_data["party"]]

    def clean_asserted_by(self) -> Party | None:
        return self.parties.get(self.cleaned_data["asserted_by"])


class DueForm(RecordForm):
    """A date as people state it: days, words, or both."""

    shown_at: ClassVar = {"due_earliest": "due", "due_latest": "due"}

    due = Line(
        required=False,
        max_length=MAX_TEXT,
        help_text="2026-04-10, or less sharply 2026-04, 2026-Q2, 2026 or 2026-04-01/2026-04-15.",
    )
    due_words = Line(
        required=False, max_length=MAX_WORDS, label="In their words", help_text="As stated, such as “early spring”."
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "due" in values and "due_words" in values:
            try:
                values["due"] = fuzzy(values["due"], values["due_words"])
            except BadFuzzyDate as error:
                self.add_error("due", error.reason)
        return values


def fuzzy(text: str, words: str) -> FuzzyDate:
    if not text and not words:
        raise BadFuzzyDate("Say when: the days, their words, or both.")
    return parse(text, words) if text else undefined(words)


def go_on_from(form: ParleyForm, version: int) -> None:
    """The form as it was filled in, now on the version that its page shows."""
    data = cast("QueryDict", form.data).copy()
    data["version"] = str(version)
    form.data = data


def lines(rows: int) -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows})


def reason(help_text: str) -> Text:
    return Text(max_length=2000, help_text=help_text, widget=lines(3), validators=[legible])


def handling() -> Choice:
    return Choice(
        required=False,
        label="Handling",
        help_text="By rule, what rests on something restricted is restricted, and so are lines of our own side.",
    )


def claim() -> Choice:
    return Choice(required=False, label="Claim", help_text="Where it was said: one of this issue's claims.")
