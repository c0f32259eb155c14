"""The API's own description, and the page that shows it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from core.api.views import api_description


def test_the_description_is_valid_and_made_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_the_description_is_open_to_everybody(db: None, client: Client) -> None:
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, op) for path, item in api_description()["paths"].items() for method, op in item.items()]


@pytest.mark.parametrize(("path", "method", "operation"), operations(), ids=lambda value: str(value)[:60])
def test_each_operation_says_how_it_fails_and_needs_a_token(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["security"] == [{"token": []}]
    assert {"400", "401", "406"} <= set(operation["responses"])
    assert ("404" in operation["responses"]) == ("{" in path)
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]


def test_a_guarded_operation_describes_if_match_and_etag() -> None:
    move = api_description()["paths"]["/api/v1/issues/{key}/status-changes/"]["post"]
    assert {"name": "If-Match", "in": "header", "required": True}.items() <= move["parameters"][0].items()
    assert set(move["responses"]["201"]["headers"]) == {"ETag", "Location"}
    assert {"412", "428", "413", "415", "403"} <= set(move["responses"])


def test_the_page_loads_nothing_from_elsewhere_and_runs_no_inline_script(db: None, client: Client) -> None:
    answer = client.get("/api/docs/")
    page = answer.content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    for address in addresses:
        assert finders.find(address.removeprefix("/static/")), address
    assert re.findall(r"<script(?! src=)|<style| style=| on\w+=", page) == []
    assert "unsafe" not in answer["Content-Security-Policy"]
