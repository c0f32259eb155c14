"""/api/v1/links/ within a relationship, and /api/v1/same-matters/ across two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from core.actions.members import add_member
from tests.api import Api, counts, fields, problem
from tests.records import SYSTEM, a_claim, a_link
from tests.world import NOW, World
from tracker.models import Issue, SameMatter

pytestmark = pytest.mark.django_db
LIST = "/api/v1/links/"
MATTERS = "/api/v1/same-matters/"
NEW: dict[str, Any] = {"from_issue": "USCN-1", "to_issue": "USCN-2", "kind": "traded_for"}
SAME = {"one": "USRU-1", "other": "USCN-1"}
WITHDRAWAL = "links/USCN-L1/withdrawal/"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def issues(world: World) -> list[Issue]:
    return [world.issue(title) for title in ("Soybeans", "Tariffs", "Chips")]


@pytest.fixture
def api(world: World, issues: list[Issue]) -> Api:
    return Api(world.people["editor"])


def test_a_link_says_who_asserts_it_and_where(world: World, issues: list[Issue], api: Api) -> None:
    a_claim(world, issues[0])
    found = api.added("links/", NEW | {"asserted_by": "CN", "claim": "USCN-Q1", "text": "One for the other."})
    shown = ("key", "from_issue", "to_issue", "kind", "asserted_by", "claim", "text")
    assert {name: found[name] for name in shown} == {
        "key": "USCN-L1",
        **NEW,
        "asserted_by": "CN",
        "claim": "USCN-Q1",
        "text": "One for the other.",
    }


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"to_issue": "USCN-1"}, "to_issue", 400),
        ({"to_issue": "USRU-1"}, "to_issue", 400),
        ({"to_issue": "USCN-900001"}, "to_issue", 400),
        ({"from_issue": "USCN-9"}, "from_issue", 400),
        ({"from_issue": None}, "from_issue", 400),
        ({"kind": "same_matter"}, "kind", 400),
        ({"asserted_by": "RU"}, "asserted_by", 400),
        ({"claim": "USCN-Q9"}, "claim", 400),
        ({"text": "\u200b"}, "text", 400),
        ({"text": "x" * 501}, "text", 400),
        ({"issue": "USCN-1"}, "issue", 400),
        ({"kind": "related", "from_issue": "USCN-3", "to_issue": "USCN-1"}, "to_issue", 409),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    world: World, issues: list[Issue], api: Api, wrong: dict[str, Any], field: str, status: int
) -> None:
    world.issue(foreign=True)
    world.issue(handling="restricted")
    a_link(issues[0], issues[2], kind="related")
    before = counts()
    assert fields(api.send("links/", NEW | wrong), status) == [field]
    assert counts() == before


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, [1, 2]),
        ({"relationship": "us-cn"}, [1, 2]),
        ({"issue": "USCN-1"}, [1, 2]),
        ({"issue": "USCN-2"}, [1]),
        ({"issue": "USCN-3"}, [2]),
        ({"kind": "part_of"}, [2]),
        ({"kind": "related"}, []),
        ({"ordering": "-key", "page_size": 1}, [2, 1]),
    ],
)
def test_a_link_is_shown_from_both_ends(issues: list[Issue], api: Api, query: dict[str, str], keys: list[int]) -> None:
    a_link(issues[0], issues[1])
    a_link(issues[2], issues[0], kind="part_of")
    a_link(issues[1], issues[2], handling="restricted")
    assert api.keys(LIST, **query) == [f"USCN-L{number}" for number in keys]


def test_a_withdrawal_is_the_leads(world: World, issues: list[Issue], api: Api) -> None:
    a_link(*issues[:2])
    assert fields(api.send(WITHDRAWAL, {"reason": "x"}), 403) == ["role"]
    assert Api(world.people["lead"]).added(WITHDRAWAL, {"reason": "Nobody said so."})["withdrawn"]["by"] == "lead"
    assert api.added("links/", NEW)["key"] == "USCN-L2"


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_readers_write_nothing(world: World, issues: list[Issue], name: str) -> None:
    a_link(*issues[:2])
    api = Api(world.people[name])
    before = counts()
    problem(api.send("links/", NEW | {"kind": "related"}), 403)
    problem(api.send(WITHDRAWAL, {"reason": "x"}), 403)
    assert counts() == before


def test_a_restricted_link_answers_as_a_missing_one(issues: list[Issue], api: Api) -> None:
    a_link(*issues[:2], handling="restricted")
    answers = [api.get(f"{LIST}{key}/") for key in ("USCN-L900001", "USCN-L9")]
    assert problem(answers[0], 404) == problem(answers[1], 404)
    # Nor does it stand in the way of an open one.
    assert api.added("links/", NEW)["key"] == "USCN-L1"


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_takes_the_same_few_queries_however_long_it_is(
    world: World, issues: list[Issue], api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claim = a_claim(world, issues[0])
    for _ in range(count):
        a_link(issues[0], world.issue(), claim=claim, asserted_by=claim.speaker)
    # The token, its owner's memberships, its compartments; the links.
    with django_assert_num_queries(4):
        assert len(api.get(LIST).json()["results"]) == count


class TestTheSameMatter:
    @pytest.fixture(autouse=True)
    def _issues(self, world: World, issues: list[Issue]) -> None:
        world.issue("Soybeans", foreign=True)

    @pytest.fixture
    def both(self, world: World, api: Api) -> Api:
        """The editor writes in both relationships."""
        editor = world.people["editor"]
        add_member(compartment=world.foreign, user=editor, role="editor", cleared=False, by=SYSTEM, at=NOW)
        return api

    def test_is_there_for_those_who_see_both_ends(self, world: World, both: Api) -> None:
        found = both.added("same-matters/", SAME)
        assert found == {
            "id": SameMatter.objects.get().pk,
            "one": {"key": "USCN-1", "relationship": "us-cn", "title": "Soybeans"},
            "other": {"key": "USRU-1", "relationship": "us-ru", "title": "Soybeans"},
            "noted_at": "2026-02-09T07:00:00Z",
            "by": "editor",
            "ended_at": None,
        }
        assert both.rows(MATTERS) == [found]
        for name in ("viewer", "cleared_lead", "stranger"):
            other = Api(world.people[name], ("read", "write", "restricted"))
            assert other.rows(MATTERS) == []
            for path in (f"{found['id']}/", "987654/"):
                assert problem(other.get(f"{MATTERS}{path}"), 404)["detail"] == "There is no such record."
            problem(other.send(f"same-matters/{found['id']}/end/", {}), 404)
        assert SameMatter.objects.get().ended_at is None

    def test_is_not_there_where_one_end_is_restricted(self, world: World, both: Api) -> None:
        hidden = world.issue(handling="restricted")
        answers = [both.send("same-matters/", SAME | {"other": key}) for key in (hidden.key, "USCN-99")]
        assert fields(answers[0]) == ["other"]
        assert answers[0].content.replace(hidden.key.encode(), b"USCN-99") == answers[1].content

    def test_ends_once_and_stays_on_record(self, both: Api) -> None:
        link = both.added("same-matters/", SAME)
        ended = both.added(f"same-matters/{link['id']}/end/", {})
        assert (ended["ended_at"], both.rows(MATTERS)) == ("2026-02-09T07:00:00Z", [])
        before = counts()
        problem(both.send(f"same-matters/{link['id']}/end/", {}), 409)
        assert counts() == before

    @pytest.mark.parametrize(
        ("body", "field", "status"),
        [
            ({"one": "USCN-1"}, "other", 400),
            (SAME | {"one": "USCN-2"}, "other", 400),
            (SAME | {"one": "USRU-9"}, "one", 400),
            (SAME | {"one": 7}, "one", 400),
            (SAME | {"kind": "related"}, "kind", 400),
            ({"one": SAME["other"], "other": SAME["one"]}, "other", 409),
        ],
    )
    def test_is_refused_where_something_is_wrong(self, both: Api, body: Any, field: str, status: int) -> None:
        both.added("same-matters/", SAME)
        before = counts()
        assert fields(both.send("same-matters/", body), status) == [field]
        assert counts() == before

    def test_is_said_by_those_who_write_in_both(self, world: World, api: Api) -> None:
        editor = world.people["editor"]
        add_member(compartment=world.foreign, user=editor, role="viewer", cleared=False, by=SYSTEM, at=NOW)
        before = counts()
        assert fields(api.send("same-matters/", SAME), 403) == ["role"]
        assert counts() == before

    @pytest.mark.parametrize("count", [1, 10])
    def test_list_takes_the_same_few_queries_however_long_it_is(
        self, world: World, both: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(count):
            both.added("same-matters/", SAME | {"other": world.issue().key})
        # The token, its owner's memberships, its compartments; the links.
        with django_assert_num_queries(4):
            assert len(both.get(MATTERS).json()["results"]) == count
