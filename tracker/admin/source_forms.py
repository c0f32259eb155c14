"""What we say of a source, and its text, as forms."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from core.access import Access, Right
from core.admin.forms import Choice, Day, Line, ParleyForm, Text
from core.changes import plain
from core.errors import NotFound
from core.visibility import Handling
from tracker.actions.sources import EDITABLE, SourceDraft
from tracker.admin.claim_speakers import Speakers
from tracker.admin.issue_forms import Number
from tracker.evidence import Reliability, SourceKind
from tracker.models import Party, Relationship, Source
from tracker.models.source import LONGEST_TEXT
from tracker.queries import get_numbered

LARGEST_FILE = 2 * 1024 * 1024
KEYS = ("derives_from", "translation_of")


class TextFields(forms.Form):
    """A text that is pasted, or a file of one."""

    text = Text(
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        help_text="Pasted as it stands. Quotes are then checked against it.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10}),
    )
    file = forms.FileField(
        required=False,
        label="Or a text file",
        help_text="UTF-8, at most 2 MB.",
        widget=forms.FileInput(attrs={"accept": ".txt,text/plain", "class": "file"}),
    )

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("The file has more than 2 MB.")
        try:
            text: str = file.read().removeprefix(codecs.BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The file is not UTF-8 text.") from error
        if "\0" in text:
            raise forms.ValidationError("The file holds NUL, which no text has.")
        return text

    def given_text(self) -> str:
        """The file's where there is one: what was pasted may be left over from an earlier try."""
        pasted: str = self.cleaned_data["text"].removeprefix("\ufeff")
        return self.cleaned_data["file"] or (pasted if pasted.strip() else "")


class HoldForm(ParleyForm, TextFields):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not self.given_text():
            self.add_error("text", "Paste the text, or choose a file.")
        return values


class SourceFields(ParleyForm):
    """A source's own fields, in the order of `EDITABLE`."""

    kind = Choice(choices=SourceKind.choices, initial=SourceKind.OUTLET)
    title = Line(max_length=300)
    publisher = Line(required=False, max_length=200, help_text="As it calls itself. Its reliability follows from it.")
    issued_by = Choice(required=False, help_text="The party whose own text it is. Nobody for the press.")
    url = Line(required=False, max_length=2000, label="Address", help_text="Begins with http:// or https://")
    published_on = Day(required=False)
    retrieved_on = Day(required=False, help_text="Empty: today.")
    language = Line(max_length=12, initial="en", help_text="Such as en, zh or ru.")
    reliability = Choice(choices=[("", "By rule"), *Reliability.choices], required=False)
    reliability_reason = Line(required=False, max_length=500, help_text="Where it is not by rule.")
    derives_from = Line(required=False, max_length=24, help_text="The key of the source that it rewrites.")
    translation_of = Line(required=False, max_length=24, help_text="The key of the source that it translates.")

    def limit(self, access: Access, relationships: Iterable[Relationship], chosen: Relationship | None) -> None:
        """Offers only what is there for this reader; the parties of each relationship, since it may still change."""
        self.access, self.chosen = access, chosen
        known = {row.pk: Speakers(row.pk, access) for row in relationships}
        offered = {code: label for speakers in known.values() for code, label in speakers.choices("Nobody")}
        self.fields["issued_by"].choices = list(offered.items())  # type: ignore[attr-defined]
        self.parties: dict[str, Party] = known[chosen.pk].by_code if chosen else {}

    def clean_issued_by(self) -> Party | None:
        code = self.cleaned_data["issued_by"]
        if self.chosen and code and code not in self.parties:
            raise forms.ValidationError("It is no party of this relationship.")
        return self.parties.get(code)

    def clean_derives_from(self) -> Source | None:
        return self._source("derives_from")

    def clean_translation_of(self) -> Source | None:
        return self._source("translation_of")

    def _source(self, field: str) -> Source | None:
        key = self.cleaned_data[field].strip().upper()
        if not key:
            return None
        try:
            return get_numbered(Source, key, self.access, "derives_from", "translation_of")
        except NotFound as error:
            raise forms.ValidationError("There is no such source.") from error

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITABLE if name in self.fields}


class EditSourceForm(SourceFields):
    version = Number(required=False)

    retrieved_on = Day()


class AddSourceForm(SourceFields, TextFields):
    field_order = ("relationship", "title", "publisher", "published_on", "url", "text", "file", *EDITABLE, "handling")

    relationship = Choice(help_text="A document of two relationships is taken up in each.")
    handling = Choice(
        choices=Handling.choices,
        required=False,
        initial=Handling.OPEN,
        help_text="What is restricted does not exist for members who are not cleared.",
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Relationship.objects.visible_to(access).filter(pk__in=access.where(Right.WRITE)).order_by("slug")
        self.relationships = {row.slug: row for row in rows}
        several = [("", "Choose one")] if len(self.relationships) > 1 else []
        offered = [(slug, row.name) for slug, row in self.relationships.items()]
        self.fields["relationship"].choices = [*several, *offered]  # type: ignore[attr-defined]
        asked = self.data.get("relationship", "") if self.is_bound else self.initial.get("relationship", "")
        only = None if several else next(iter(self.relationships.values()), None)
        chosen = self.relationships.get(asked) or only
        self.initial["relationship"] = chosen.slug if chosen else ""
        self.limit(access, self.relationships.values(), chosen)
        if not access.cleared & access.where(Right.WRITE):
            del self.fields["handling"]

    def draft(self) -> SourceDraft:
        return SourceDraft(**self.values())


def as_form_values(source: Source) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(source, name) for name in EDITABLE}
    values |= {name: plain(values[name]) for name in KEYS}
    by_rule = {} if source.reliability_reason else {"reliability": ""}
    return {
        **values,
        **by_rule,
        "issued_by": source.issued_by.code if source.issued_by else "",
        "version": source.version,
    }
