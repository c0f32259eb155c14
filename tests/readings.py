"""A source with a text of our own, somebody who speaks in it, and a row of what they said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.access import Access
from core.models import Event
from tests.world import NOW, World
from tracker.actions.parties import Name, add_party
from tracker.actions.reading import EnteredRow, enter_row, take_up
from tracker.actions.sources import SourceDraft
from tracker.models import Claim, Issue, Party, Position, Source, StatusChange

TEXT = (
    "Talks on grain went on. “We want lower duties,” the Ministry of Harbours said on Friday.\n\n"
    "The other side said little. A port stays closed & <b>guarded</b>. The other side said little."
)
QUOTE = "“We want lower duties,” the Ministry of Harbours said on Friday."
SPEAKER = "Ministry of Harbours"


def take_up_source(world: World) -> Source:
    draft = SourceDraft(title="Grain talks", publisher="The Harbour Post", published_on=dt.date(2026, 2, 6))
    return take_up(relationship=world.home, draft=draft, text=TEXT, by=Access.system(), at=NOW)[0]


def add_ministry(world: World) -> Party:
    state = Party.objects.get(relationship=world.home, code="CN")
    names = [Name(SPEAKER), Name("港口部", "zh", "native"), Name("Ministry of Harbors", "en", "misspelling")]
    return add_party(
        relationship=world.home, code="CN-MOH", kind="agency", parent=state, names=names, by=Access.system(), at=NOW
    )


def enter(world: World, source: Source, *issues: Issue, by: str = "editor", **given: Any) -> EnteredRow:
    said = {"quote": QUOTE, "speaker_name": SPEAKER, **given.pop("said", {})}
    return enter_row(source=source, issues=issues, said=said, by=world.access(by), at=NOW, **given)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Claim, Issue, Position, StatusChange, Event))
