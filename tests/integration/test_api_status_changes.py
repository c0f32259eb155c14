"""POST …/status-changes/: a move, a correction, a void; each on the version that its author has read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from core.access import Access
from core.api.preconditions import require_match
from core.models import Event
from tests.api import Api, fields, problem
from tests.world import A_WEEK_AGO, NOW, World
from tracker.actions.statuses import change_status
from tracker.api import status_changes
from tracker.models import Issue, StatusChange

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


def written() -> tuple[int, int, list[Any]]:
    versions = Issue.objects.order_by("pk").values_list("version", "status")
    return StatusChange.objects.count(), Event.objects.count(), list(versions)


def test_a_move_is_answered_with_its_row_its_address_and_the_new_version(issue: Issue, api: Api) -> None:
    answer = api.move("USCN-1", {**MOVE, "trend": "easing"})
    assert answer.status_code == 201
    row = answer.json()
    assert (row["id"], row["from"], row["to"], row["trend"]) == ("USCN-1-H2", "raised", "discussing", "easing")
    assert (row["by"], row["recorded_at"], row["known_at_stated"]) == ("editor", "2026-02-09T07:00:00Z", False)
    assert answer["Location"] == "http://testserver/api/v1/issues/USCN-1/status-changes/USCN-1-H2/"
    assert api.get(answer["Location"]).json() == row
    assert api.get(ONE)["ETag"] == answer["ETag"]
    assert api.get(ONE).json()["status"] == "discussing"


def test_a_correction_names_the_row_that_was_wrong(issue: Issue, api: Api) -> None:
    api.move("USCN-1", MOVE)
    answer = api.move("USCN-1", {**MOVE, "to": "negotiating", "supersedes": "USCN-1-H2"})
    assert (answer.status_code, answer.json()["supersedes"]) == (201, "USCN-1-H2")
    assert [row["in_force"] for row in api.rows(HISTORY)] == [True, False, True]


def test_a_void_takes_a_row_away_and_puts_nothing_in_its_place(issue: Issue, api: Api) -> None:
    api.move("USCN-1", MOVE)
    answer = api.move("USCN-1", {"to": None, "reason": "Nobody said so.", "supersedes": "USCN-1-H2"})
    row = answer.json()
    assert (answer.status_code, row["to"], row["in_force"]) == (201, None, False)
    assert row["occurred_on"] == MOVE["occurred_on"]
    assert api.get(ONE).json()["status"] == "raised"


def test_a_late_move_may_void_what_follows_it(issue: Issue, api: Api) -> None:
    api.move("USCN-1", {**MOVE, "to": "agreed"})
    late = {"to": "resolved", "reason": "It was settled before.", "occurred_on": "2026-02-04"}
    assert fields(api.move("USCN-1", late)) == ["occurred_on"]
    answer = api.move("USCN-1", {**late, "void_following": True})
    assert answer.status_code == 201
    assert api.get(ONE).json()["status"] == "resolved"
    assert [row["in_force"] for row in api.rows(HISTORY)] == [True, False, True, False]


def test_the_history_is_a_list_like_any_other(issue: Issue, api: Api) -> None:
    api.move("USCN-1", MOVE)
    assert [row["id"] for row in api.rows(HISTORY, page_size=1)] == ["USCN-1-H1", "USCN-1-H2"]
    assert api.get(f"{HISTORY}USCN-1-H1/").json() == api.rows(HISTORY)[0]


@pytest.mark.parametrize(
    "row", ["USCN-1-H9", "USCN-1-H0", "USCN-1-H01", "USCN-2-H1", "USCN-1-H١", "1", "USCN-1-H" + "9" * 5000]
)
def test_a_row_that_is_not_there_is_not_found(issue: Issue, api: Api, world: World, row: str) -> None:
    world.issue()
    problem(api.get(f"{HISTORY}{row}/"), 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason to"),
        ({**MOVE, "to": "raised"}, "to"),
        ({**MOVE, "to": "open"}, "to"),
        ({**MOVE, "to": ""}, "to"),
        ({**MOVE, "to": True}, "to"),
        ({**MOVE, "to": ["discussing"]}, "to"),
        ({**MOVE, "reason": ""}, "reason"),
        ({**MOVE, "reason": " \u200b\u2060"}, "reason"),
        ({**MOVE, "reason": None}, "reason"),
        ({**MOVE, "reason": 7}, "reason"),
        ({**MOVE, "reason": "x" * 1_000_000}, "reason"),
        ({**MOVE, "reason": "bell \x07"}, "reason"),
        ({**MOVE, "occurred_on": "2026-02-11"}, "occurred_on"),
        ({**MOVE, "occurred_on": "2026-02-30"}, "occurred_on"),
        ({**MOVE, "occurred_on": "0000-01-01"}, "occurred_on"),
        ({**MOVE, "occurred_on": "10000-01-01"}, "occurred_on"),
        ({**MOVE, "occurred_on": 20260208}, "occurred_on"),
        ({**MOVE, "occurred_on": None}, "occurred_on"),
        ({"to": "discussing", "reason": "x"}, "occurred_on"),
        ({**MOVE, "trend": "worse"}, "trend"),
        ({**MOVE, "trend": None}, "trend"),
        ({**MOVE, "void_following": "true"}, "void_following"),
        ({**MOVE, "void_following": 1}, "void_following"),
        ({**MOVE, "supersedes": 2}, "supersedes"),
        ({**MOVE, "supersedes": "USCN-1-H9"}, "supersedes"),
        ({**MOVE, "supersedes": "USRU-1-H1"}, "supersedes"),
        ({**MOVE, "supersedes": "USCN-1-H" + "9" * 30}, "supersedes"),
        ({**MOVE, "to": None}, "supersedes"),
        ({"to": None, "reason": "x", "supersedes": "USCN-1-H1", "trend": "easing"}, "trend"),
        ({"to": None, "reason": "x", "supersedes": "USCN-1-H1", "occurred_on": "2026-02-08"}, "occurred_on"),
        ({"to": None, "reason": "x", "supersedes": "USCN-1-H1"}, "supersedes"),
        ({"to": None, "reason": "x", "supersedes": "USCN-1-H9"}, "supersedes"),
        ({**MOVE, "id": 9, "created_by": 1, "relationship": "us-ru"}, "created_by id relationship"),
        ({**MOVE, "recorded_at": "2020-01-01"}, "recorded_at"),
        ({**MOVE, "x" * 1_000_000: 1}, "x" * 80),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    issue: Issue, api: Api, body: dict[str, Any], field: str
) -> None:
    before = written()
    answer = api.move("USCN-1", body)
    assert " ".join(sorted(set(fields(answer)))) == field
    assert len(answer.content) < 3000
    assert written() == before


def test_a_row_of_a_foreign_issue_answers_as_a_missing_one(issue: Issue, world: World, api: Api) -> None:
    world.issue(foreign=True)
    answers = [api.move("USCN-1", {**MOVE, "supersedes": row}) for row in ("USRU-1-H1", "USRU-7-H1")]
    assert answers[0].content == answers[1].content.replace(b"USRU-7", b"USRU-1")


@pytest.mark.parametrize("if_match", ["*", "v2", 'W/"v2"', '"v2", "v3"', "", '"v2', '"v2"x', '"é"', "2"])
def test_if_match_names_one_version_and_nothing_else(issue: Issue, api: Api, if_match: str) -> None:
    before = written()
    assert fields(api.move("USCN-1", MOVE, if_match)) == ["If-Match"]
    assert written() == before


def test_a_move_without_if_match_is_refused(issue: Issue, api: Api) -> None:
    before = written()
    assert fields(api.move("USCN-1", MOVE, None), 428) == ["If-Match"]
    assert written() == before


def test_of_two_writers_the_second_is_told(issue: Issue, api: Api) -> None:
    read = api.get(ONE)["ETag"]
    assert api.move("USCN-1", MOVE, read).status_code == 201
    before = written()
    answer = api.move("USCN-1", {**MOVE, "to": "negotiating"}, read)
    assert fields(answer, 412) == ["If-Match"]
    assert '"v3"' in answer.json()["detail"]
    assert written() == before
    assert fields(api.move("USCN-1", MOVE, '"v1"'), 412) == ["If-Match"]
    assert fields(api.move("USCN-1", MOVE, '"else"'), 412) == ["If-Match"]


def test_a_writer_who_comes_between_the_check_and_the_move_is_not_overwritten(
    issue: Issue, world: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:

    def checked_and_then_overtaken(request: Any, version: int) -> None:
        require_match(request, version)
        common: dict[str, Any] = {"reason": "First.", "occurred_on": A_WEEK_AGO, "by": Access.system(), "at": NOW}
        change_status(issue=Issue.objects.get(pk=issue.pk), version=version, to="stalled", **common)

    monkeypatch.setattr(status_changes, "require_match", checked_and_then_overtaken)
    assert fields(api.move("USCN-1", MOVE, f'"v{issue.version}"'), 412) == ["If-Match"]
    issue.refresh_from_db()
    assert issue.status == "stalled"


def test_a_move_on_a_foreign_issue_finds_nothing_whatever_comes_with_it(world: World, api: Api) -> None:
    world.issue(foreign=True)
    answers = [
        api.call("POST", f"/api/v1/issues/{key}/status-changes/", body, type_=type_, If_Match=if_match)
        for key in ("USRU-1", "USRU-9")
        for body, type_, if_match in (
            (json.dumps(MOVE), "application/json", '"v2"'),
            ("{", "application/json", None),
            ("<x/>", "application/xml", "*"),
        )
    ]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    problem(answers[0], 404)


@pytest.mark.parametrize(
    "text",
    [
        "<svg onload=alert(1)>",
        "[x](javascript:alert(1))",
        "\u202eabc",
        "100 % \\ _ '; DROP TABLE",
        "中文\nsecond line",
        "=1+1",
    ],
)
def test_a_text_is_kept_as_it_was_written(issue: Issue, api: Api, text: str) -> None:
    answer = api.move("USCN-1", {**MOVE, "reason": text})
    assert (answer.status_code, answer.json()["reason"]) == (201, text)
    assert answer["X-Content-Type-Options"] == "nosniff"
