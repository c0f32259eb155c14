"""A desk at work: deeds picked at random, as people do them, upon one relationship. What is refused is not done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any

from core.access import Access
from core.errors import ParleyError
from core.fuzzydates import FuzzyDate, exact, parse, undefined
from tests.world import NOW
from tracker.actions.citations import cite
from tracker.actions.claims import ClaimDraft, add_claim, replace_claim
from tracker.actions.deadlines import DeadlineDraft, close_deadline, move_deadline, set_deadline
from tracker.actions.handling import change_handling
from tracker.actions.held_texts import hold_text
from tracker.actions.history import Author
from tracker.actions.links import LinkDraft, link_issues
from tracker.actions.notes import NoteDraft, add_note
from tracker.actions.positions import PositionDraft, add_position, change_position, end_position
from tracker.actions.records import Entered, withdraw
from tracker.actions.sources import SourceDraft, add_source, edit_source
from tracker.evidence import (
    Capacity,
    DeadlineKind,
    DeadlineOutcome,
    Disclosure,
    LinkKind,
    Modality,
    PositionKind,
    SourceKind,
    Stance,
)
from tracker.models import (
    Claim,
    Deadline,
    Issue,
    IssueLink,
    Note,
    Party,
    Position,
    Relationship,
    Source,
    StatusChange,
)

WORDS = ("yes", "null", "12", "2026-02-04", "- a", "a: b", "#", "'", "\u202e x", "e\u0301", "中国", "“so”", "Said.")
PASSAGE = (
    "One said “so” – and again:\r\none  said “so”.  \n\n\t “No change”, e\u0301 \x0cwas\xa0told. \n中国 said so \n"
)
QUOTES = ("", "said “so”", "said 'so'", "one said 'so'", "“No change”, é was told.", "中国", "not in it", "two\nlines ")
DAYS = tuple(dt.date(2025, 11, day) for day in (1, 2, 20, 30))
DATES = (
    None,
    exact(DAYS[0]),
    parse("2025-11", "last month"),
    parse("2025-Q3"),
    undefined("this season"),
    parse("2025", " "),
)
RECORDS: tuple[Any, ...] = (Claim, Position, Deadline, Note, IssueLink)
SYSTEM = Access.system()


class Desk:
    def __init__(self, random: Random, relationship: Relationship, authors: Sequence[Author]) -> None:
        self.random, self.relationship, self.authors = random, relationship, authors
        self.at = NOW - dt.timedelta(days=30)
        self.done: set[str] = set()
        self.deeds = (
            *(self.source, self.source, self.claim, self.claim, self.claim, self.position, self.position),
            *(self.deadline, self.note, self.link, self.hold, self.edit, self.cite, self.seal),
            *(self.replace, self.move, self.end, self.withdraw),
        )

    def work(self, deeds: int) -> None:
        for _ in range(deeds):
            self.at += dt.timedelta(seconds=self.random.randint(1, 5000))
            deed = self.random.choice(self.deeds)
            try:
                deed()
            except ParleyError:
                continue
            self.done.add(deed.__name__)

    def pick(self, options: Any) -> Any:
        return self.random.choice(list(options))

    def any(self, model: Any) -> Any:
        """A row of the relationship, or a refusal where there is none."""
        field = "issue__relationship" if model is StatusChange else "relationship"
        found = list(model.objects.filter(**{field: self.relationship}).order_by("pk"))
        if not found:
            raise ParleyError("nothing is there yet")
        return self.random.choice(found)

    def maybe(self, model: Any) -> Any:
        return self.any(model) if self.random.random() < 0.3 else None

    def words(self) -> str:
        return " ".join(self.pick(WORDS) for _ in range(self.random.randint(1, 3)))

    def entered(self) -> Entered:
        known_at = self.at - dt.timedelta(days=self.random.randint(0, 20))
        return Entered(known_at=self.pick([None, known_at]), author=self.pick(self.authors))

    def handling(self) -> str:
        return str(self.pick(["", "", "open", "restricted"]))

    def source(self) -> None:
        draft = SourceDraft(
            title=self.words(),
            kind=self.pick([kind for kind in SourceKind if kind != SourceKind.HEADLINE]),
            publisher=self.pick(["", "Reuters", self.words()]),
            issued_by=self.maybe(Party),
            url=self.pick(["", f"https://example.org/{self.random.randint(1, 9)}?utm_source=x#y"]),
            published_on=self.pick([None, *DAYS]),
            language=self.pick(["en", "zh"]),
            **self.pick([{}, {"reliability": "D", "reliability_reason": self.words()}]),
            **self.pick([{}, {"derives_from": self.maybe(Source)}, {"translation_of": self.maybe(Source)}]),
            handling=self.handling(),
        )
        add_source(relationship=self.relationship, draft=draft, by=SYSTEM, at=self.at)

    def claim_draft(self) -> ClaimDraft:
        responds_to = self.maybe(Claim)
        return ClaimDraft(
            source=self.any(Source),
            issue=self.any(Issue),
            summary=self.words(),
            quote=self.pick(QUOTES),
            near=self.pick([None, 0, 30]),
            language=self.pick(["", "", "fr"]),
            only_in_translation=self.pick([True, False]),
            **self.pick([{}, {"translation": self.words(), "translated_by": "official"}]),
            speaker=self.maybe(Party),
            speaker_name=self.pick(["", "Gou Jiakun", self.words()]),
            speaker_office=self.pick(["", self.words()]),
            capacity=self.pick(["", *Capacity]),
            relayed_by=self.pick(["", "Axios"]),
            said_on=self.pick(DATES),
            modality=self.pick(Modality),
            responds_to=responds_to,
            stance=self.pick(Stance) if responds_to else "",
            repeats=self.maybe(Claim),
            **self.pick([{}, {"credibility": 4, "credibility_reason": self.words()}]),
            handling=self.handling(),
            entered=self.entered(),
        )

    def claim(self) -> None:
        add_claim(draft=self.claim_draft(), by=SYSTEM, at=self.at)

    def position_draft(self, **given: Any) -> PositionDraft:
        disclosure = self.pick(Disclosure)
        claim = None if disclosure == Disclosure.INTERNAL else self.any(Claim)
        kind, text, since = self.pick(PositionKind), self.words(), self.pick([None, *DAYS])
        given = {"issue": self.any(Issue), "party": self.any(Party), **given}
        stamps: dict[str, Any] = {"handling": self.handling(), "entered": self.entered()}
        return PositionDraft(**given, kind=kind, text=text, disclosure=disclosure, since=since, claim=claim, **stamps)

    def position(self) -> None:
        add_position(draft=self.position_draft(), by=SYSTEM, at=self.at)

    def deadline_draft(self, **given: Any) -> DeadlineDraft:
        due: FuzzyDate = self.pick([date for date in DATES if date])
        given = {"issue": self.any(Issue), **given, "handling": self.handling(), "entered": self.entered()}
        return DeadlineDraft(**given, what=self.words(), due=due, kind=self.pick(DeadlineKind), claim=self.maybe(Claim))

    def deadline(self) -> None:
        set_deadline(draft=self.deadline_draft(), by=SYSTEM, at=self.at)

    def note(self) -> None:
        says = self.pick([{"text": self.words()}, {"kind": "no_change", "searched": self.words()}])
        issues = [self.any(Issue), self.any(Issue)]
        draft = NoteDraft(issues=issues, **says, noted_on=self.pick([None, *DAYS]), entered=self.entered())
        add_note(draft=draft, by=SYSTEM, at=self.at)

    def link(self) -> None:
        draft = LinkDraft(
            from_issue=self.any(Issue),
            to_issue=self.any(Issue),
            kind=self.pick(LinkKind),
            asserted_by=self.maybe(Party),
            claim=self.maybe(Claim),
            text=self.pick(["", self.words()]),
            replaces=self.pick([None, *IssueLink.objects.exclude(withdrawn_at=None).order_by("pk")]),
            handling=self.handling(),
            entered=self.entered(),
        )
        link_issues(draft=draft, by=SYSTEM, at=self.at)

    def hold(self) -> None:
        text = PASSAGE + str(self.random.randint(1, 9))
        hold_text(source=self.any(Source), text=text, by=SYSTEM, at=self.at)

    def edit(self) -> None:
        source = self.any(Source)
        values = self.pick([{"title": self.words()}, {"published_on": self.pick(DAYS)}, {"language": "de"}])
        edit_source(source=source, version=source.version, values=values, by=SYSTEM, at=self.at)

    def cite(self) -> None:
        cite(change=self.any(StatusChange), claims=[self.any(Claim)], by=SYSTEM, at=self.at)

    def seal(self) -> None:
        record = self.any(self.pick([Source, *RECORDS]))
        other = "open" if record.handling == "restricted" else "restricted"
        change_handling(record=record, handling=other, by=SYSTEM, at=self.at)

    def replace(self) -> None:
        replace_claim(claim=self.any(Claim), draft=self.claim_draft(), reason=self.words(), by=SYSTEM, at=self.at)

    def move(self) -> None:
        position, deadline = self.any(Position), self.any(Deadline)
        if self.random.random() < 0.5:
            draft = self.position_draft(issue=position.issue, party=position.party)
            change_position(position=position, draft=draft, reason=self.words(), by=SYSTEM, at=self.at)
        else:
            later = self.deadline_draft(issue=deadline.issue)
            move_deadline(deadline=deadline, draft=later, reason=self.words(), by=SYSTEM, at=self.at)

    def end(self) -> None:
        told: dict[str, Any] = {"reason": self.words(), "entered": self.entered(), "by": SYSTEM, "at": self.at}
        if self.random.random() < 0.5:
            end_position(position=self.any(Position), until=self.pick(DAYS), **told)
        else:
            outcome, day = self.pick(DeadlineOutcome), self.pick(DAYS)
            close_deadline(deadline=self.any(Deadline), outcome=outcome, closed_on=day, **told)

    def withdraw(self) -> None:
        record = self.any(self.pick(RECORDS))
        withdraw(record=record, reason=self.words(), entered=self.entered(), by=SYSTEM, at=self.at)
