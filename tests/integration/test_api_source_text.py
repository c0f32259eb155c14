"""/api/v1/sources/USCN-S1/text/: held once, character by character."""

from __future__ import annotations

import hashlib
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


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["editor"])


class TestTheTextOfASource:
    PATH = "sources/USCN-S1/text/"

    def test_is_held_and_the_quotes_that_cite_it_are_looked_for(self, world: World, api: Api) -> None:
        source, issue = a_source(world), world.issue()
        for quote in ("talks are very useful", "“very useful”", ""):
            a_claim(world, issue, source, quote=quote)
        a_claim(world, issue, source, quote="has not answered", handling="restricted")
        answer = api.send(self.PATH, {"text": TEXT})
        digest = hashlib.sha256(TEXT.encode()).hexdigest()
        assert (answer.status_code, answer["ETag"]) == (201, '"v2"')
        assert answer.json() == {
            "sha256": digest,
            "held_at": "2026-02-09T07:00:00Z",
            "found": ["USCN-Q2"],
            "missing": ["USCN-Q1"],
        }
        held = {"text": TEXT, "sha256": digest, "held_at": "2026-02-09T07:00:00Z"}
        assert api.get(answer["Location"]).json() == held
        assert api.get(ONE).json()["text_sha256"] == digest

    def test_is_not_there_before(self, world: World, api: Api) -> None:
        a_source(world)
        problem(api.get(f"/api/v1/{self.PATH}"), 404)

    def test_never_changes(self, world: World, api: Api) -> None:
        a_source(world, text=TEXT)
        a_source(world)
        before = counts()
        for text in (TEXT, "Another text."):
            assert fields(api.send(self.PATH, {"text": text}), 409) == ["text"]
        assert fields(api.send("sources/USCN-S2/text/", {"text": TEXT}), 409) == ["text"]
        assert counts() == before

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("", 400),
            (" \n\t", 400),
            ("\u200b\u2060", 400),
            ("a\x00b", 400),
            ("\x00" * 1000, 400),
            ("a\ud800", 400),
            ("a\x07", 400),
            (None, 400),
            (["x"], 400),
            ("x" * 1_000_001, 413),
            ("x" * 3_000_000, 413),
        ],
    )
    def test_that_is_none_is_refused(self, world: World, api: Api, text: Any, status: int) -> None:
        a_source(world)
        before = counts()
        problem(api.send(self.PATH, {"text": text}), status)
        assert counts() == before

    def test_is_kept_character_by_character(self, world: World, api: Api) -> None:
        a_source(world)
        text = "  \u202eabc\u202c – «ё» e\u0301 中国\r\n\ufeff<svg onload=alert(1)>\f "
        assert api.send(self.PATH, {"text": text}).status_code == 201
        assert api.get(f"/api/v1/{self.PATH}").json()["text"] == text
