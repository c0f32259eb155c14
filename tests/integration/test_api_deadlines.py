"""/api/v1/deadlines/: by when, how it was moved, what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from core.fuzzydates import parse, undefined
from tests.api import Api, counts, fields, problem
from tests.records import a_claim, a_deadline
from tests.world import NOW, World
from tracker.models import Issue

pytestmark = pytest.mark.django_db
LIST = "/api/v1/deadlines/"
NEW: dict[str, Any] = {
    "issue": "USCN-1",
    "what": "An answer",
    "due": {"date": "2026-04", "words": "in April"},
    "kind": "agreed",
    "claim": "USCN-Q1",
}
END: dict[str, Any] = {"outcome": "met", "closed_on": "2026-02-08", "reason": "It came."}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def issue(world: World) -> Issue:
    issue = world.issue()
    a_claim(world, issue)
    return issue


@pytest.fixture
def api(world: World, issue: Issue) -> Api:
    return Api(world.people["editor"])


@pytest.fixture
def lead(world: World, issue: Issue) -> Api:
    return Api(world.people["lead"])


def test_a_deadline_is_answered_with_the_days_that_it_may_mean(api: Api) -> None:
    found = api.added("deadlines/", NEW)
    assert {name: found[name] for name in ("key", "issue", "what", "kind", "due", "claim", "closed", "by")} == {
        "key": "USCN-D1",
        "issue": "USCN-1",
        "what": "An answer",
        "kind": "agreed",
        "due": {"earliest": "2026-04-01", "latest": "2026-04-30", "words": "in April", "iso": "2026-04"},
        "claim": "USCN-Q1",
        "closed": None,
        "by": "editor",
    }


def test_words_alone_may_say_when(api: Api) -> None:
    found = api.added("deadlines/", {"issue": "USCN-1", "what": "Harvest", "due": {"words": "this season"}})
    assert found["due"] == {"earliest": None, "latest": None, "words": "this season", "iso": None}
    assert (found["kind"], found["claim"]) == ("self_set", None)


def test_a_deadline_is_moved_by_the_one_that_takes_its_place(api: Api) -> None:
    api.added("deadlines/", NEW)
    found = api.added("deadlines/", NEW | {"due": "2026-05-31", "replaces": "USCN-D1", "reason": "They asked."})
    assert (found["key"], found["replaces"]) == ("USCN-D2", "USCN-D1")
    former = api.get(f"{LIST}USCN-D1/").json()
    assert (former["closed"]["outcome"], former["replaced_by"]) == ("moved", "USCN-D2")
    before = counts()
    problem(api.send("deadlines/", NEW | {"replaces": "USCN-D1", "reason": "Again."}), 409)
    assert counts() == before


def test_a_deadline_is_closed_once_with_its_outcome(api: Api) -> None:
    api.added("deadlines/", NEW)
    assert api.added("deadlines/USCN-D1/close/", END)["closed"] == {
        "outcome": "met",
        "on": "2026-02-08",
        "known_at": "2026-02-09T07:00:00Z",
        "reason": "It came.",
    }
    before = counts()
    problem(api.send("deadlines/USCN-D1/close/", END), 409)
    assert counts() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": "moved"}, "outcome"),
        ({"outcome": ""}, "outcome"),
        ({"closed_on": "2026-02-20"}, "closed_on"),
        ({"closed_on": "2026-02"}, "closed_on"),
        ({"reason": None}, "reason"),
    ],
)
def test_a_wrong_end_is_refused(api: Api, wrong: dict[str, Any], field: str) -> None:
    api.added("deadlines/", NEW)
    before = counts()
    assert fields(api.send("deadlines/USCN-D1/close/", END | wrong)) == [field]
    assert counts() == before


def test_a_withdrawal_is_the_leads(api: Api, lead: Api) -> None:
    api.added("deadlines/", NEW)
    assert fields(api.send("deadlines/USCN-D1/withdrawal/", {"reason": "x"}), 403) == ["role"]
    assert lead.added("deadlines/USCN-D1/withdrawal/", {"reason": "Misread."})["withdrawn"]["reason"] == "Misread."


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"issue": "USRU-1"}, "issue"),
        ({"what": "\u200b"}, "what"),
        ({"what": "two\nlines"}, "what"),
        ({"due": None}, "due"),
        ({"due": ""}, "due"),
        ({"due": "soon"}, "due"),
        ({"due": "2026-04-31"}, "due"),
        ({"due": {"date": "2026-05/2026-04"}}, "due"),
        ({"due": {"words": 4}}, "due.words"),
        ({"due": ["2026-04"]}, "due"),
        ({"kind": "hard"}, "kind"),
        ({"claim": "USRU-Q1"}, "claim"),
        ({"outcome": "met"}, "outcome"),
        ({"replaces": "USCN-D9", "reason": "x"}, "replaces"),
        ({"replaces": "USCN-D1", "reason": "x", "issue": "USCN-2"}, "replaces"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    world: World, api: Api, wrong: dict[str, Any], field: str
) -> None:
    world.issue(foreign=True)
    world.issue()
    api.added("deadlines/", NEW)
    before = counts()
    assert fields(api.send("deadlines/", NEW | wrong)) == [field]
    assert counts() == before


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_readers_write_nothing(world: World, issue: Issue, name: str) -> None:
    a_deadline(world, issue)
    api = Api(world.people[name])
    before = counts()
    problem(api.send("deadlines/", NEW), 403)
    problem(api.send("deadlines/USCN-D1/close/", END), 403)
    problem(api.send("deadlines/USCN-D1/withdrawal/", {"reason": "x"}), 403)
    assert counts() == before


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, [1, 2, 3]),
        ({"relationship": "us-cn"}, [1, 2, 3]),
        ({"issue": "USCN-2"}, [2]),
        ({"standing": "true"}, [2, 3]),
        ({"standing": "false"}, [1]),
        ({"due_before": "2026-04-02"}, [1]),
        ({"due_before": "2026-04-01"}, []),
        ({"due_before": "2026-12-31"}, [1, 2]),
        ({"ordering": "-key", "page_size": 1}, [3, 2, 1]),
    ],
)
def test_a_filter_lets_through_what_it_names(
    world: World, issue: Issue, api: Api, query: dict[str, str], keys: list[int]
) -> None:
    a_deadline(world, issue)
    a_deadline(world, world.issue(), due=parse("2026-05-01"))
    a_deadline(world, issue, due=undefined("this season"))
    a_deadline(world, issue, handling="restricted")
    api.added("deadlines/USCN-D1/close/", END)
    assert api.keys(LIST, **query) == [f"USCN-D{number}" for number in keys]


@pytest.mark.parametrize("name", ["issue", "standing", "due_before", "outcome", "relationship"])
def test_a_wrong_parameter_is_named(api: Api, name: str) -> None:
    assert fields(api.get(LIST, {name: "x"})) == [name]


def test_a_restricted_deadline_answers_as_a_missing_one(world: World, issue: Issue, api: Api) -> None:
    a_deadline(world, issue, handling="restricted")
    for path in ("", "close/", "withdrawal/"):
        method = "POST" if path else "GET"
        answers = [api.call(method, f"{LIST}{key}/{path}", b"{}") for key in ("USCN-D900001", "USCN-D9")]
        assert problem(answers[0], 404) == problem(answers[1], 404)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_few_queries_however_long_it_is(
    world: World, issue: Issue, api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        a_deadline(world, issue, by=world.access("editor"), claim=issue.claims.get())
    # The token, its owner's memberships, its compartments; the deadlines.
    with django_assert_num_queries(4):
        assert len(api.get(LIST).json()["results"]) == count


def test_an_issue_says_which_comes_next(world: World, issue: Issue, api: Api) -> None:
    def next_() -> str | None:
        found = api.get("/api/v1/issues/USCN-1/").json()["next_deadline"]
        return found["due"]["iso"] if found else None

    assert next_() is None
    a_deadline(world, issue, due=undefined("this season"))
    a_deadline(world, issue, due=parse("2026-02-10"), handling="restricted")
    assert next_() is None
    for day, expected in (("2026-01-05", "2026-01-05"), ("2026-02-08", "2026-02-08"), ("2026-03", "2026-03")):
        a_deadline(world, issue, due=parse(day))
        assert next_() == expected
    a_deadline(world, issue, due=parse("2026-02"))
    assert next_() == "2026-02"
    api.added("deadlines/USCN-D5/close/", END)
    assert next_() == "2026-03"
