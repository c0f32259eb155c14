"""/api/v1/positions/: what each party holds, its change, its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.api import Api, counts, fields, problem
from tests.records import SYSTEM, a_claim, a_position, side
from tests.world import NOW, World
from tracker.models import Issue, Position

pytestmark = pytest.mark.django_db
LIST = "/api/v1/positions/"
NEW: dict[str, Any] = {
    "issue": "USCN-1",
    "party": "CN",
    "kind": "demand",
    "text": "Less of it.",
    "claim": "USCN-Q1",
}
END: dict[str, Any] = {"until": "2026-02-08", "reason": "Given up."}
RESTRICTED = ("read", "write", "restricted")


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


def test_a_position_is_answered_with_its_claim_and_its_day(api: Api) -> None:
    assert api.added("positions/", NEW) == {
        "key": "USCN-P1",
        "relationship": "us-cn",
        "issue": "USCN-1",
        "party": "CN",
        "kind": "demand",
        "text": "Less of it.",
        "disclosure": "public",
        "since": "2026-02-05",
        "claim": "USCN-Q1",
        "ended": None,
        "handling": "open",
        "known_at": "2026-02-09T07:00:00Z",
        "known_at_stated": False,
        "recorded_at": "2026-02-09T07:00:00Z",
        "by": "editor",
        "withdrawn": None,
        "replaces": None,
        "replaced_by": None,
    }


def test_what_is_internal_has_no_claim(api: Api) -> None:
    body = {name: value for name, value in NEW.items() if name != "claim"} | {"disclosure": "internal"}
    found = api.added("positions/", body)
    assert (found["claim"], found["since"]) == (None, "2026-02-09")


def test_our_own_lines_are_restricted_unless_said_otherwise(world: World, api: Api) -> None:
    world.home.home_party = side(world, 1)
    world.home.save()
    ours = NEW | {"party": "US"}
    before = counts()
    assert fields(api.send("positions/", ours), 403) == ["handling"]
    assert counts() == before
    cleared = Api(world.people["cleared_editor"], RESTRICTED)
    found = cleared.added("positions/", ours)
    assert (found["key"], found["handling"]) == ("USCN-P900001", "restricted")
    assert api.keys(LIST) == []
    answers = [api.get(f"{LIST}{key}/") for key in ("USCN-P900001", "USCN-P9")]
    assert problem(answers[0], 404) == problem(answers[1], 404)
    assert cleared.added("positions/", ours | {"handling": "open"})["key"] == "USCN-P1"


def test_a_party_that_changes_its_position_holds_the_former_no_longer(api: Api) -> None:
    api.added("positions/", NEW)
    later = {"text": "None of it.", "since": "2026-02-07", "replaces": "USCN-P1", "reason": "Said on television."}
    found = api.added("positions/", NEW | later)
    assert (found["replaces"], found["since"]) == ("USCN-P1", "2026-02-07")
    former = api.get(f"{LIST}USCN-P1/").json()
    ended = {"until": "2026-02-07", "known_at": "2026-02-09T07:00:00Z", "reason": "Said on television."}
    assert (former["ended"], former["replaced_by"], former["withdrawn"]) == (ended, "USCN-P2", None)


def test_a_position_ends_once(api: Api) -> None:
    api.added("positions/", NEW)
    assert api.added("positions/USCN-P1/end/", END)["ended"]["until"] == "2026-02-08"
    before = counts()
    problem(api.send("positions/USCN-P1/end/", END), 409)
    assert counts() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": "2026-02-04"}, "until"),
        ({"until": "2026-02-20"}, "until"),
        ({"until": None}, "until"),
        ({"reason": " "}, "reason"),
        ({"since": "2026-02-01"}, "since"),
    ],
)
def test_a_wrong_end_is_refused(api: Api, wrong: dict[str, Any], field: str) -> None:
    api.added("positions/", NEW)
    before = counts()
    assert fields(api.send("positions/USCN-P1/end/", END | wrong)) == [field]
    assert counts() == before


def test_a_withdrawal_is_the_leads(api: Api, lead: Api) -> None:
    api.added("positions/", NEW)
    assert fields(api.send("positions/USCN-P1/withdrawal/", {"reason": "x"}), 403) == ["role"]
    assert lead.added("positions/USCN-P1/withdrawal/", {"reason": "Misread."})["withdrawn"]["by"] == "lead"
    problem(lead.send("positions/USCN-P1/withdrawal/", {"reason": "Again."}), 409)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"issue": "USCN-9"}, "issue"),
        ({"issue": "USRU-1"}, "issue"),
        ({"party": "RU"}, "party"),
        ({"party": None}, "party"),
        ({"kind": "wish"}, "kind"),
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"disclosure": "internal"}, "claim"),
        ({"disclosure": "secret"}, "disclosure"),
        ({"claim": "USCN-Q9"}, "claim"),
        ({"claim": "USCN-Q2"}, "claim"),
        ({"claim": "USCN-Q900001"}, "claim"),
        ({"since": "2026-02-20"}, "since"),
        ({"reason": "x"}, "reason"),
        ({"replaces": "USCN-P1"}, "reason"),
        ({"replaces": "USCN-P9", "reason": "x"}, "replaces"),
        ({"replaces": "USCN-P1", "reason": "x", "party": "US"}, "replaces"),
        ({"replaces": "USCN-P1", "reason": "x", "since": "2026-02-01"}, "since"),
        ({"until": "2026-02-08"}, "until"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    world: World, issue: Issue, api: Api, lead: Api, wrong: dict[str, Any], field: str
) -> None:
    world.issue(foreign=True)
    a_claim(world, issue)
    lead.added("claims/USCN-Q2/withdrawal/", {"reason": "Misread."})
    a_claim(world, issue, handling="restricted")
    api.added("positions/", NEW)
    before = counts()
    assert fields(api.send("positions/", NEW | wrong)) == [field]
    assert counts() == before


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_readers_write_nothing(world: World, issue: Issue, name: str) -> None:
    a_position(world, issue)
    api = Api(world.people[name])
    before = counts()
    problem(api.send("positions/", NEW), 403)
    problem(api.send("positions/USCN-P1/end/", END), 403)
    problem(api.send("positions/USCN-P1/withdrawal/", {"reason": "x"}), 403)
    assert counts() == before
    assert api.keys(LIST) == ["USCN-P1"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, [1, 2, 3]),
        ({"relationship": "us-cn"}, [1, 2, 3]),
        ({"issue": "USCN-2"}, [2]),
        ({"party": "CN"}, [3]),
        ({"kind": "red_line"}, [2]),
        ({"disclosure": "internal"}, [3]),
        ({"held": "true"}, [2]),
        ({"held": "false"}, [1, 3]),
        ({"ordering": "-key", "page_size": 2}, [3, 2, 1]),
    ],
)
def test_a_filter_lets_through_what_it_names(
    world: World, issue: Issue, api: Api, lead: Api, query: dict[str, str], keys: list[int]
) -> None:
    a_position(world, issue)
    a_position(world, world.issue(), kind="red_line")
    a_position(world, issue, party=side(world, 2), disclosure="internal")
    a_position(world, issue, handling="restricted")
    api.added("positions/USCN-P1/end/", END)
    lead.added("positions/USCN-P3/withdrawal/", {"reason": "Misread."})
    assert api.keys(LIST, **query) == [f"USCN-P{number}" for number in keys]


@pytest.mark.parametrize("name", ["issue", "party", "kind", "held", "since", "relationship"])
def test_a_wrong_parameter_is_named(api: Api, name: str) -> None:
    assert fields(api.get(LIST, {name: "RU"})) == [name]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_few_queries_however_long_it_is(
    world: World, issue: Issue, api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        a_position(world, issue, by=world.access("editor"))
    assert Position.objects.count() == count
    # The token, its owner's memberships, its compartments; the positions.
    with django_assert_num_queries(4):
        assert len(api.get(LIST).json()["results"]) == count


def test_what_the_system_wrote_is_by_nobody(world: World, issue: Issue, api: Api) -> None:
    a_position(world, issue, by=SYSTEM)
    assert api.rows(LIST)[0]["by"] is None
