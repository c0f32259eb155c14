"""The API as a program uses it: one token, JSON in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from core.access import Access
from core.actions.tokens import create_token
from core.models import Event, ServiceToken, User
from tests.world import NOW

PROBLEM = "application/problem+json"


class Api:
    """`raise_request_exception` is off: a fault of ours is an answer of 500 here, as it is outside."""

    token: ServiceToken
    text: str

    def __init__(self, user: User, scopes: Sequence[str] = ("read", "write"), **options: Any) -> None:
        name = f"token {ServiceToken.objects.filter(user=user).count()}"
        self.token, self.text = create_token(user=user, name=name, scopes=scopes, by=Access.of(user), at=NOW, **options)
        self.client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, data: Any = b"", *, type_: str = "application/json", **headers: Any) -> Any:
        given = {"Authorization": f"Bearer {self.text}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.generic(method, path, data, type_, headers={k: v for k, v in given.items() if v is not None})

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: Any) -> Any:
        return self.client.get(path, query or {}, headers={"Authorization": f"Bearer {self.text}", **headers})

    def rows(self, path: str = "/api/v1/issues/", **query: Any) -> list[Any]:
        """All rows of a list, page after page."""
        answer = self.get(path, query)
        found = []
        while True:
            assert answer.status_code == 200, answer.content
            found += answer.json()["results"]
            if answer.json()["next"] is None:
                return found
            answer = self.get(answer.json()["next"])

    def keys(self, path: str = "/api/v1/issues/", **query: Any) -> list[str]:
        return [row["key"] for row in self.rows(path, **query)]

    def send(self, path: str, body: Any, method: str = "POST", **headers: Any) -> Any:
        """A body under /api/v1/."""
        return self.call(method, f"/api/v1/{path}", json.dumps(body), **headers)

    def added(self, path: str, body: Any) -> dict[str, Any]:
        """What a good body was answered with; its address gives the same."""
        answer = self.send(path, body)
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        assert self.get(answer["Location"]).json() == found
        return found

    def move(self, key: str, body: Any, if_match: str | None = "now") -> Any:
        """POSTs a status change; by default on the version that the issue now has."""
        if if_match == "now":
            if_match = self.get(f"/api/v1/issues/{key}/")["ETag"]
        return self.call("POST", f"/api/v1/issues/{key}/status-changes/", json.dumps(body), If_Match=if_match)


@contextmanager
def connection_kept() -> Iterator[None]:
    """For calls of the WSGI application itself: the connection is the test's own, and its transaction goes on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem that was answered; fails where it is none, or of another status."""
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM), answer.content[:500]
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    return found


def fields(answer: Any, status: int = 400) -> list[str]:
    """The fields that the problem names, each with a reason."""
    parts = problem(answer, status)["errors"]
    assert all(part["reason"] for part in parts)
    return [part["field"] for part in parts]


def counts() -> dict[str, int]:
    """The rows of all tables of the register, and of its ledger without tokens: what is compared where nothing may be
    written."""
    models: Any = apps.get_app_config("tracker").get_models(include_auto_created=True)
    found = {model.__name__: model._default_manager.count() for model in models}
    return found | {"Event": Event.objects.exclude(kind__startswith="token.").count()}
