"""A claim that was wrong: withdrawn by the lead, or replaced, with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.api import Api, counts, fields, problem
from tests.records import TEXT, a_claim, a_source
from tests.world import NOW, World
from tracker.models import Claim, Issue

pytestmark = pytest.mark.django_db
LIST = "/api/v1/claims/"
NEW: dict[str, Any] = {"source": "USCN-S1", "issue": "USCN-1", "summary": "They said so."}
RESTRICTED = ("read", "write", "restricted")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["editor"])


@pytest.fixture
def issue(world: World) -> Issue:
    """With a source of which the text is held."""
    a_source(world, text=TEXT, publisher="Reuters")
    return world.issue()


class TestAWithdrawal:
    @pytest.fixture(autouse=True)
    def _claim(self, world: World, issue: Issue) -> None:
        a_claim(world, issue)

    PATH = "claims/USCN-Q1/withdrawal/"

    def test_is_the_leads_and_shows_who_when_and_why(self, world: World) -> None:
        found = Api(world.people["lead"]).added(self.PATH, {"reason": "Misread."})
        assert found["key"] == "USCN-Q1"
        assert found["withdrawn"] == {"at": "2026-02-09T07:00:00Z", "by": "lead", "reason": "Misread."}

    @pytest.mark.parametrize("name", ["viewer", "auditor", "editor"])
    def test_is_nobody_elses(self, world: World, name: str) -> None:
        before = counts()
        assert fields(Api(world.people[name]).send(self.PATH, {"reason": "Misread."}), 403) == ["role"]
        assert counts() == before
        assert Claim.objects.get().withdrawn_at is None

    def test_happens_once(self, world: World) -> None:
        lead = Api(world.people["lead"])
        lead.added(self.PATH, {"reason": "Misread."})
        before = counts()
        problem(lead.send(self.PATH, {"reason": "Again."}), 409)
        assert counts() == before

    @pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "\u200b"}, {"reason": 1}, {"reason": "x" * 2001}])
    def test_needs_a_reason(self, world: World, body: Any) -> None:
        before = counts()
        assert fields(Api(world.people["lead"]).send(self.PATH, body)) == ["reason"]
        assert counts() == before

    def test_of_a_claim_that_is_not_there_finds_nothing(self, world: World, issue: Issue) -> None:
        a_claim(world, issue, handling="restricted")
        lead = Api(world.people["lead"])
        answers = [lead.send(f"claims/{key}/withdrawal/", {}) for key in ("USCN-Q9", "USCN-Q900001")]
        assert {answer.status_code for answer in answers} == {404}
        assert answers[0].content == answers[1].content


def test_a_claim_is_replaced_with_a_reason_and_both_stay(world: World, issue: Issue, api: Api) -> None:
    a_claim(world, issue)
    found = api.added("claims/", NEW | {"replaces": "USCN-Q1", "reason": "It was another day."})
    assert (found["key"], found["replaces"]) == ("USCN-Q2", "USCN-Q1")
    former = api.get(f"{LIST}USCN-Q1/").json()
    assert (former["replaced_by"], former["withdrawn"]["reason"]) == ("USCN-Q2", "It was another day.")
    before = counts()
    problem(api.send("claims/", NEW | {"replaces": "USCN-Q1", "reason": "Again."}), 409)
    assert counts() == before


def test_a_restricted_successor_is_not_named_to_the_uncleared(world: World, issue: Issue, api: Api) -> None:
    a_claim(world, issue)
    cleared = Api(world.people["cleared_editor"], RESTRICTED)
    later = NEW | {"replaces": "USCN-Q1", "reason": "x", "handling": "restricted"}
    assert cleared.added("claims/", later)["key"] == "USCN-Q900001"
    assert api.get(f"{LIST}USCN-Q1/").json()["replaced_by"] is None
    assert cleared.get(f"{LIST}USCN-Q1/").json()["replaced_by"] == "USCN-Q900001"
