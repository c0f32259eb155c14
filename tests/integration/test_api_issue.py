"""GET /api/v1/issues/USCN-1/: one issue, its history, and its status at two clocks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.api import Api, fields, problem
from tests.world import NOW, World
from tracker.actions.statuses import change_status, correct_status
from tracker.models import Issue

pytestmark = pytest.mark.django_db
ONE = "/api/v1/issues/USCN-1/"
FEBRUARY = dt.date(2026, 2, 1)


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["editor"])


@pytest.fixture
def corrected(world: World) -> Issue:
    """Raised on 1 January. Thought to be negotiated from 3 February on, known on the 9th; in truth, as known on the
    20th, it was only discussed, on the 4th."""
    issue = world.issue(status="raised", occurred_on=dt.date(2026, 1, 1))
    common: dict[str, Any] = {"issue": issue, "by": world.access("editor")}
    change_status(
        version=issue.version,
        to="negotiating",
        reason="An offer.",
        occurred_on=dt.date(2026, 2, 3),
        trend="easing",
        at=NOW,
        **common,
    )
    correct_status(
        version=issue.version,
        seq=2,
        to="discussing",
        reason="It was no offer.",
        occurred_on=dt.date(2026, 2, 4),
        at=dt.datetime(2026, 2, 20, 12, tzinfo=dt.UTC),
        **common,
    )
    return issue


def test_an_issue_comes_with_its_history(corrected: Issue, api: Api) -> None:
    found = api.get(ONE).json()
    assert (found["status"], found["trend"], found["as_of"], found["known_at"]) == ("discussing", None, None, None)
    first, wrong, right = found["history"]
    assert (first["id"], first["from"], first["to"], first["by"]) == ("USCN-1-H1", None, "raised", None)
    assert (wrong["superseded_by"], wrong["in_force"], wrong["trend"]) == ("USCN-1-H3", False, "easing")
    assert right == {
        "id": "USCN-1-H3",
        "seq": 3,
        "from": "raised",
        "to": "discussing",
        "trend": None,
        "reason": "It was no offer.",
        "occurred_on": "2026-02-04",
        "known_at": "2026-02-20T12:00:00Z",
        "known_at_stated": False,
        "recorded_at": "2026-02-20T12:00:00Z",
        "by": "editor",
        "supersedes": "USCN-1-H2",
        "superseded_by": None,
        "in_force": True,
        "claims": [],
    }


@pytest.mark.parametrize(
    ("query", "status", "trend", "rows"),
    [
        ({"as_of": "2026-02-03"}, "raised", None, 3),
        ({"as_of": "2026-02-04"}, "discussing", None, 3),
        ({"as_of": "2025-12-31"}, None, None, 3),
        ({"known_at": "2026-02-09T07:00:00Z"}, "negotiating", "easing", 2),
        ({"known_at": "2026-02-09T06:59:59Z"}, None, None, 0),
        ({"known_at": "2026-02-09T15:00:00+08:00"}, "negotiating", "easing", 2),
        ({"known_at": "2026-02-20"}, "discussing", None, 3),
        ({"known_at": "2026-02-19"}, "negotiating", "easing", 2),
        ({"as_of": "2026-02-03", "known_at": "2026-02-19"}, "negotiating", "easing", 2),
        ({"as_of": "2026-02-02", "known_at": "2026-02-19"}, "raised", None, 2),
    ],
)
def test_its_status_is_read_at_two_clocks(
    corrected: Issue, api: Api, query: dict[str, str], status: str | None, trend: str | None, rows: int
) -> None:
    found = api.get(ONE, query).json()
    assert (found["status"], found["trend"], len(found["history"])) == (status, trend, rows)
    assert found["allowed_moves"] == []


def test_what_was_thought_then_is_shown_as_in_force_then(corrected: Issue, api: Api) -> None:
    wrong = api.get(ONE, {"known_at": "2026-02-19"}).json()["history"][1]
    assert (wrong["in_force"], wrong["superseded_by"]) == (True, None)


def test_the_two_clocks_are_echoed_as_they_were_understood(corrected: Issue, api: Api) -> None:
    found = api.get(ONE, {"as_of": "2026-02-01", "known_at": "2026-02-01"}).json()
    assert (found["as_of"], found["known_at"]) == ("2026-02-01", "2026-02-01T23:59:59.999999Z")


@pytest.mark.parametrize("name", ["as_of", "known_at"])
@pytest.mark.parametrize(
    "text", ["0000-01-01", "10000-01-01", "9999-12-31", "2026-02-30", "٢٠٢٦-٠٢-٠٩", "yesterday", "", "20260209", "NaN"]
)
def test_a_day_that_is_none_is_named(corrected: Issue, api: Api, name: str, text: str) -> None:
    assert fields(api.get(ONE, {name: text})) == [name]


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "2026-02-09T07:00:00", "2026-02-09T07:00:00 08:00"]
)
def test_an_instant_that_is_none_is_named(corrected: Issue, api: Api, text: str) -> None:
    assert fields(api.get(ONE, {"known_at": text})) == ["known_at"]


def test_the_moves_that_the_table_allows_are_offered_to_who_may_make_them(world: World, api: Api) -> None:
    world.issue(status="closed")
    assert api.get(ONE).json()["allowed_moves"] == ["watch", "raised"]
    assert Api(world.people["viewer"]).get(ONE).json()["allowed_moves"] == []


def test_the_etag_is_the_version(corrected: Issue, api: Api) -> None:
    answer = api.get(ONE)
    assert answer["ETag"] == f'"v{answer.json()["version"]}"'


def test_reading_takes_the_same_few_queries_however_long_the_history(
    world: World, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issue = world.issue(status="raised", occurred_on=FEBRUARY)
    with time_machine.travel(NOW):
        for to in ["discussing", "stalled"] * 5:
            reason = {"reason": "Said in Beijing.", "occurred_on": FEBRUARY, "by": world.access("editor"), "at": NOW}
            change_status(issue=issue, version=issue.version, to=to, **reason)  # type: ignore[arg-type]
    # The token, its owner's memberships, its compartments; the issue; its deadlines; its history, the claims of that,
    # its flags.
    with django_assert_num_queries(8):
        assert len(api.get(ONE).json()["history"]) == 11


@pytest.mark.parametrize("path", ["", "status-changes/", "status-changes/{key}-H1/"])
def test_a_foreign_and_a_restricted_issue_answer_as_a_missing_one(world: World, api: Api, path: str) -> None:
    answers = [
        api.get(f"/api/v1/issues/{key}/{path.format(key=key)}")
        for key in ("USCN-99", world.issue(foreign=True).key, world.issue(handling="restricted").key)
    ]
    for answer in answers:
        problem(answer, 404)
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_nothing_is_written_by_asking(corrected: Issue, api: Api) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"):
        answer = api.call(method, ONE, b"{}")
        assert problem(answer, 405)["errors"][0]["field"] == "method"
        assert answer["Allow"] == "GET, HEAD"
