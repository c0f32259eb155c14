"""Sources, claims and what rests on them, in few words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.access import Access
from core.fuzzydates import month
from tests.world import NOW, World
from tracker.actions.claims import ClaimDraft, add_claim
from tracker.actions.deadlines import DeadlineDraft, set_deadline
from tracker.actions.held_texts import hold_text
from tracker.actions.links import LinkDraft, link_issues
from tracker.actions.notes import NoteDraft, add_note
from tracker.actions.positions import PositionDraft, add_position
from tracker.actions.sources import SourceDraft, add_source
from tracker.models import Claim, Deadline, Issue, IssueLink, Note, Party, Position, Source

SYSTEM = Access.system()
PUBLISHED = dt.date(2026, 2, 5)
TEXT = "The minister said that talks are “very useful”.\n\nThe other side has not answered."


def a_source(world: World, title: str = "A report", *, text: str = "", foreign: bool = False, **draft: Any) -> Source:
    relationship = world.foreign if foreign else world.home
    by, at = draft.pop("by", SYSTEM), draft.pop("at", NOW)
    values: dict[str, Any] = {"published_on": PUBLISHED}
    source = add_source(relationship=relationship, draft=SourceDraft(title=title, **(values | draft)), by=by, at=at)
    if text:
        hold_text(source=source, text=text, by=by, at=at)
    return source


def side(world: World, number: int) -> Party:
    return world.home.parties.get(side=number)


def a_claim(world: World, issue: Issue, source: Source | None = None, **draft: Any) -> Claim:
    """By the first side, unless said otherwise."""
    by, at = draft.pop("by", SYSTEM), draft.pop("at", NOW)
    values: dict[str, Any] = {"summary": "They said so.", "speaker": side(world, 1)}
    return add_claim(draft=ClaimDraft(source=source or a_source(world), issue=issue, **(values | draft)), by=by, at=at)


def a_position(world: World, issue: Issue, **draft: Any) -> Position:
    by, at = draft.pop("by", SYSTEM), draft.pop("at", NOW)
    values: dict[str, Any] = {"party": side(world, 1), "kind": "demand", "text": "More of it."}
    if draft.get("disclosure") != "internal" and "claim" not in draft:
        values["claim"] = a_claim(world, issue)
    return add_position(draft=PositionDraft(issue=issue, **(values | draft)), by=by, at=at)


def a_deadline(world: World, issue: Issue, **draft: Any) -> Deadline:
    by, at = draft.pop("by", SYSTEM), draft.pop("at", NOW)
    values: dict[str, Any] = {"what": "An answer", "due": month(2026, 4, "in April")}
    return set_deadline(draft=DeadlineDraft(issue=issue, **(values | draft)), by=by, at=at)


def a_note(*issues: Issue, **draft: Any) -> Note:
    by, at = draft.pop("by", SYSTEM), draft.pop("at", NOW)
    values: dict[str, Any] = {"kind": "no_change", "searched": "Both ministries' pages."}
    return add_note(draft=NoteDraft(issues=issues, **(values | draft)), by=by, at=at)


def a_link(one: Issue, other: Issue, **draft: Any) -> IssueLink:
    by, at = draft.pop("by", SYSTEM), draft.pop("at", NOW)
    values: dict[str, Any] = {"kind": "traded_for"}
    return link_issues(draft=LinkDraft(from_issue=one, to_issue=other, **(values | draft)), by=by, at=at)
