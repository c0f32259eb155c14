"""A restricted source, for those who are cleared and those who are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.api import Api, counts, fields, problem
from tests.records import TEXT, a_claim, a_source
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LIST = "/api/v1/sources/"
ONE = f"{LIST}USCN-S1/"
NEW: dict[str, Any] = {"relationship": "us-cn", "title": "A statement"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["editor"])


def edit(api: Api, values: Any, if_match: str | None = "now") -> Any:
    if if_match == "now":
        if_match = api.get(ONE)["ETag"]
    return api.send("sources/USCN-S1/", values, "PATCH", If_Match=if_match)


class TestARestrictedSource:
    @pytest.fixture(autouse=True)
    def _source(self, world: World) -> None:
        a_source(world, handling="restricted", text=TEXT, url="https://example.org/a")

    KEY = "USCN-S900001"

    def test_is_not_there_for_the_uncleared(self, world: World, api: Api) -> None:
        assert api.keys(LIST) == []
        answers = [api.get(f"{LIST}{key}/{path}") for key in (self.KEY, "USCN-S9") for path in ("", "text/")]
        assert {(problem(answer, 404)["detail"]) for answer in answers} == {"There is no such record."}
        assert len({answer.content for answer in answers}) == 1
        for body in ({"title": "x"}, {}):
            problem(api.send(f"sources/{self.KEY}/", body, "PATCH", If_Match='"v1"'), 404)

    def test_as_an_origin_answers_as_a_missing_one(self, world: World, api: Api) -> None:
        answers = [api.send("sources/", NEW | {"derives_from": key}) for key in (self.KEY, "USCN-S900009")]
        assert fields(answers[0]) == ["derives_from"]
        assert len({answer.content.replace(b"900009", b"900001") for answer in answers}) == 1

    def test_does_not_keep_the_uncleared_from_taking_up_the_same_page(self, world: World, api: Api) -> None:
        assert api.added("sources/", NEW | {"url": "https://example.org/a"})["key"] == "USCN-S1"

    def test_is_there_for_the_cleared_and_for_their_tokens_of_that_scope(self, world: World) -> None:
        cleared = world.people["cleared_editor"]
        assert Api(cleared).keys(LIST) == []
        api = Api(cleared, ("read", "write", "restricted"))
        assert api.keys(LIST) == [self.KEY]
        assert api.get(f"{LIST}{self.KEY}/text/").json()["text"] == TEXT
        assert api.added("sources/", NEW | {"derives_from": self.KEY})["handling"] == "restricted"


def test_only_the_cleared_restrict_a_source_and_open_it(world: World, api: Api) -> None:
    source = a_source(world)
    a_claim(world, world.issue(), source)
    before = counts()
    assert fields(edit(api, {"handling": "restricted"}), 403) == ["handling"]
    assert counts() == before
    cleared = Api(world.people["cleared_editor"], ("read", "write", "restricted"))
    assert edit(cleared, {"handling": "restricted"}).json()["handling"] == "restricted"
    assert api.keys(LIST) == api.keys("/api/v1/claims/") == []
    assert edit(cleared, {"handling": "open"}).json()["handling"] == "open"
    assert (api.keys(LIST), api.keys("/api/v1/claims/")) == (["USCN-S1"], [])


def test_an_open_source_cannot_come_to_rest_on_a_restricted_one(world: World) -> None:
    a_source(world)
    a_source(world, handling="restricted")
    cleared = Api(world.people["cleared_editor"], ("read", "write", "restricted"))
    before = counts()
    answer = edit(cleared, {"derives_from": "USCN-S900001"})
    assert answer.status_code in (400, 409), answer.content
    assert counts() == before
