"""/api/v1/notes/: remarks, and the word that nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from core.actions.members import add_member
from tests.api import Api, counts, fields, problem
from tests.records import SYSTEM, a_note
from tests.world import NOW, World
from tracker.models import Issue

pytestmark = pytest.mark.django_db
LIST = "/api/v1/notes/"
NEW: dict[str, Any] = {"issues": ["USCN-1", "USCN-2"], "kind": "no_change", "searched": "Both ministries' pages."}
WITHDRAWAL = "notes/USCN-N1/withdrawal/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def issues(world: World) -> list[Issue]:
    return [world.issue() for _ in range(3)]


@pytest.fixture
def api(world: World, issues: list[Issue]) -> Api:
    return Api(world.people["editor"])


def test_a_note_of_no_change_covers_many_issues_and_starts_their_clocks_anew(api: Api) -> None:
    found = api.added("notes/", NEW)
    shown = ("key", "issues", "kind", "text", "searched", "noted_on", "by")
    assert {name: found[name] for name in shown} == {
        "key": "USCN-N1",
        "issues": ["USCN-1", "USCN-2"],
        "kind": "no_change",
        "text": None,
        "searched": "Both ministries' pages.",
        "noted_on": "2026-02-09",
        "by": "editor",
    }
    clocks = [row["last_substantive_on"] for row in api.rows()]
    assert clocks == ["2026-02-09", "2026-02-09", "2026-02-02"]


def test_an_issue_that_is_named_twice_is_covered_once(api: Api) -> None:
    assert api.added("notes/", NEW | {"issues": ["USCN-1", "USCN-1"]})["issues"] == ["USCN-1"]


def test_a_note_on_a_restricted_issue_is_restricted(world: World, issues: list[Issue], api: Api) -> None:
    hidden = world.issue(handling="restricted")
    body = NEW | {"issues": ["USCN-1", hidden.key]}
    before = counts()
    answers = [api.send("notes/", body | {"issues": ["USCN-1", key]}) for key in (hidden.key, "USCN-99")]
    assert fields(answers[0]) == ["issues"]
    assert answers[0].content.replace(hidden.key.encode(), b"USCN-99") == answers[1].content
    assert counts() == before
    cleared = Api(world.people["cleared_editor"], ("read", "write", "restricted"))
    assert cleared.added("notes/", body)["handling"] == "restricted"
    assert fields(cleared.send("notes/", body | {"handling": "open"})) == ["handling"]
    assert api.keys(LIST) == api.keys(LIST, issue="USCN-1") == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"issues": []}, "issues"),
        ({"issues": "USCN-1"}, "issues"),
        ({"issues": None}, "issues"),
        ({"issues": [1]}, "issues.0"),
        ({"issues": ["USCN-1", "USRU-1"]}, "issues"),
        ({"issues": [f"USCN-{number}" for number in range(201)]}, "issues"),
        ({"searched": "\u2060"}, "searched"),
        ({"searched": None}, "searched"),
        ({"kind": "note"}, "text"),
        ({"kind": "rumour"}, "kind"),
        ({"text": "x" * 5001}, "text"),
        ({"noted_on": "2026-02-20"}, "noted_on"),
        ({"issue": "USCN-1"}, "issue"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    world: World, api: Api, wrong: dict[str, Any], field: str
) -> None:
    world.issue(foreign=True)
    before = counts()
    assert fields(api.send("notes/", NEW | wrong)) == [field]
    assert counts() == before


def test_one_note_stays_in_one_relationship(world: World, api: Api) -> None:
    world.issue(foreign=True)
    editor = world.people["editor"]
    add_member(compartment=world.foreign, user=editor, role="editor", cleared=False, by=SYSTEM, at=NOW)
    before = counts()
    assert fields(api.send("notes/", NEW | {"issues": ["USCN-1", "USRU-1"]})) == ["issues"]
    assert counts() == before


def test_a_withdrawal_is_the_leads(world: World, issues: list[Issue], api: Api) -> None:
    a_note(issues[0])
    assert fields(api.send(WITHDRAWAL, {"reason": "x"}), 403) == ["role"]
    lead = Api(world.people["lead"])
    assert lead.added(WITHDRAWAL, {"reason": "Nobody looked."})["withdrawn"]["reason"] == "Nobody looked."
    assert [row["last_substantive_on"] for row in api.rows()] == ["2026-02-02"] * 3
    problem(lead.send(WITHDRAWAL, {"reason": "Again."}), 409)


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_readers_write_nothing(world: World, issues: list[Issue], name: str) -> None:
    a_note(issues[0])
    api = Api(world.people[name])
    before = counts()
    problem(api.send("notes/", NEW), 403)
    problem(api.send(WITHDRAWAL, {"reason": "x"}), 403)
    assert counts() == before


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, [1, 2]),
        ({"relationship": "us-cn"}, [1, 2]),
        ({"issue": "USCN-1"}, [1, 2]),
        ({"issue": "USCN-2"}, [1]),
        ({"issue": "USCN-3"}, []),
        ({"kind": "note"}, [2]),
        ({"ordering": "-key", "page_size": 1}, [2, 1]),
    ],
)
def test_a_filter_lets_through_what_it_names(
    issues: list[Issue], api: Api, query: dict[str, str], keys: list[int]
) -> None:
    a_note(*issues[:2])
    a_note(issues[0], kind="note", text="A remark.")
    a_note(issues[2], handling="restricted")
    assert api.keys(LIST, **query) == [f"USCN-N{number}" for number in keys]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_few_queries_however_long_it_is(
    issues: list[Issue], api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        a_note(*issues)
    # The token, its owner's memberships, its compartments; the notes and their issues.
    with django_assert_num_queries(5):
        assert len(api.get(LIST).json()["results"]) == count
