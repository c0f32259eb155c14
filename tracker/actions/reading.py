"""Reading a source: taking it up with its text, and entering a row of what it says, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from core.access import Access, Right
from core.errors import Forbidden, InvalidInput, ParleyError, Problems
from core.visibility import Handling
from tracker.actions.citations import cite
from tracker.actions.claims import ClaimDraft, add_claims, is_of_government
from tracker.actions.held_texts import Rechecked, hold_text
from tracker.actions.history import NewRow
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.issues import Draft, create_issue
from tracker.actions.positions import PositionDraft, add_position
from tracker.actions.records import belongs
from tracker.actions.sources import SourceDraft, add_source
from tracker.actions.statuses import change_status
from tracker.evidence import Capacity
from tracker.models import Claim, Issue, Party, Position, Relationship, Source, StatusChange
from tracker.names import folded
from tracker.statuses import Status


@dataclass(frozen=True)
class Line:
    """The line of a party that a row states besides: a position, a demand, a red line, an interest, an offer. Without a
    party it is that of the state for which the speaker speaks; without a text it is the claim's summary."""

    kind: str
    party: Party | None = None
    text: str = ""
    handling: str = ""


@dataclass(frozen=True)
class Step:
    """A move of the status that rests on the row's claim, on the day of the claim."""

    to: str
    reason: str
    trend: str = ""


@dataclass(frozen=True)
class EnteredRow:
    claims: list[Claim]
    positions: list[Position] = field(default_factory=list)
    moves: list[StatusChange] = field(default_factory=list)
    new_issues: list[Issue] = field(default_factory=list)


@transaction.atomic
def take_up(
    *, relationship: Relationship, draft: SourceDraft, text: str | None = None, by: Access, at: dt.datetime
) -> tuple[Source, Rechecked]:
    """A new source with its text, or neither. Errors: see `add_source` and `hold_text`."""
    source = add_source(relationship=relationship, draft=draft, by=by, at=at)
    rechecked = hold_text(source=source, text=text, by=by, at=at) if text is not None else Rechecked([], [])
    return source, rechecked


@transaction.atomic
def enter_row(
    *,
    source: Source,
    issues: Sequence[Issue],
    said: Mapping[str, Any],
    new_issues: Sequence[str] = (),
    unattributed: bool = False,
    line: Line | None = None,
    step: Step | None = None,
    by: Access,
    at: dt.datetime,
) -> EnteredRow:
    """A claim for each of the issues, the new ones by their titles included, with what rests on it.

    `said` is what a ClaimDraft takes beside its source and issue. A new issue begins as raised where a government
    speaks, else as watched, and its first status cites the claim. InvalidInput names the field: `quote`, `issues` and
    `speaker` are required; for the others see `add_claims`, `add_position` and `change_status`.
    """
    by.require(Right.WRITE, source.relationship_id)
    _check_required(issues, new_issues, said, unattributed=unattributed)
    existing = _held(source.relationship, issues)
    new = _new_issues(source, new_issues, said, by, at)
    drafts = [ClaimDraft(source=source, issue=issue, **said) for issue in [*existing, *new]]
    claims = add_claims(relationship=source.relationship, drafts=drafts, by=by, at=at)
    _refuse_repeated(claims)
    _cite_in_first_rows(claims[len(existing) :], by, at)
    return EnteredRow(
        claims=claims,
        positions=[_position(line, claim, by, at) for claim in claims] if line else [],
        moves=_moves(step, claims, new, by, at) if step else [],
        new_issues=new,
    )


def state_of(party: Party | None) -> Party | None:
    """The state that a party is or belongs to; the party itself where there is none."""
    above = party
    while above is not None and above.kind != Party.Kind.STATE and above.parent is not None:
        above = above.parent
    return above


def _check_required(
    issues: Sequence[Issue], new_issues: Sequence[str], said: Mapping[str, Any], *, unattributed: bool
) -> None:
    named = bool(said.get("speaker") or said.get("speaker_name"))
    missing = {
        "Take a passage of the text.": "" if str(said.get("quote", "")).strip() else "quote",
        "Say which issue it concerns.": "" if issues or new_issues else "issues",
        "Say who said it, or unattributed.": "" if named or unattributed else "speaker",
        "It is said by somebody or unattributed, not both.": "speaker" if named and unattributed else "",
    }
    problems = [InvalidInput(reason, field=field) for reason, field in missing.items() if field]
    if problems:
        raise Problems(problems)


def _held(relationship: Relationship, issues: Sequence[Issue]) -> list[Issue]:
    """The issues as they stand, once nobody else can write to them or to their parents: the deeds that follow take the
    ledger between them, and whoever waits for it must not have what they still need."""
    unique = {issue.pk: issue for issue in issues}
    for issue in unique.values():
        belongs(issue, relationship, "issues")
    hold_relationship(relationship)
    hold_issues([*unique.values(), *(issue.parent for issue in unique.values() if issue.parent)])
    return list(Issue.objects.select_related("relationship").filter(pk__in=unique).order_by("number"))


def _new_issues(
    source: Source, titles: Sequence[str], said: Mapping[str, Any], by: Access, at: dt.datetime
) -> list[Issue]:
    known = Issue.objects.visible_to(by).filter(relationship=source.relationship_id)
    for title in titles:
        same = known.filter(title__iexact=title).first()
        if same is not None:
            raise InvalidInput(f"{same.key} has this title already", field="issues", value=title)
    restricted = Handling.RESTRICTED in (source.handling, said.get("handling"))
    handling = Handling.RESTRICTED if restricted else Handling.OPEN
    row = _first_row(source, said, at)
    return [
        create_issue(
            relationship=source.relationship,
            draft=Draft(title=title, handling=handling),
            history=[row],
            by=by,
            at=at,
        )
        for title in _once(titles)
    ]


def _once(titles: Sequence[str]) -> list[str]:
    """In their order, each as it was written first."""
    first: dict[str, str] = {}
    for title in titles:
        first.setdefault(folded(title), title)
    return list(first.values())


def _first_row(source: Source, said: Mapping[str, Any], at: dt.datetime) -> NewRow:
    """Neither anybody's words nor the source are repeated in it: it is open, whatever the claim is or becomes."""
    speaker = said.get("speaker")
    given = said.get("capacity") or (Capacity.GOVERNMENT if speaker and is_of_government(speaker) else "")
    status = Status.RAISED if given == Capacity.GOVERNMENT else Status.WATCH
    reason = f"{speaker} spoke of it." if status == Status.RAISED else "No government is quoted on it."
    said_on = said.get("said_on")
    known = at.date()
    days = said_on.days if said_on else None
    occurred_on = max(days[0], min(days[1], known)) if days else source.published_on or known
    return NewRow(to=status, reason=reason, occurred_on=occurred_on)


def _refuse_repeated(claims: Sequence[Claim]) -> None:
    """A form that is sent twice is entered once."""
    for claim in claims:
        same = Claim.objects.in_force().filter(
            source=claim.source_id,
            issue=claim.issue_id,
            quote=claim.quote,
            quote_start=claim.quote_start,
            speaker_name=claim.speaker_name,
            speaker=claim.speaker_id,
            summary=claim.summary,
            responds_to=claim.responds_to_id,
            handling=claim.handling,
        )
        known = same.exclude(pk=claim.pk).first()
        if known is not None:
            raise InvalidInput(
                f"these words are on record for {claim.issue.key} already, as {known.key}", field="quote"
            )


def _position(line: Line, claim: Claim, by: Access, at: dt.datetime) -> Position:
    party = line.party or state_of(claim.speaker)
    if party is None:
        raise InvalidInput("is required: whose line is it? The speaker is of no party", field="position_party")
    draft = PositionDraft(
        issue=claim.issue,
        party=party,
        kind=line.kind,
        text=line.text or claim.summary,
        claim=claim,
        handling=line.handling,
    )
    try:
        return add_position(draft=draft, by=by, at=at)
    except Forbidden as error:
        reason = "a line of our own side is for the cleared, unless you say that it is open"
        raise InvalidInput(reason, field="position_handling") from error


def _cite_in_first_rows(claims: Sequence[Claim], by: Access, at: dt.datetime) -> None:
    """A new issue stands where it does because of the claim that came with it."""
    rows = StatusChange.objects.select_related("issue").filter(issue__in=[claim.issue_id for claim in claims])
    first = {row.issue_id: row for row in rows}
    for claim in claims:
        cite(change=first[claim.issue_id], claims=[claim], by=by, at=at)


def _moves(
    step: Step, claims: Sequence[Claim], new: Sequence[Issue], by: Access, at: dt.datetime
) -> list[StatusChange]:
    """One for each issue, but for those that began with this row and stand there already."""
    issues = Issue.objects.select_related("relationship", "parent").in_bulk([claim.issue_id for claim in claims])
    begun = {issue.pk for issue in new if issues[issue.pk].status == step.to}
    moving = [claim for claim in claims if claim.issue_id not in begun]
    return [_move(step, claim, issues[claim.issue_id], len(moving) > 1, by, at) for claim in moving]


def _move(step: Step, claim: Claim, issue: Issue, named: bool, by: Access, at: dt.datetime) -> StatusChange:
    """Where several issues move, `named`, a refusal says which of them it concerns."""
    try:
        return change_status(
            issue=issue,
            version=issue.version,
            to=step.to,
            reason=step.reason,
            trend=step.trend,
            occurred_on=claim.happened_on,
            claims=[claim],
            by=by,
            at=at,
        )
    except ParleyError as error:
        for part in error.problems if isinstance(error, Problems) else [error]:
            part.reason = f"{issue.key}: {part.reason}" if named else part.reason
        raise
