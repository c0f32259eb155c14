"""Who said what, in which source, and how firmly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from core import ledger
from core.access import Access, Right
from core.errors import InvalidInput
from core.fuzzydates import FuzzyDate
from core.text import clean
from core.validation import validated
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.quoting import HeldTexts
from tracker.actions.records import (
    NOW_BY_HAND,
    Entered,
    added_entry,
    belongs,
    choice,
    day,
    follow,
    handling_for,
    inserted,
    mark_withdrawn,
    numbered,
    stamped,
    withdrawn_entry,
)
from tracker.evidence import Capacity, Modality, Stance, Translator, default_capacity, may_carry_claims
from tracker.models import Claim, Issue, Party, Relationship, Source
from tracker.models.claim import LONGEST_QUOTE


@dataclass(frozen=True)
class ClaimDraft:
    """What one says of a new claim. What is left empty has a default by rule: the summary is the beginning of the
    quote, the language that of the source, the capacity follows from the speaker, the modality is `discussed`.

    A claim that repeats a repetition repeats what that one repeats. `near` is where the quote was found in the held
    text, if the text has it more than once. An import says `unplaced` of a quote that was entered before its text was
    held, and was not found in it then; and a `happened_on` where the rule would give another day by now.
    """

    source: Source
    issue: Issue
    summary: str = ""
    quote: str = ""
    near: int | None = None
    unplaced: bool = False
    language: str = ""
    only_in_translation: bool = False
    translation: str = ""
    translated_by: str = ""
    speaker: Party | None = None
    speaker_name: str = ""
    speaker_office: str = ""
    capacity: str = ""
    relayed_by: str = ""
    said_on: FuzzyDate | None = None
    happened_on: dt.date | None = None
    modality: str = Modality.DISCUSSED
    stance: str = ""
    responds_to: Claim | None = None
    repeats: Claim | None = None
    credibility: int | None = None
    credibility_reason: str = ""
    handling: str = ""
    replaces: Claim | None = None
    entered: Entered = NOW_BY_HAND


@transaction.atomic
def add_claims(
    *, relationship: Relationship, drafts: Sequence[ClaimDraft], by: Access, at: dt.datetime, asking: bool = True
) -> list[Claim]:
    """New claims, all or none. Not `asking` is for those by the thousand, which have their numbers: whether each goes
    with what is on record is left to the database, and an IntegrityError says that one does not.

    InvalidInput names the field: a quote that is not in the held text of its source (with the nearest passage), a
    source that is only a headline, an issue or a speaker of another relationship, a stance on nothing, a date ahead.
    """
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    issues = [draft.issue for draft in drafts]
    for issue in issues:
        belongs(issue, relationship, "issue")
    hold_issues(issues)
    texts = HeldTexts()
    built = (_built(draft, relationship, texts, by, at) for draft in drafts)
    claims = [inserted(claim) for claim in built] if asking else _inserted_together(built)
    follow(issues)
    ledger.record(relationship.pk, [added_entry(claim) for claim in claims], by=by, at=at)
    return claims


def _inserted_together(built: Iterable[Claim]) -> list[Claim]:
    return Claim.objects.bulk_create([validated(claim, asking=False) for claim in built], batch_size=500)


def add_claim(*, draft: ClaimDraft, by: Access, at: dt.datetime) -> Claim:
    """One new claim; see `add_claims`."""
    return add_claims(relationship=draft.source.relationship, drafts=[draft], by=by, at=at)[0]


@transaction.atomic
def replace_claim(*, claim: Claim, draft: ClaimDraft, reason: str, by: Access, at: dt.datetime) -> Claim:
    """Withdraws a claim and puts a right one in its place, which names it. Both stay. Conflict where it is withdrawn
    already; see `add_claims` for the rest. To put it on another issue leaves this one without it, and is the lead's."""
    by.require(Right.WRITE if draft.issue.pk == claim.issue_id else Right.WITHDRAW, claim.relationship_id)
    relationship = claim.relationship
    hold_relationship(relationship)
    belongs(draft.issue, relationship, "issue")
    issues = [claim.issue, draft.issue]
    hold_issues(issues)
    mark_withdrawn(claim, reason, NOW_BY_HAND, by=by, at=at)
    new = inserted(_built(replace(draft, replaces=claim), relationship, HeldTexts(), by, at))
    follow(issues)
    ledger.record(relationship.pk, [withdrawn_entry(claim), added_entry(new)], by=by, at=at)
    return new


def _built(draft: ClaimDraft, relationship: Relationship, texts: HeldTexts, by: Access, at: dt.datetime) -> Claim:
    """The claim as it would be saved: what concerns more than one field is judged here, the rest by the row itself."""
    for field in ("source", "speaker", "responds_to", "repeats", "replaces"):
        belongs(getattr(draft, field), relationship, field)
    if not may_carry_claims(draft.source.kind):
        raise InvalidInput("is only a headline: a lead, and nothing that a claim can rest on", field="source")
    bases = (draft.source, draft.issue, draft.responds_to, draft.repeats, draft.replaces)
    claim = Claim(
        source=draft.source,
        issue=draft.issue,
        speaker=draft.speaker,
        responds_to=draft.responds_to,
        repeats=(draft.repeats.repeats or draft.repeats) if draft.repeats else None,
        replaces=draft.replaces,
        only_in_translation=draft.only_in_translation,
        stated_credibility=draft.credibility,
        handling=handling_for(draft.handling, bases, relationship, by),
    )
    stamped(numbered(claim, relationship, draft.entered), draft.entered, by=by, at=at)
    _say_words(claim, draft, texts)
    _say_who(claim, draft)
    _say_how(claim, draft)
    _say_when(claim, draft, at)
    return claim


def _say_words(claim: Claim, draft: ClaimDraft, texts: HeldTexts) -> None:
    """Quote, place, translation, summary."""
    place = texts.place(claim.source, draft.quote, near=draft.near, unplaced=draft.unplaced)
    claim.quote, claim.quote_start, claim.quote_end = place.quote, place.start, place.end
    if draft.entered.number is not None and draft.near is not None and draft.near == place.start:
        claim.quote = draft.quote  # it may have been entered before the text was held, and stays as it was typed
    # What stands in the text may be longer than what was typed, or hold a control character that no dossier takes.
    clean(claim.quote, field="quote", limit=LONGEST_QUOTE, required=False, lines=True)
    claim.language = clean(draft.language or claim.source.language, field="language", limit=12)
    claim.translation = clean(draft.translation, field="translation", limit=LONGEST_QUOTE, required=False, lines=True)
    if draft.translated_by or claim.translation:
        claim.translated_by = choice(draft.translated_by or Translator.OURS, Translator, "translated_by")
    if claim.translated_by and not claim.translation:
        raise InvalidInput("says who translated, and there is no translation", field="translated_by")
    summary = draft.summary or _beginning(claim.quote)
    claim.summary = clean(summary, field="summary", limit=500)


def _say_who(claim: Claim, draft: ClaimDraft) -> None:
    for field in ("speaker_name", "speaker_office", "relayed_by"):
        setattr(claim, field, clean(getattr(draft, field), field=field, limit=200, required=False))
    speaker = draft.speaker
    capacity = draft.capacity or default_capacity(
        named=claim.is_attributed, of_government=speaker is not None and is_of_government(speaker)
    )
    claim.capacity = choice(capacity, Capacity, "capacity")
    if claim.capacity == Capacity.GOVERNMENT and speaker is None:
        raise InvalidInput("must name the party whose government speaks", field="speaker")


def _say_how(claim: Claim, draft: ClaimDraft) -> None:
    claim.modality = choice(draft.modality, Modality, "modality")
    if draft.stance:
        claim.stance = choice(draft.stance, Stance, "stance")
    if draft.stance and draft.responds_to is None:
        raise InvalidInput("is a stance on nothing: say to which claim it responds", field="stance")
    if draft.responds_to is not None and not draft.stance:
        raise InvalidInput("responds to a claim: say with which stance", field="stance")
    claim.credibility_reason = clean(
        draft.credibility_reason, field="credibility_reason", limit=500, required=False, lines=True
    )
    if (draft.credibility is None) != (claim.credibility_reason == ""):
        raise InvalidInput("goes with a credibility other than the rule's, and says why", field="credibility_reason")


def _say_when(claim: Claim, draft: ClaimDraft, at: dt.datetime) -> None:
    claim.said_on = said_on = draft.said_on
    if said_on is not None and said_on.days is not None:
        day(said_on.days[0], "said_on", at)
    by_rule = day_by_rule(said_on, claim.source.published_on, claim.known_at.date())
    claim.happened_on = day(draft.happened_on or by_rule, "happened_on", at)


def day_by_rule(said_on: FuzzyDate | None, published_on: dt.date | None, known_on: dt.date) -> dt.date:
    """The day that stands for a claim: the last that the stated date may mean, but none after the team knew; else the
    day of publication."""
    if said_on is not None and said_on.days is not None:
        return max(said_on.days[0], min(said_on.days[1], known_on))
    return published_on or known_on


def is_of_government(party: Party) -> bool:
    """A state, or a part of one: an agency, a person in its service."""
    above: Party | None = party
    while above is not None:
        if above.kind == Party.Kind.STATE:
            return True
        above = above.parent
    return False


def _beginning(quote: str) -> str:
    """The quote, or as many of its words as a summary takes."""
    line = " ".join(quote.split())
    return line if len(line) <= 300 else line[:299].rsplit(" ", 1)[0] + "…"
