"""A source with a text of our own, somebody who speaks in it, and a row of what they said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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

# Nothing of this happened: institutions of two countries and what an article might say of them.
ARTICLE = """\
Two Delegations Leave the Harbour Talks With More Paper Than Promises

After three days of meetings by the sea, the delegations of the United States and of China flew home on Saturday with \
a list of open points and a date to meet again. “We did not come here to trade compliments,” the American delegation \
said in a note to reporters.

Grain took up most of the first day. The Chinese commerce ministry said it was “studying a larger order of maize” for \
the coming year. “No figure has been agreed,” the ministry added. The American delegation spoke of as many as nine \
million tonnes, a number that the other side did not repeat. Traders doubted that the terminals could take so much \
before the winter.

On the second day the talks turned to ships. Washington wants the inspection of its container vessels to be finished \
within two days. “Our crews must not wait in the roads for a week,” the American delegation said. The Chinese commerce \
ministry answered that inspections follow the law and nothing else. The port authority of the host town recalled that \
the average wait had fallen to four days since the summer.

Fishing remained the sorest point. “The closed season is not negotiable,” the Chinese commerce ministry said twice in \
its briefing. The American delegation called the new patrol zone unacceptable and asked that it be withdrawn before \
the spring. Two trawlers are still held, their owners said. A fishermen’s union expects the owners to go to court.

There was movement on cables. Both delegations said they had exchanged drafts of an agreement on the repair of sea \
cables. The draft would let repair ships of either side enter within one day, according to the American delegation. \
The Chinese commerce ministry called the drafts “a good basis”. An insurer welcomed the news.

Little was heard of the visa dispute. The American delegation said that the matter “was raised and will be raised \
again”. The Chinese commerce ministry declined to comment. Student groups on both sides had asked for a freeze of the \
new fees.

The sides disagreed even about the weather. The joint buoy programme, which feeds both countries’ storm warnings, runs \
out at the end of the year. The American delegation said it was ready to pay for half of it. “We have heard the offer \
and will answer it,” the Chinese commerce ministry said. Meteorologists warned that a gap of a month could not be \
closed later.

Rare metals, expected to dominate the agenda, came up only in passing. The Chinese commerce ministry said that export \
licences were being issued “in good order”. An industry association in the United States said its members had seen \
none since October. The American delegation would not say whether it had brought a list.

What comes next is a visit. The American delegation said it would travel to the second round in May, in an inland town \
that was not named. The Chinese commerce ministry confirmed May and left the place open. Until then, both said, the \
working groups on grain and on cables go on.

The hosts had hoped for one thing more. Their foreign minister had put forward a hotline between the two coast \
guards, with a duty officer on either end who speaks both languages. The American delegation said it would look at \
the paper. The Chinese commerce ministry said that coast guards were not its business and that others would answer. \
A retired captain who was in the room said that such a line had been promised three times before, and that nobody \
had ever paid for the telephones. The hosts asked for an answer before the summer, and did not say what would happen \
if none came.

Analysts gave the talks a mixed mark. The drafts on cables were more than anybody had hoped for, a former negotiator \
said. On fishing, the same person saw the two sides farther apart than a year ago.
"""

AMERICANS, CHINESE = "American delegation", "Chinese commerce ministry"


@dataclass(frozen=True)
class Row:
    """What is typed for a sentence that begins with `start`; no speaker: that of the row above."""

    start: str
    issues: str
    speaker: str = ""
    kind: str = ""
    move: str = ""


ROWS = [
    Row("“We did not come here", "new: Harbour talks", AMERICANS),
    Row("The Chinese commerce ministry said it was “studying", "maize", CHINESE, move="discussing"),
    Row("“No figure has been", "maize"),
    Row("The American delegation spoke of as many", "maize", AMERICANS, move="negotiating"),
    Row("Traders doubted", "maize; new: Terminals", "unattributed"),
    Row("Washington wants", "inspect", AMERICANS, kind="Demand"),
    Row("“Our crews must", "inspect"),
    Row("The Chinese commerce ministry answered", "inspect", CHINESE, move="discussing"),
    Row("The port authority", "inspect", "Port authority"),
    Row("“The closed season", "fishing", CHINESE, kind="Red line"),
    Row("The American delegation called the new", "fishing", AMERICANS, kind="Demand", move="stalled"),
    Row("Two trawlers", "fishing", "Owners"),
    Row("Both delegations said", "cables; Harbour talks", AMERICANS, move="negotiating"),
    Row("The Chinese commerce ministry called", "cables", CHINESE),
    Row("The American delegation said that the matter", "new: Visas", AMERICANS),
    Row("Student groups", "visas", "Student groups"),
    Row("The American delegation said it was ready", "new: Storm buoys", AMERICANS),
    Row("“We have heard", "buoys", CHINESE, move="discussing"),
    Row("The Chinese commerce ministry said that export", "metals"),
    Row("An industry association", "metals", "An industry association"),
    Row("The American delegation said it would travel", "harbour", AMERICANS),
    Row("Until then, both said", "maize; cables"),
    Row("The American delegation said it would look", "new: Coast guard hotline"),
    Row("The drafts on cables", "cables", "A former negotiator"),
]


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
