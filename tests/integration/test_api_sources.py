"""/api/v1/sources/: taking up a source, correcting it, holding its text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.api import Api, counts, fields, problem
from tests.records import a_source, side
from tests.world import NOW, World
from tracker.models import Source

pytestmark = pytest.mark.django_db
LIST = "/api/v1/sources/"
ONE = f"{LIST}USCN-S1/"
NEW: dict[str, Any] = {"relationship": "us-cn", "title": "A statement"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(world: World) -> Api:
    return Api(world.people["editor"])


def edit(api: Api, values: Any, if_match: str | None = "now") -> Any:
    if if_match == "now":
        if_match = api.get(ONE)["ETag"]
    return api.send("sources/USCN-S1/", values, "PATCH", If_Match=if_match)


def test_a_source_is_answered_with_what_the_rules_fill_in(world: World, api: Api) -> None:
    origin = a_source(world, "A wire report")
    body = NEW | {
        "kind": "outlet",
        "publisher": "Reuters",
        "url": "https://Example.org/news?utm_source=letter",
        "published_on": "2026-02-04",
        "derives_from": origin.key,
    }
    assert api.added("sources/", body) == {
        "key": "USCN-S2",
        "relationship": "us-cn",
        "kind": "outlet",
        "title": "A statement",
        "publisher": "Reuters",
        "issued_by": None,
        "url": "https://Example.org/news?utm_source=letter",
        "published_on": "2026-02-04",
        "retrieved_on": "2026-02-09",
        "language": "en",
        "reliability": "B",
        "reliability_reason": None,
        "derives_from": "USCN-S1",
        "translation_of": None,
        "text_sha256": None,
        "created_at": "2026-02-09T07:00:00Z",
        "handling": "open",
        "version": 1,
    }


def test_an_official_text_names_who_issued_it(world: World, api: Api) -> None:
    found = api.added("sources/", NEW | {"kind": "government_statement", "issued_by": "CN", "language": "zh"})
    assert (found["issued_by"], found["reliability"], found["language"]) == ("CN", "A", "zh")


def test_an_edit_changes_what_it_names_and_null_empties(world: World, api: Api) -> None:
    a_source(world, publisher="Reuters", url="https://example.org/a")
    answer = edit(api, {"title": "Corrected", "url": None, "published_on": None, "publisher": None})
    found = answer.json()
    assert (answer.status_code, answer["ETag"], found["version"]) == (200, '"v2"', 2)
    assert [found[name] for name in ("title", "url", "published_on", "publisher")] == ["Corrected", None, None, None]
    assert found["reliability"] == "C"
    assert api.get(ONE).json() == found


def test_another_letter_than_the_rules_needs_a_reason_and_null_gives_it_back(world: World, api: Api) -> None:
    a_source(world)
    assert fields(edit(api, {"reliability": "D"})) == ["reliability_reason"]
    assert edit(api, {"reliability": "D", "reliability_reason": "It was wrong twice."}).json()["reliability"] == "D"
    found = edit(api, {"reliability": None}).json()
    assert (found["reliability"], found["reliability_reason"]) == ("C", None)


def test_an_edit_that_changes_nothing_writes_nothing(world: World, api: Api) -> None:
    a_source(world)
    before = counts()
    for body in ({}, {"title": "A report"}):
        answer = edit(api, body)
        assert (answer.status_code, answer["ETag"], counts()) == (200, '"v1"', before)


def test_an_edit_is_made_on_the_version_that_was_read(world: World, api: Api) -> None:
    a_source(world)
    before = counts()
    assert fields(edit(api, {"title": "x"}, None), 428) == ["If-Match"]
    assert fields(edit(api, {"title": "x"}, "*")) == ["If-Match"]
    assert fields(edit(api, {"title": "x"}, '"v2"'), 412) == ["If-Match"]
    assert counts() == before
    assert edit(api, {"title": "First"}, '"v1"').status_code == 200
    assert fields(edit(api, {"title": "Second"}, '"v1"'), 412) == ["If-Match"]
    assert Source.objects.get().title == "First"


def test_a_writer_who_comes_between_the_check_and_the_edit_is_not_overwritten(
    world: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_source(world)
    monkeypatch.setattr("tracker.api.sources.require_match", lambda request, version: Source.objects.update(version=7))
    assert fields(edit(api, {"title": "x"}), 412) == ["If-Match"]
    assert Source.objects.get().title == "A report"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": None}, "title"),
        ({"title": "\u200b"}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"kind": "blog"}, "kind"),
        ({"relationship": "us-ru"}, "relationship"),
        ({"relationship": "none"}, "relationship"),
        ({"issued_by": "RU"}, "issued_by"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://user:secret@example.org/"}, "url"),
        ({"url": "https://example.org/\r\nX: y"}, "url"),
        ({"url": "https://\u202egro.elpmaxe/"}, "url"),
        ({"published_on": "2026-02-10"}, "published_on"),
        ({"published_on": "2026-02-05", "retrieved_on": "2026-02-04"}, "published_on"),
        ({"retrieved_on": "2026-02-20"}, "retrieved_on"),
        ({"derives_from": "USCN-S9"}, "derives_from"),
        ({"derives_from": "USRU-S1"}, "derives_from"),
        ({"derives_from": "USCN-S1", "translation_of": "USCN-S1"}, "translation_of"),
        ({"reliability": "A"}, "reliability_reason"),
        ({"reliability": "G"}, "reliability"),
        ({"handling": "secret"}, "handling"),
        ({"language": ""}, "language"),
        ({"id": 9}, "id"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    world: World, api: Api, wrong: dict[str, Any], field: str
) -> None:
    a_source(world)
    a_source(world, foreign=True)
    before = counts()
    assert fields(api.send("sources/", NEW | wrong)) == [field]
    assert counts() == before


def test_the_same_page_is_on_record_once(world: World, api: Api) -> None:
    a_source(world, url="https://example.org/a")
    a_source(world)
    before = counts()
    answer = api.send("sources/", NEW | {"url": "http://EXAMPLE.org:80/a?utm_medium=x#top"})
    assert fields(answer, 409) == ["url"]
    assert "USCN-S1" in answer.json()["detail"]
    second = api.get(f"{LIST}USCN-S2/")["ETag"]
    answer = api.send("sources/USCN-S2/", {"url": "https://example.org/a"}, "PATCH", If_Match=second)
    assert fields(answer, 409) == ["url"]
    assert counts() == before


def test_no_source_is_its_own_origin(world: World, api: Api) -> None:
    first = a_source(world)
    a_source(world, derives_from=a_source(world, derives_from=first))
    before = counts()
    assert fields(edit(api, {"derives_from": "USCN-S1"})) == ["derives_from"]
    assert fields(edit(api, {"derives_from": "USCN-S3"})) == ["derives_from"]
    assert fields(edit(api, {"translation_of": "USCN-S3"})) == ["translation_of"]
    assert counts() == before


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, [1, 2, 3]),
        ({"relationship": "us-cn"}, [1, 2, 3]),
        ({"kind": "government_statement"}, [2]),
        ({"publisher": "reuters"}, [1, 3]),
        ({"publisher": "nobody"}, []),
        ({"issued_by": "CN"}, [2]),
        ({"published_since": "2026-02-05"}, [1]),
        ({"published_until": "2026-02-05"}, [1, 2]),
        ({"published_since": "2026-02-02", "published_until": "2026-02-03"}, []),
        ({"derives_from": "USCN-S1"}, [3]),
        ({"q": "REPORT"}, [1]),
        ({"q": "uscn-s2"}, [2]),
        ({"q": "CN spokes"}, [2]),
        ({"q": "%"}, []),
        ({"ordering": "-key"}, [3, 2, 1]),
        ({"ordering": "published_on"}, [2, 1]),
        ({"ordering": "-published_on"}, [1, 2]),
        ({"ordering": "-published_on", "page_size": 1}, [1, 2]),
    ],
)
def test_a_filter_lets_through_what_it_names(world: World, api: Api, query: dict[str, str], keys: list[int]) -> None:
    first = a_source(world, publisher="Reuters")
    published: dict[str, Any] = {"published_on": NOW.date().replace(day=1)}
    a_source(world, "A spokesperson", kind="government_statement", issued_by=side(world, 2), **published)
    a_source(world, "A rewrite", publisher="Reuters", derives_from=first, published_on=None)
    assert api.keys(LIST, **query) == [f"USCN-S{number}" for number in keys]


@pytest.mark.parametrize(
    ("name", "value"),
    [("relationship", "us-ru"), ("issued_by", "RU"), ("derives_from", "USRU-S1"), ("ordering", "title"), ("q", " ")],
)
def test_a_wrong_parameter_is_named(world: World, api: Api, name: str, value: str) -> None:
    a_source(world, foreign=True)
    assert fields(api.get(LIST, {name: value})) == [name]


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_readers_write_nothing(world: World, name: str) -> None:
    a_source(world)
    api = Api(world.people[name])
    before = counts()
    problem(api.send("sources/", NEW), 403)
    problem(edit(api, {"title": "x"}), 403)
    problem(api.send("sources/USCN-S1/text/", {"text": "x"}), 403)
    assert counts() == before


def test_neither_does_a_token_without_the_scope(world: World) -> None:
    problem(Api(world.people["editor"], ("read",)).send("sources/", NEW), 403)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_few_queries_however_long_it_is(
    world: World, api: Api, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    origin = a_source(world)
    for number in range(count):
        a_source(world, f"Source {number}", derives_from=origin, issued_by=side(world, 1))
    # The token, its owner's memberships, its compartments; the sources.
    with django_assert_num_queries(4):
        assert len(api.get(LIST).json()["results"]) == count + 1
