"""/api/v1/parties/: found by any name, in any script or spelling."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api import Api, fields, problem
from tests.records import SYSTEM, side
from tests.world import NOW, World
from tracker.actions.parties import Name, add_party

pytestmark = pytest.mark.django_db
LIST = "/api/v1/parties/"


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["viewer"])


@pytest.fixture(autouse=True)
def _spokesperson(world: World) -> None:
    names = [
        Name("Guo Jiakun"),
        Name("郭嘉昆", "zh", "native", dt.date(2024, 1, 1)),
        Name("Gou Jiakun", "en", "misspelling"),
    ]
    china = side(world, 2)
    add_party(relationship=world.home, code="GJK", kind="person", parent=china, names=names, by=SYSTEM, at=NOW)


def codes(api: Api, **query: str) -> list[str]:
    return [row["code"] for row in api.rows(LIST, **query)]


def test_a_party_is_shown_with_its_names(api: Api) -> None:
    assert api.rows(LIST)[1] == {
        "code": "GJK",
        "relationship": "us-cn",
        "kind": "person",
        "parent": "CN",
        "side": None,
        "names": [
            {"text": "Guo Jiakun", "language": "en", "kind": "display", "since": None},
            {"text": "Gou Jiakun", "language": "en", "kind": "misspelling", "since": None},
            {"text": "郭嘉昆", "language": "zh", "kind": "native", "since": "2024-01-01"},
        ],
    }


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("guo", ["GJK"]),
        ("GOU JIAKUN", ["GJK"]),
        ("Guó-Jiākūn", ["GJK"]),
        ("guojiakun", ["GJK"]),
        ("嘉昆", ["GJK"]),
        ("gjk", ["GJK"]),
        ("cn", ["CN"]),
        ("wang", []),
        ("%", []),
        ("_", []),
    ],
)
def test_any_spelling_in_any_script_finds_it(api: Api, q: str, found: list[str]) -> None:
    assert codes(api, q=q) == found


def test_each_relationship_keeps_its_own(world: World, api: Api) -> None:
    assert codes(api) == codes(api, relationship="us-cn") == ["CN", "GJK", "US"]
    assert codes(Api(world.people["stranger"])) == ["RU", "US"]
    assert fields(api.get(LIST, {"relationship": "us-ru"})) == ["relationship"]


def test_the_pages_of_the_list_are_the_list(api: Api) -> None:
    assert codes(api, page_size="1") == ["CN", "GJK", "US"]


def test_it_is_written_elsewhere(world: World) -> None:
    problem(Api(world.people["lead"]).send("parties/", {"code": "XX"}), 405)


@pytest.mark.parametrize("name", ["kind", "ordering", "code"])
def test_a_wrong_parameter_is_named(api: Api, name: str) -> None:
    assert fields(api.get(LIST, {name: "x"})) == [name]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_few_queries_however_long_it_is(
    world: World, api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        names = [Name(f"Minister {number}")]
        add_party(
            relationship=world.home,
            code=f"M{number}",
            kind="person",
            parent=side(world, 1),
            names=names,
            by=SYSTEM,
            at=NOW,
        )
    # The token, its owner's memberships, its compartments; the parties and their names.
    with django_assert_num_queries(5):
        assert len(api.get(LIST).json()["results"]) == count + 3
