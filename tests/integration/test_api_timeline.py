"""GET /api/v1/issues/USCN-1/timeline/: what happened or was said, by either clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api import Api, fields, problem
from tests.records import a_claim, a_deadline, a_note, a_position, side
from tests.world import NOW, World
from tracker.models import Issue

pytestmark = pytest.mark.django_db
TIMELINE = "/api/v1/issues/USCN-1/timeline/"


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["viewer"])


@pytest.fixture
def issue(world: World) -> Issue:
    """Raised on 2 February; a claim of the 5th; a position of that claim; a note of the 9th; one is restricted."""
    issue = world.issue()
    claim = a_claim(world, issue, by=world.access("editor"), speaker_name="A minister")
    a_position(world, issue, claim=claim, at=NOW + dt.timedelta(hours=1))
    a_note(issue, at=NOW + dt.timedelta(hours=2), noted_on=dt.date(2026, 1, 15))
    a_claim(world, issue, summary="Nobody must know.", handling="restricted")
    return issue


def entries(api: Api, **query: str) -> list[tuple[str, str]]:
    rows = api.get(TIMELINE, query).json()["results"]
    return [(row["key"], row["happened_on"]) for row in rows]


HISTORY, CLAIM = ("USCN-1-H1", "2026-02-02"), ("USCN-Q1", "2026-02-05")
POSITION, NOTE = ("USCN-P1", "2026-02-05"), ("USCN-N1", "2026-01-15")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [POSITION, CLAIM, HISTORY, NOTE]),
        ({"by": "happened"}, [POSITION, CLAIM, HISTORY, NOTE]),
        ({"by": "recorded"}, [NOTE, POSITION, CLAIM, HISTORY]),
        ({"since": "2026-02-05"}, [POSITION, CLAIM]),
        ({"since": "2026-02-09", "by": "recorded"}, [NOTE, POSITION, CLAIM, HISTORY]),
        ({"since": "2026-02-10", "by": "recorded"}, []),
        ({"moved": "true"}, [POSITION, HISTORY]),
    ],
)
def test_it_is_read_by_either_clock(issue: Issue, api: Api, query: dict[str, str], found: list[Any]) -> None:
    assert entries(api, **query) == found


def test_an_entry_says_who_said_it_where_and_who_recorded_it(issue: Issue, api: Api) -> None:
    entry = api.get(TIMELINE).json()["results"][1]
    assert {
        name: entry[name] for name in ("kind", "label", "text", "sources", "by", "moved", "void", "restricted")
    } == {
        "kind": "claim",
        "label": "A minister: discussed",
        "text": "They said so.",
        "sources": ["USCN-S1"],
        "by": "editor",
        "moved": False,
        "void": None,
        "restricted": False,
    }
    assert (entry["recorded_at"], entry["known_at"]) == ("2026-02-09T07:00:00Z", "2026-02-09T07:00:00Z")


def test_what_is_restricted_is_there_for_the_cleared_alone(world: World, issue: Issue, api: Api) -> None:
    assert b"Nobody must know" not in api.get(TIMELINE).content
    cleared = Api(world.people["cleared_viewer"], ("read", "restricted"))
    assert [row["key"] for row in cleared.get(TIMELINE).json()["results"] if row["restricted"]] == ["USCN-Q900001"]


@pytest.mark.parametrize("name", ["by", "since", "moved", "kind"])
def test_a_wrong_parameter_is_named(issue: Issue, api: Api, name: str) -> None:
    assert fields(api.get(TIMELINE, {name: "x"})) == [name]


def test_that_of_a_foreign_or_restricted_issue_answers_as_a_missing_one(world: World, api: Api) -> None:
    keys = ["USCN-99", world.issue(foreign=True).key, world.issue(handling="restricted").key]
    answers = [problem(api.get(f"/api/v1/issues/{key}/timeline/"), 404) for key in keys]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("count", [1, 20])
def test_it_takes_the_same_few_queries_however_long_it_is(
    world: World, issue: Issue, api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        a_deadline(world, issue, claim=issue.claims.earliest("pk"))
        a_position(world, issue, party=side(world, 2), claim=issue.claims.earliest("pk"))
    # The token, its owner's memberships, its compartments; the issue; the eight of the timeline.
    with django_assert_num_queries(12):
        assert len(api.get(TIMELINE).json()["results"]) == 2 * count + 4
