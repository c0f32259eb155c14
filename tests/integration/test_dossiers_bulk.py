"""Issues written by the thousand are the same, down to the ledger, as those written one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from core.access import Access
from core.errors import Forbidden, InvalidInput, Problems
from core.models import Event
from tests.dossiers import undone
from tests.unit.test_history_properties import ANY, History
from tests.world import NOW, World
from tracker.actions.dossiers import create_issues, prepare_issue
from tracker.actions.history import NewRow
from tracker.actions.issues import Draft, create_issue
from tracker.models import Issue, IssueParty, Party, StatusChange

pytestmark = pytest.mark.django_db

# Histories of those tests happen in January 2026 and are known then; here they must have happened before.
EARLIER = dt.timedelta(days=60)
SYSTEM = Access.system()
A_FEW = settings(max_examples=max(15, settings().max_examples // 3), suppress_health_check=list(HealthCheck))
ONE = [NewRow(to="raised", reason="Said.", occurred_on=dt.date(2026, 1, 5))]


def rows_of(history: History) -> list[NewRow]:
    return [
        NewRow(
            to=move.to_status,
            reason=f"Row {move.seq}.",
            occurred_on=move.occurred_on - EARLIER,
            trend=("", "easing", "steady")[move.seq % 3],
            supersedes=move.supersedes,
            known_at=move.known_at,
        )
        for action in history
        for move in action
    ]


def by_one(world: World, draft: Draft, history: list[NewRow], by: Access = SYSTEM) -> Issue:
    return create_issue(relationship=world.home, draft=draft, history=history, by=by, at=NOW, number=7)


def by_many(world: World, draft: Draft, history: list[NewRow], by: Access = SYSTEM) -> Issue:
    one = prepare_issue(relationship=world.home, number=7, draft=draft, history=history, by=by, at=NOW)
    return create_issues(relationship=world.home, prepared=[one], by=by, at=NOW)[0]


ROW = (
    "seq",
    "from_status",
    "to_status",
    "trend",
    "reason",
    "occurred_on",
    "known_at",
    "known_at_stated",
    "recorded_at",
)


def written(world: World) -> list[Any]:
    """Everything there is of the issue, apart from database ids and the number of its writes."""
    issue: dict[str, Any] = dict(Issue.objects.values().get(key="USCN-7"))
    rows = StatusChange.objects.filter(issue=issue.pop("id")).order_by("seq")
    issue.pop("version")
    return [
        issue,
        list(Issue.objects.filter(pk=issue["parent_id"]).values("last_substantive_on", "version")),
        list(rows.values_list(*ROW, "by", "author_name", "supersedes__seq")),
        list(IssueParty.objects.values_list("party__code", "role")),
        list(
            Event.objects.order_by("compartment", "seq").values_list("seq", "kind", "subject_id", "changes", "handling")
        ),
    ]


@A_FEW
@given(ANY.filter(bool))
def test_any_history_is_written_alike_by_one_and_by_many(world: World, history: History) -> None:
    with undone():
        parent = world.issue("Trade", occurred_on=dt.date(2025, 1, 1))
        parties = dict.fromkeys(Party.objects.filter(relationship=world.home), "affected")
        draft = Draft(title=" Grain ", summary="Words.", parent=parent, handling="restricted", parties=parties)
        with undone():
            by_one(world, draft, rows_of(history))
            one = written(world)
        by_many(world, draft, rows_of(history))
        assert written(world) == one


REFUSED = [
    ({"title": " "}, ONE),
    ({"title": "x" * 201}, ONE),
    ({"title": "a\0"}, ONE),
    ({"category": "sport"}, ONE),
    ({"handling": "secret"}, ONE),
    ({}, []),
    ({}, [NewRow(to="", reason="R", occurred_on=dt.date(2026, 1, 5))]),
    ({}, [*ONE, NewRow(to="watch", reason="R", occurred_on=dt.date(2026, 1, 6))]),
    ({}, [*ONE, NewRow(to="agreed", reason="R", occurred_on=dt.date(2026, 2, 20))]),
]


@pytest.mark.parametrize(("draft", "history"), REFUSED)
def test_what_is_refused_for_one_is_refused_for_many(
    world: World, draft: dict[str, Any], history: list[NewRow]
) -> None:
    told = []
    for create in (by_one, by_many):
        with pytest.raises((InvalidInput, Problems)) as error, undone():
            create(world, Draft(**{"title": "Grain", **draft}), history)
        told.append(str(error.value))
    assert told[0] == told[1]


def test_what_needs_a_right_needs_it_for_many_too(world: World) -> None:
    with pytest.raises(Forbidden):
        by_many(world, Draft(title="Grain"), ONE, by=world.access("viewer"))
    with pytest.raises(Forbidden):
        by_many(world, Draft(title="Grain", handling="restricted"), ONE, by=world.access("lead"))
    assert not Issue.objects.exists()


def test_a_party_of_another_relationship_is_refused_for_many_too(world: World) -> None:
    foreign = Party.objects.filter(relationship=world.foreign)[0]
    with pytest.raises(InvalidInput, match="no party of this relationship"):
        by_many(world, Draft(title="Grain", parties={foreign: "affected"}), ONE)
