"""The forms about parties: a new one, its kind and whole, its names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from core.admin.forms import Choice, Day, Line, ParleyForm
from core.errors import InvalidInput
from tracker.actions.parties import Name
from tracker.models import Party, PartyName, Relationship

LANGUAGE_HELP = "As in BCP 47: en, zh, zh-Hant, ru."
PARENT_HELP = "The code of what it belongs to: the state of an agency, the agency of a person."


class NameForm(ParleyForm):
    """A name that a party has besides."""

    text = Line(max_length=200, label="Name", help_text="In its own script, as it is written.")
    language = Line(max_length=12, initial="en", help_text=LANGUAGE_HELP)
    kind = Choice(choices=PartyName.Kind.choices, initial=PartyName.Kind.DISPLAY, label="Kind of name")
    since = Day(required=False, help_text="If it has not always been called that.")


class NameKindForm(ParleyForm):
    kind = Choice(choices=PartyName.Kind.choices, label="Kind of name")


class PartyForm(ParleyForm):
    """Its kind, and what it is a part of."""

    kind = Choice(choices=Party.Kind.choices, initial=Party.Kind.AGENCY)
    parent = Line(required=False, max_length=40, label="Part of", help_text=PARENT_HELP)


class NewPartyForm(PartyForm):
    """With its first name, which is the one that the team shows."""

    shown_at: ClassVar = {"text": "name"}
    field_order = ("relationship", "code", "name", "language", "kind", "parent")

    relationship = Choice()
    code = Line(max_length=40, help_text="ISO 3166-1 alpha-2 for a state, such as JP; else a short word. It stays.")
    name = Line(max_length=200, help_text="As the team calls it; other names can be added.")
    language = Line(max_length=12, initial="en", help_text=LANGUAGE_HELP)

    def __init__(self, *args: Any, relationships: Sequence[Relationship], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.relationships = {row.slug: row for row in relationships}
        self.fields["relationship"].choices = [(slug, row.name) for slug, row in self.relationships.items()]  # type: ignore[attr-defined]


def name_of(values: Mapping[str, Any]) -> Name:
    return Name(values["text"], values["language"], values["kind"], values["since"])


def party_of(code: str, relationship: Relationship) -> Party | None:
    """The party of that code; none for no code."""
    found = Party.objects.filter(relationship=relationship, code=code).first() if code else None
    if code and found is None:
        raise InvalidInput("is the code of no party of this relationship", field="parent", value=code)
    return found
