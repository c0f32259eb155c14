"""GET /api/v1/issues/: what is on it, and how it is narrowed, sorted and turned page by page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api import Api, fields, problem
from tests.world import NOW, World
from tracker.models import Flag, Issue

pytestmark = pytest.mark.django_db
LIST = "/api/v1/issues/"


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["viewer"])


def flag(issue: Issue) -> Flag:
    return Flag.objects.create(
        relationship=issue.relationship,
        subject_kind="issue",
        subject_id=issue.pk,
        rule="silence",
        since=issue.last_substantive_on,
        raised_at=NOW,
        handling=issue.handling,
    )


def test_an_issue_is_shown_with_its_fields_and_standing_flags(world: World, api: Api) -> None:
    parent = world.issue("Farm goods")
    flag(
        world.issue("Soybeans", parent=parent, assignee=world.people["editor"], summary="Purchases.", category="trade")
    )
    assert api.rows()[1] == {
        "key": "USCN-2",
        "relationship": "us-cn",
        "title": "Soybeans",
        "summary": "Purchases.",
        "category": "trade",
        "status": "raised",
        "trend": None,
        "priority": "normal",
        "assignee": "editor",
        "parent": "USCN-1",
        "next_review": None,
        "last_substantive_on": "2026-02-02",
        "handling": "open",
        "version": 2,
        "flags": [{"rule": "silence", "level": "notice", "since": "2026-02-02", "raised_at": "2026-02-09T07:00:00Z"}],
    }


def test_only_visible_issues_are_listed(world: World, api: Api) -> None:
    world.issue()
    world.issue(foreign=True)
    world.issue(handling="restricted")
    assert api.keys() == ["USCN-1"]
    assert Api(world.people["stranger"]).keys() == ["USRU-1"]


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_list_takes_the_same_few_queries_however_long_it_is(
    world: World, api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    parent = world.issue("Farm goods")
    for number in range(count):
        flag(world.issue(f"Issue {number}", parent=parent, assignee=world.people["editor"]))
    # The token, its owner's memberships, its compartments; the issues; their flags.
    with django_assert_num_queries(5):
        assert len(api.get(LIST).json()["results"]) == count + 1


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"relationship": "us-cn"}, ["USCN-1", "USCN-2", "USCN-3"]),
        ({"status": "negotiating"}, ["USCN-2"]),
        ({"priority": "high"}, ["USCN-3"]),
        ({"category": "trade"}, ["USCN-1"]),
        ({"trend": "easing"}, []),
        ({"assignee": "editor"}, ["USCN-2"]),
        ({"parent": "USCN-1"}, ["USCN-3"]),
        ({"flagged": "true"}, ["USCN-3"]),
        ({"flagged": "false"}, ["USCN-1", "USCN-2"]),
        ({"silent_since": "2026-01-31"}, ["USCN-2"]),
        ({"q": "SOY"}, ["USCN-1"]),
        ({"q": "arms export"}, ["USCN-2"]),
        ({"q": "uscn-3"}, ["USCN-3"]),
        ({"q": "100%"}, []),
        ({"q": "_"}, []),
        ({"q": "soy", "category": "security"}, []),
        ({"ordering": "-key"}, ["USCN-3", "USCN-2", "USCN-1"]),
        ({"ordering": "-last_substantive_on"}, ["USCN-3", "USCN-1", "USCN-2"]),
        ({"ordering": "last_substantive_on"}, ["USCN-2", "USCN-1", "USCN-3"]),
    ],
)
def test_a_filter_lets_through_what_it_names(world: World, api: Api, query: dict[str, str], keys: list[str]) -> None:
    soy = world.issue("Soybeans", category="trade")
    january = dt.date(2026, 1, 5)
    world.issue(
        "Arms sales", status="negotiating", summary="Of exports.", assignee=world.people["editor"], occurred_on=january
    )
    flag(world.issue("Feed", priority="high", parent=soy))
    assert api.keys(**query) == keys


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"relationship": "us-xx"}, "relationship"),
        ({"assignee": "nobody"}, "assignee"),
        ({"parent": "USCN-99"}, "parent"),
        ({"status": "open"}, "status"),
        ({"status": ""}, "status"),
        ({"status": "Raised"}, "status"),
        ({"flagged": "1"}, "flagged"),
        ({"flagged": "True"}, "flagged"),
        ({"silent_since": "2026-02-30"}, "silent_since"),
        ({"q": " "}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a b c d e f g h i j k"}, "q"),
        ({"ordering": "password"}, "ordering"),
        ({"ordering": "parent__title"}, "ordering"),
        ({"ordering": "title"}, "ordering"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "-1"}, "page_size"),
        ({"page_size": "١"}, "page_size"),
        ({"page_size": "1_0"}, "page_size"),
        ({"page_size": "+1"}, "page_size"),
        ({"page_size": ""}, "page_size"),
        ({"unknown": "1"}, "unknown"),
        ({"id__in": "1"}, "id__in"),
        ({"format": "json"}, "format"),
        ({"status": ["raised", "raised"]}, "status"),
    ],
)
def test_a_wrong_parameter_is_named(world: World, api: Api, query: dict[str, Any], field: str) -> None:
    world.issue()
    assert fields(api.get(LIST, query)) == [field]


def test_all_wrong_parameters_are_named_at_once(world: World, api: Api) -> None:
    assert set(fields(api.get(LIST, {"status": "x", "flagged": "y", "page_size": "z"}))) == {
        "status",
        "flagged",
        "page_size",
    }


@pytest.mark.parametrize(
    ("name", "foreign", "missing"),
    [("relationship", "us-ru", "us-xx"), ("assignee", "stranger", "strangel"), ("parent", "USRU-1", "USRU-9")],
)
def test_a_foreign_record_answers_as_a_missing_one(
    world: World, api: Api, name: str, foreign: str, missing: str
) -> None:
    world.issue(foreign=True)
    answers = [api.get(LIST, {name: value}) for value in (foreign, missing)]
    assert fields(answers[0]) == [name]
    bodies = [
        answer.content.replace(value.encode(), b"") for answer, value in zip(answers, (foreign, missing), strict=True)
    ]
    assert bodies[0] == bodies[1]
    # The length alone tells the value that was sent.
    headers = [{**answer.headers, "Content-Length": ""} for answer in answers]
    assert headers[0] == headers[1]


def test_a_restricted_parent_answers_as_a_missing_one(world: World, api: Api) -> None:
    world.issue(handling="restricted")
    assert fields(api.get(LIST, {"parent": "USCN-1"})) == ["parent"]


def test_a_flag_on_a_restricted_issue_is_no_oracle(world: World, api: Api) -> None:
    flag(world.issue(handling="restricted"))
    assert api.keys(flagged="true") == []


@pytest.mark.parametrize("ordering", ["key", "-key", "last_substantive_on", "-last_substantive_on"])
def test_the_pages_of_a_list_are_the_list(world: World, api: Api, ordering: str) -> None:
    for number in range(7):
        world.issue(f"Issue {number}", occurred_on=dt.date(2026, 2, 1 + number // 3))
    whole = api.keys(ordering=ordering)
    assert len(whole) == 7
    for size in (1, 2, 6, 7, 8):
        assert api.keys(ordering=ordering, page_size=size) == whole


def test_pages_go_on_over_relationships(world: World) -> None:
    from core.access import Access
    from core.actions.members import add_member

    viewer = world.people["viewer"]
    add_member(compartment=world.foreign, user=viewer, role="viewer", cleared=False, by=Access.system(), at=NOW)
    for foreign in (True, False, True, False):
        world.issue(foreign=foreign)
    assert Api(viewer).keys(page_size=1) == ["USCN-1", "USCN-2", "USRU-1", "USRU-2"]


def test_a_row_added_on_the_way_neither_doubles_nor_hides_another(world: World, api: Api) -> None:
    for _ in range(3):
        world.issue()
    first = api.get(LIST, {"page_size": 2, "ordering": "-key"}).json()
    world.issue()
    assert [row["key"] for row in first["results"]] == ["USCN-3", "USCN-2"]
    assert [row["key"] for row in api.get(first["next"]).json()["results"]] == ["USCN-1"]


def test_a_page_has_at_most_200_rows(world: World, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.api.pages.LARGEST", 2)
    for _ in range(3):
        world.issue()
    for size in (3, 10**9, 2**63):
        answer = api.get(LIST, {"page_size": size})
        assert answer.status_code == 200 or fields(answer) == ["page_size"]
    assert len(api.get(LIST, {"page_size": 10**9}).json()["results"]) == 2


class TestACursor:
    @pytest.fixture
    def next_(self, world: World, api: Api) -> str:
        for _ in range(3):
            world.issue()
        address: str = api.get(LIST, {"page_size": 1, "ordering": "-key"}).json()["next"]
        return address

    def test_goes_on_with_another_page_size(self, api: Api, next_: str) -> None:
        assert len(api.get(next_.replace("page_size=1", "page_size=50")).json()["results"]) == 2

    @pytest.mark.parametrize(
        "change",
        [lambda url: url[:-1], lambda url: url + "A", lambda url: url[:-20] + "x" * 20, lambda url: url + "%3A1"],
    )
    def test_that_was_tampered_with_is_refused(self, api: Api, next_: str, change: Any) -> None:
        assert fields(api.get(change(next_))) == ["cursor"]

    @pytest.mark.parametrize(
        "cursor", ["p=notadate", "2026-02-30", "9999", "", "x:y:z", "١", "x" * 5000, "e30:1:1", "[]"]
    )
    def test_that_was_made_up_is_refused(self, api: Api, cursor: str) -> None:
        assert fields(api.get(LIST, {"cursor": cursor})) == ["cursor"]

    def test_of_another_order_or_filter_is_refused(self, api: Api, next_: str) -> None:
        assert fields(api.get(next_.replace("ordering=-key", "ordering=key"))) == ["cursor"]
        assert fields(api.get(next_ + "&status=raised")) == ["cursor"]

    def test_of_another_list_is_refused(self, api: Api, next_: str) -> None:
        cursor = next_.partition("cursor=")[2].partition("&")[0]
        assert fields(
            api.client.get(
                f"/api/v1/issues/USCN-1/status-changes/?cursor={cursor}",
                headers={"Authorization": f"Bearer {api.text}"},
            )
        ) == ["cursor"]

    def test_of_another_reader_is_refused(self, world: World, next_: str) -> None:
        assert fields(Api(world.people["editor"]).get(next_)) == ["cursor"]


def test_the_answers_are_for_one_reader_and_kept_by_no_cache(world: World, api: Api) -> None:
    assert api.get(LIST)["Cache-Control"] == "private, no-store"
    assert problem(api.get(LIST, {"x": "1"}), 400)
