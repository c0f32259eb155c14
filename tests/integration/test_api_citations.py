"""The claims that a move of the status rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from core.access import Access
from tests.api import Api, counts, fields, problem
from tests.records import a_claim
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.records import withdraw
from tracker.models import Claim, Issue, StatusChange

pytestmark = pytest.mark.django_db
ONE = "/api/v1/issues/USCN-1/"
HISTORY = f"{ONE}status-changes/"
MOVE: dict[str, Any] = {"to": "discussing", "reason": "Said in Beijing.", "occurred_on": "2026-02-08"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["editor"])


@pytest.fixture
def issue(world: World) -> Issue:
    return world.issue(status="raised")


class TestTheClaimsOfAMove:
    CLAIMS = "issues/USCN-1/status-changes/USCN-1-H2/claims/"

    @pytest.fixture(autouse=True)
    def _claims(self, world: World, issue: Issue) -> None:
        """1 to 3 are open, the third of them withdrawn; one is restricted."""
        for _ in range(3):
            a_claim(world, issue)
        withdraw(record=Claim.objects.get(key="USCN-Q3"), reason="A slip.", by=Access.system(), at=NOW)
        a_claim(world, issue, handling="restricted")

    def test_are_named_with_it(self, api: Api) -> None:
        answer = api.move("USCN-1", {**MOVE, "claims": ["USCN-Q2", "USCN-Q1", "USCN-Q2"]})
        assert (answer.status_code, answer.json()["claims"]) == (201, ["USCN-Q1", "USCN-Q2"])
        assert api.get(ONE).json()["history"][1]["claims"] == ["USCN-Q1", "USCN-Q2"]

    def test_or_found_later(self, api: Api) -> None:
        api.move("USCN-1", {**MOVE, "claims": ["USCN-Q1"]})
        found = api.added(self.CLAIMS, {"claims": ["USCN-Q1", "USCN-Q2"]})
        assert (found["id"], found["claims"]) == ("USCN-1-H2", ["USCN-Q1", "USCN-Q2"])
        before = counts()
        assert api.send(self.CLAIMS, {"claims": ["USCN-Q1"]}).status_code == 201
        assert counts() == before

    def test_or_named_with_its_correction(self, api: Api) -> None:
        api.move("USCN-1", MOVE)
        answer = api.move("USCN-1", {**MOVE, "supersedes": "USCN-1-H2", "claims": ["USCN-Q1"]})
        assert answer.json()["claims"] == ["USCN-Q1"]

    def test_are_shown_to_those_who_see_them(self, world: World, api: Api) -> None:
        cleared = Api(world.people["cleared_editor"], ("read", "write", "restricted"))
        answer = cleared.move("USCN-1", {**MOVE, "claims": ["USCN-Q1", "USCN-Q900001"]})
        assert answer.json()["claims"] == ["USCN-Q1", "USCN-Q900001"]
        assert api.rows(HISTORY)[1]["claims"] == ["USCN-Q1"]
        assert api.get(ONE).json()["history"][1]["claims"] == ["USCN-Q1"]
        assert api.get(f"{HISTORY}USCN-1-H2/").json()["claims"] == ["USCN-Q1"]

    def test_are_shown_from_the_day_on_which_they_were_known(self, world: World, issue: Issue, api: Api) -> None:
        api.move("USCN-1", MOVE)
        a_claim(world, issue, at=NOW.replace(hour=8))
        cite(
            change=StatusChange.objects.get(seq=2),
            claims=[Claim.objects.latest("recorded_at")],
            by=Access.system(),
            at=NOW.replace(hour=8),
        )
        shown = [api.get(ONE, query).json()["history"][1]["claims"] for query in ({}, {"known_at": NOW.isoformat()})]
        assert shown == [["USCN-Q4"], []]

    @pytest.mark.parametrize(
        "claims", [["USCN-Q9"], ["USRU-Q1"], ["USCN-Q900001"], ["USCN-Q1", "USCN-Q3"], [], "USCN-Q1"]
    )
    def test_are_refused_where_they_are_not_known(self, world: World, api: Api, claims: Any) -> None:
        api.move("USCN-1", MOVE)
        before = counts()
        assert fields(api.send(self.CLAIMS, {"claims": claims})) == ["claims"]
        assert fields(api.move("USCN-1", {**MOVE, "to": "negotiating", "claims": claims})) == ["claims"]
        assert counts() == before

    def test_have_no_meaning_in_a_void(self, api: Api) -> None:
        api.move("USCN-1", MOVE)
        void = {"to": None, "reason": "x", "supersedes": "USCN-1-H2", "claims": ["USCN-Q1"]}
        assert fields(api.move("USCN-1", void)) == ["claims"]

    @pytest.mark.parametrize("name", ["viewer", "auditor"])
    def test_are_added_by_no_reader(self, world: World, api: Api, name: str) -> None:
        api.move("USCN-1", MOVE)
        before = counts()
        problem(Api(world.people[name]).send(self.CLAIMS, {"claims": ["USCN-Q1"]}), 403)
        assert counts() == before

    def test_of_a_row_that_is_not_there_are_not_found(self, api: Api) -> None:
        problem(api.send(self.CLAIMS, {}), 404)
