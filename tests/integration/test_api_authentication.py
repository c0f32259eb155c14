"""Who comes in through the API, and what they may do there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from core.access import Access
from core.actions.members import add_member
from core.actions.tokens import revoke_token
from core.models import ServiceToken
from tests.api import Api, fields, problem
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
LIST = "/api/v1/issues/"


def refused(api: Api, authorization: str | None, path: str = LIST) -> Any:
    answer = api.call("GET", path, Authorization=authorization)
    assert answer["WWW-Authenticate"] == "Bearer"
    assert fields(answer, 401) == ["Authorization"]
    return answer


def test_a_valid_token_opens_the_door(world: World) -> None:
    assert Api(world.people["viewer"]).get(LIST).status_code == 200


def test_nothing_opens_without_a_token(world: World) -> None:
    api = Api(world.people["viewer"])
    refused(api, None)
    refused(api, None, "/api/v1/issues/NONE-1/")


def test_a_token_in_the_query_string_does_not_count(world: World) -> None:
    api = Api(world.people["viewer"])
    for name in ("token", "access_token", "Authorization", "auth_token"):
        refused(api, None, f"{LIST}?{name}={api.text}")


def test_neither_does_a_session(world: World) -> None:
    api = Api(world.people["viewer"])
    api.client.force_login(world.people["viewer"])
    assert api.client.get("/admin/").status_code == 200
    refused(api, None)


def test_every_wrong_token_is_refused_in_the_same_words(world: World) -> None:
    api = Api(world.people["viewer"])
    wrong = [
        api.text[:-1],
        api.text[:15],
        api.text + "0",
        api.text.upper(),
        "0" * 64,
        "x",
        api.text[:20] + "\x00" + api.text[20:],
        "é" * 20,
        "中".encode().decode("latin-1"),
        "x" * 100_000,
    ]
    assert len({refused(api, f"Bearer {text}").content for text in wrong}) == 1


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer a b", "Token {}", "Basic {}", "{}", "Bearer\t", ","]
)
def test_a_malformed_header_is_refused(world: World, header: str) -> None:
    api = Api(world.people["viewer"])
    refused(api, header.format(api.text))


def test_the_word_bearer_may_be_written_in_any_case(world: World) -> None:
    api = Api(world.people["viewer"])
    assert api.call("GET", LIST, Authorization=f"bearer {api.text}").status_code == 200


def test_a_revoked_token_is_refused_from_the_next_request_on(world: World) -> None:
    api = Api(world.people["viewer"])
    unknown = refused(api, "Bearer " + "0" * 64)
    assert api.get(LIST).status_code == 200
    revoke_token(token=api.token, by=Access.of(world.people["viewer"]), at=NOW)
    assert refused(api, f"Bearer {api.text}").content == unknown.content


def test_an_expired_token_is_refused_and_stays_on_record(world: World) -> None:
    api = Api(world.people["viewer"], expires_in=dt.timedelta(hours=1))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1, seconds=1)):
        refused(api, f"Bearer {api.text}")
    assert ServiceToken.objects.filter(pk=api.token.pk).exists()


def test_the_token_of_somebody_who_left_is_refused(world: World) -> None:
    api = Api(world.people["viewer"])
    world.people["viewer"].is_active = False
    world.people["viewer"].save()
    refused(api, f"Bearer {api.text}")


def test_a_role_that_ended_shows_at_once(world: World) -> None:
    world.issue()
    api = Api(world.people["viewer"])
    assert api.keys() == ["USCN-1"]
    world.people["viewer"].memberships.update(ended_at=dt.datetime.now(dt.UTC))
    assert api.keys() == []


def test_a_token_that_may_only_read_moves_nothing(world: World) -> None:
    world.issue(status="raised")
    api = Api(world.people["lead"], scopes=["read"])
    assert api.get("/api/v1/issues/USCN-1/").json()["allowed_moves"] == []
    body = {"to": "discussing", "reason": "Said in Beijing.", "occurred_on": "2026-02-08"}
    problem(api.move("USCN-1", body), 403)


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_may_only_read_moves_nothing(world: World, role: str) -> None:
    issue = world.issue(status="raised")
    body = {"to": "discussing", "reason": "Said in Beijing.", "occurred_on": "2026-02-08"}
    problem(Api(world.people[role]).move(issue.key, body), 403)
    issue.refresh_from_db()
    assert issue.status == "raised"


def test_a_restricted_issue_needs_a_cleared_owner_and_the_scope(world: World) -> None:
    issue = world.issue(handling="restricted")
    everything = ("read", "write", "restricted")
    assert Api(world.people["cleared_viewer"], everything).keys() == [issue.key]
    assert Api(world.people["cleared_viewer"]).keys() == []
    assert Api(world.people["viewer"], everything).keys() == []


def test_a_token_for_one_relationship_opens_no_other(world: World) -> None:
    world.issue()
    world.issue(foreign=True)
    lead = world.people["lead"]
    add_member(compartment=world.foreign, user=lead, role="lead", cleared=False, by=Access.system(), at=NOW)
    assert Api(lead).keys() == ["USCN-1", "USRU-1"]
    assert Api(lead, compartments=[world.home]).keys() == ["USCN-1"]


def test_an_operator_without_a_membership_finds_nothing(world: World) -> None:
    world.issue()
    api = Api(world.people["operator"])
    assert api.keys() == []
    problem(api.get("/api/v1/issues/USCN-1/"), 404)
