"""Every refusal is problem+json for programs and a plain page for people, and none is a fault of ours."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError
from django.test import Client
from rest_framework import exceptions as rest

from config.wsgi import application
from core.api.problems import error_of, exception_handler
from core.errors import InvalidInput
from tests.api import PROBLEM, Api, connection_kept, fields, problem
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = "/api/v1/issues/"
MOVES = "/api/v1/issues/USCN-1/status-changes/"


@pytest.fixture
def api(world: World) -> Api:
    world.issue()
    return Api(world.people["editor"])


def test_an_unknown_address_is_a_problem_under_api_and_a_page_elsewhere(client: Client) -> None:
    assert problem(client.get("/api/nothing/"), 404)["detail"] == "There is no such record."
    page = client.get("/nothing/")
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"<h1>Not found.</h1>" in page.content
    assert b"nothing" not in page.content


def test_a_program_may_ask_for_a_problem_anywhere(client: Client) -> None:
    problem(client.get("/nothing/", headers={"Accept": "application/json"}), 404)


def test_a_reader_is_sent_on_to_the_slash_and_a_writer_is_not(api: Api) -> None:
    assert api.get(LIST.rstrip("/"))["Location"] == LIST
    problem(api.call("POST", MOVES.rstrip("/"), b"{}"), 404)


def test_a_fault_of_ours_is_a_problem_too_and_says_nothing_of_its_cause(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret of the cause")

    monkeypatch.setattr("tracker.api.issues.narrowed", broken)
    answer = api.get(LIST)
    problem(answer, 500)
    assert b"secret" not in answer.content


def test_an_answer_comes_as_json_or_not_at_all(api: Api) -> None:
    assert fields(api.get(LIST, Accept="text/html"), 406) == ["Accept"]
    for accept in ("application/json", "*/*", "application/*;q=0.1, text/html", "application/json; indent=4"):
        assert api.get(LIST, Accept=accept).status_code == 200


@pytest.mark.parametrize(
    "type_",
    [
        "application/xml",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "x" * 300,
    ],
)
def test_a_body_comes_as_json_or_not_at_all(api: Api, type_: str) -> None:
    answer = api.call("POST", MOVES, b"<x/>", type_=type_, If_Match='"v2"')
    assert fields(answer, 415) == ["Content-Type"]


def test_a_body_beyond_the_limit_is_too_large(api: Api) -> None:
    body = json.dumps({"reason": "x" * django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert fields(api.call("POST", MOVES, body, If_Match='"v2"'), 413) == ["body"]


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "rot13", "base64", "undefined", "idna", "none-such", ""])
@pytest.mark.parametrize("path", [LIST, MOVES, "/admin/login/", "/"])
def test_a_charset_other_than_utf_8_is_refused_everywhere(api: Api, charset: str, path: str) -> None:
    for method in ("GET", "POST"):
        answer = api.call(method, path, b"{}", type_=f'application/json; charset="{charset}"', If_Match='"v2"')
        assert answer.status_code == 400


def test_utf_8_may_be_said(api: Api) -> None:
    answer = api.call("POST", MOVES, b"{}", type_="application/json; charset=UTF-8", If_Match='"v2"')
    assert fields(answer) == ["to", "reason"]


def call_wsgi(**environ: str) -> tuple[int, dict[str, str], bytes]:
    """As a server does it, without the test client's own request."""
    given = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/v1/issues/",
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **environ,
    }
    seen: list[Any] = []
    with connection_kept():
        body = b"".join(application(given, lambda *said: seen.extend(said)))  # type: ignore[arg-type]
    return int(seen[0].split()[0]), dict(seen[1]), body


UNREADABLE = ["a/b; x*=foo''bar", "a/b; charset*=undefined''x", "a/b; charset=rot13", "a/b; charset=undefined"]


@pytest.mark.parametrize("type_", [*UNREADABLE, 'a/b; charset="', ";;;=", "\xff"])
def test_a_content_type_that_django_cannot_read_is_no_fault_of_ours(api: Api, type_: str) -> None:
    status, headers, _ = call_wsgi(
        CONTENT_TYPE=type_, QUERY_STRING="colour=red", HTTP_AUTHORIZATION=f"Bearer {api.text}"
    )
    assert (status, headers["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize("type_", UNREADABLE)
def test_without_the_guard_it_is_one(type_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "request_class", WSGIRequest)
    with pytest.raises((ValueError, LookupError)):
        call_wsgi(CONTENT_TYPE=type_, QUERY_STRING="colour=red")


@pytest.mark.parametrize("path", ["/api/v1/issues/\x00/", "/api/v1/issues/\xff/", "/\xff", "/static/a\x00b", "/\x00"])
def test_a_path_that_is_no_text_is_not_there(api: Api, path: str) -> None:
    status, headers, _ = call_wsgi(PATH_INFO=path, HTTP_AUTHORIZATION=f"Bearer {api.text}")
    assert status == 404
    assert headers["Content-Type"].startswith(PROBLEM if path.startswith("/api/") else "text/html")


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "q=\xff", "%00=1", "q=%ed%a0%80", "x" * 20_000 + "=%00"])
def test_a_query_that_is_no_text_is_named(api: Api, query: str) -> None:
    status, _, body = call_wsgi(QUERY_STRING=query, HTTP_AUTHORIZATION=f"Bearer {api.text}")
    assert (status, json.loads(body)["errors"][0]["field"]) == (400, "query")


def test_a_query_of_other_scripts_is_text(api: Api) -> None:
    status, _, _ = call_wsgi(QUERY_STRING="q=%E4%B8%AD+%2B", HTTP_AUTHORIZATION=f"Bearer {api.text}")
    assert status == 200


@pytest.mark.parametrize("path", ["/", "/admin/", LIST])
def test_a_cookie_that_spells_nul_is_refused_before_a_database_sees_it(path: str) -> None:
    status, _, _ = call_wsgi(PATH_INFO=path, HTTP_COOKIE='sessionid="\\000abcdefghijklmnop"')
    assert status == 400


def test_a_host_that_is_not_ours_is_refused() -> None:
    status, headers, _ = call_wsgi(HTTP_HOST="evil.example")
    assert (status, headers["Content-Type"]) == (400, PROBLEM)


def test_two_thousand_and_more_parameters_are_refused(api: Api) -> None:
    problem(api.get(LIST, {"id": [str(n) for n in range(70_000)]}), 400)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (rest.Throttled(wait=7), 429),
        (rest.ParseError(), 400),
        (rest.PermissionDenied(), 403),
        (PermissionDenied(), 403),
        (rest.NotFound(), 404),
        (SuspiciousOperation("what it was"), 400),
        (UnreadablePostError("what it was"), 400),
        (rest.ValidationError({"a": {"b": ["is wrong"]}, "c": ["is wrong"]}), 400),
        (InvalidInput("is wrong", field="a"), 400),
    ],
)
def test_whatever_a_view_raises_is_a_problem(error: Exception, status: int) -> None:
    answer = exception_handler(error, {})
    assert answer is not None
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert b"what it was" not in answer.content


def test_a_throttled_program_is_told_when_to_come_back() -> None:
    answer = exception_handler(rest.Throttled(wait=7), {})
    assert answer is not None
    assert answer["Retry-After"] == "7"


def test_a_nested_field_is_named_by_its_path() -> None:
    error: Any = error_of(rest.ValidationError({"a": {"b": ["is wrong"]}}))
    assert [part.field for part in error.problems] == ["a.b"]


def test_what_no_request_can_cause_is_not_disguised() -> None:
    assert exception_handler(RuntimeError(), {}) is None
