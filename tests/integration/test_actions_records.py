"""Deadlines, notes and links; and what restricting a record does to all that rests on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import models

from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.fuzzydates import exact, month, undefined
from core.models import Event
from core.site import site_id
from tests.records import SYSTEM, a_claim, a_deadline, a_link, a_note, a_position, a_source, side
from tests.world import NOW, World
from tracker.actions.deadlines import DeadlineDraft, close_deadline, move_deadline
from tracker.actions.handling import change_handling
from tracker.actions.issues import edit_issue
from tracker.actions.links import link_same_matter, unlink_same_matter
from tracker.models import Claim, Deadline, Issue, IssueLink, Note, Position, SameMatter, Source

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
RESTING: list[type[models.Model]] = [Claim, Position, Deadline, Note, IssueLink]


def test_a_moved_deadline_is_closed_as_moved_and_the_new_one_names_it(world: World) -> None:
    issue = world.issue()
    old = a_deadline(world, issue)
    draft = DeadlineDraft(issue=issue, what="An answer", due=month(2026, 6))
    new = move_deadline(deadline=old, draft=draft, reason="They asked for time.", by=world.access("editor"), at=NOW)
    assert (old.outcome, old.close_reason, new.replaces) == ("moved", "They asked for time.", old)
    assert list(Deadline.objects.standing()) == [new]


def test_a_deadline_is_closed_once_on_a_day_that_has_come(world: World) -> None:
    deadline = a_deadline(world, world.issue())
    given: dict[str, Any] = {"deadline": deadline, "outcome": "met", "reason": "Answered.", "by": SYSTEM, "at": NOW}
    with pytest.raises(InvalidInput, match="future"):
        close_deadline(closed_on=dt.date(2026, 3, 1), **given)
    close_deadline(closed_on=TODAY, **given)
    with pytest.raises(Conflict, match="is closed"):
        close_deadline(closed_on=TODAY, **given)


@pytest.mark.parametrize(
    ("due", "comes_up"),
    [
        (exact(TODAY), True),
        (exact(TODAY - dt.timedelta(days=1)), False),
        (exact(TODAY + dt.timedelta(days=30)), True),
        (exact(TODAY + dt.timedelta(days=31)), False),
        (month(2026, 3, "in March"), True),
        (undefined("this season"), False),
    ],
)
def test_a_deadline_comes_up_while_it_may_fall_within_the_days_ahead(world: World, due: Any, comes_up: bool) -> None:
    a_deadline(world, world.issue(), due=due)
    assert Deadline.objects.all().coming_up(TODAY, 30).exists() == comes_up


def test_one_note_may_cover_many_issues_and_names_them_on_the_ledger(world: World) -> None:
    first, second = world.issue("One"), world.issue("Two")
    note = a_note(first, second, first, by=world.access("editor"))
    line = Event.objects.filter(compartment=world.home).latest("seq")
    assert set(note.issues.all()) == {first, second}
    assert line.changes is not None
    assert line.changes["issues"] == [None, f"{first.key}, {second.key}"]


@pytest.mark.parametrize(
    ("draft", "field"),
    [({"searched": ""}, "searched"), ({"kind": "note"}, "text"), ({"noted_on": dt.date(2026, 3, 1)}, "noted_on")],
)
def test_a_wrong_note_is_refused_at_its_field(world: World, draft: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_note(world.issue(), **draft)
    assert refused.value.field == field


def test_a_note_covers_issues_of_one_relationship_and_at_least_one(world: World) -> None:
    with pytest.raises(InvalidInput, match="is not known here"):
        a_note(world.issue(), world.issue(foreign=True))
    with pytest.raises(InvalidInput, match="from one to"):
        a_note()


def test_a_link_says_who_asserts_it_and_the_other_side_may_assert_it_too(world: World) -> None:
    one, other = world.issue("Rare earths"), world.issue("Chips")
    link = a_link(one, other, asserted_by=side(world, 2), by=world.access("editor"))
    with pytest.raises(Conflict, match=f"on record as {link.key}"):
        a_link(one, other, asserted_by=side(world, 2))
    assert a_link(one, other, asserted_by=side(world, 1)).key == "USCN-L2"
    assert a_link(other, one, asserted_by=side(world, 2)).key == "USCN-L3"


def test_related_issues_are_linked_once_from_whichever_end(world: World) -> None:
    one, other = world.issue("One"), world.issue("Two")
    a_link(one, other, kind="related")
    with pytest.raises(Conflict):
        a_link(other, one, kind="related")


def test_an_issue_is_linked_to_another_one_of_its_relationship(world: World) -> None:
    issue = world.issue()
    with pytest.raises(InvalidInput, match="the issue itself"):
        a_link(issue, issue)
    with pytest.raises(InvalidInput, match="is not known here"):
        a_link(issue, world.issue(foreign=True))


def test_the_same_matter_in_two_relationships_is_there_for_those_who_see_both_ends(world: World) -> None:
    one, other = world.issue(), world.issue(foreign=True)
    link = link_same_matter(one=one, other=other, by=SYSTEM, at=NOW)
    for name in ("lead", "stranger", "operator"):
        assert list(SameMatter.objects.all().visible_to(world.access(name))) == []
    assert list(SameMatter.objects.all().visible_to(SYSTEM)) == [link]
    with pytest.raises(NotFound):
        unlink_same_matter(link=link, by=world.access("lead"), at=NOW)
    unlink_same_matter(link=link, by=SYSTEM, at=NOW)
    with pytest.raises(Conflict):
        unlink_same_matter(link=link, by=SYSTEM, at=NOW)


def test_a_link_across_the_wall_is_on_the_ledger_of_the_site_and_on_no_other(world: World) -> None:
    one, other = world.issue(), world.issue(foreign=True)
    before = Event.objects.exclude(compartment=site_id()).count()
    link_same_matter(one=one, other=other, by=SYSTEM, at=NOW)
    assert Event.objects.exclude(compartment=site_id()).count() == before
    line = Event.objects.filter(compartment=site_id()).latest("seq")
    assert (line.kind, line.changes) == ("samematter.noted", {})


def test_whoever_does_not_write_at_both_ends_links_no_same_matter(world: World) -> None:
    one, other = world.issue(), world.issue(foreign=True)
    with pytest.raises(NotFound):
        link_same_matter(one=one, other=other, by=world.access("lead"), at=NOW)


def everything_on(world: World, issue: Issue) -> Source:
    """A source, and on it a claim with all that can rest on one."""
    source = a_source(world)
    claim = a_claim(world, issue, source)
    a_claim(world, issue, source, stance="denies", responds_to=claim)
    a_position(world, issue, claim=claim)
    a_deadline(world, issue, claim=claim)
    a_link(issue, world.issue("Other"), claim=claim)
    a_note(issue)
    return source


def handlings(*kinds: type[models.Model]) -> set[str]:
    return {row.handling for kind in kinds for row in kind._default_manager.all()}  # type: ignore[attr-defined]


def test_restricting_a_source_restricts_all_that_rests_on_it(world: World) -> None:
    source = everything_on(world, world.issue())
    change_handling(record=source, handling="restricted", by=world.access("cleared_editor"), at=NOW)
    assert handlings(Source, Claim, Position, Deadline, IssueLink) == {"restricted"}
    assert handlings(Issue, Note) == {"open"}
    for kind in (Source, Claim, Position, Deadline, IssueLink):
        assert not kind._default_manager.visible_to(world.access("lead")).exists()


def test_restricting_an_issue_restricts_all_that_is_said_on_it(world: World) -> None:
    issue = world.issue()
    everything_on(world, issue)
    issue.refresh_from_db()
    by = world.access("cleared_editor")
    edit_issue(issue=issue, version=issue.version, values={"handling": "restricted"}, by=by, at=NOW)
    assert handlings(*RESTING) == {"restricted"}
    assert handlings(Source) == {"open"}
    shown = Event.objects.visible_to(world.access("lead")).filter(
        subject_type__in=[k._meta.label_lower for k in RESTING]
    )
    assert not shown.exists()


def test_opening_a_source_opens_it_alone_and_each_row_after_what_it_rests_on(world: World) -> None:
    source, by = everything_on(world, world.issue()), world.access("cleared_lead")
    change_handling(record=source, handling="restricted", by=by, at=NOW)
    claim, position = Claim.objects.order_by("number")[0], Position.objects.get()
    with pytest.raises(InvalidInput, match=f"rests on {claim.key}, which is restricted"):
        change_handling(record=position, handling="open", by=by, at=NOW)
    for record in (source, claim, position):
        change_handling(record=record, handling="open", by=by, at=NOW)
    assert handlings(Source, Position) == {"open"}
    assert handlings(Deadline, IssueLink) == {"restricted"}


def test_only_the_cleared_change_who_may_read(world: World) -> None:
    source = a_source(world)
    with pytest.raises(Forbidden, match="cleared"):
        change_handling(record=source, handling="restricted", by=world.access("lead"), at=NOW)
    assert handlings(Source) == {"open"}


def test_an_open_row_upon_a_restricted_one_is_refused_and_by_default_it_is_restricted(world: World) -> None:
    hidden = a_source(world, handling="restricted")
    with pytest.raises(InvalidInput, match="must be restricted too"):
        a_claim(world, world.issue(), hidden, handling="open")
    assert a_claim(world, world.issue(), hidden).handling == "restricted"
