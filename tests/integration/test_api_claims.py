"""/api/v1/claims/: what was said, in which words, how firmly; withdrawn and replaced, never edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from core.actions.members import add_member
from tests.api import Api, counts, fields, problem
from tests.records import SYSTEM, TEXT, a_claim, a_source, side
from tests.world import NOW, World
from tracker.actions.parties import Name, add_party
from tracker.models import Issue, Party

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


def a_spokesperson(world: World) -> Party:
    names = [Name("Guo Jiakun"), Name("郭嘉昆", "zh", "native"), Name("Gou Jiakun", "en", "misspelling")]
    china = side(world, 2)
    return add_party(relationship=world.home, code="GJK", kind="person", parent=china, names=names, by=SYSTEM, at=NOW)


def test_a_claim_is_answered_with_all_that_is_known_of_it(world: World, issue: Issue, api: Api) -> None:
    a_spokesperson(world)
    earlier = a_claim(world, issue)
    body = NEW | {
        "quote": 'talks are "very useful"',
        "language": "en",
        "translation": {"text": "sehr nützlich", "by": "machine"},
        "speaker": {"party": "GJK", "name": "Gou Jiakun", "office": "Spokesperson"},
        "relayed_by": "A wire",
        "said_on": {"date": "2026-02", "words": "early this month"},
        "modality": "intends",
        "stance": "affirms_vaguely",
        "responds_to": earlier.key,
    }
    assert api.added("claims/", body) == {
        "key": "USCN-Q2",
        "relationship": "us-cn",
        "source": {"key": "USCN-S1", "title": "A report", "publisher": "Reuters", "reliability": "B"},
        "issue": "USCN-1",
        "summary": "They said so.",
        "quote": "talks are “very useful”",
        "place": {"start": 23, "end": 46},
        "language": "en",
        "only_in_translation": False,
        "translation": {"text": "sehr nützlich", "by": "machine"},
        "speaker": {"party": "GJK", "name": "Gou Jiakun", "office": "Spokesperson"},
        "capacity": "government",
        "relayed_by": "A wire",
        "said_on": {
            "earliest": "2026-02-01",
            "latest": "2026-02-28",
            "words": "early this month",
            "iso": "2026-02",
        },
        "happened_on": "2026-02-09",
        "modality": "intends",
        "stance": "affirms_vaguely",
        "responds_to": "USCN-Q1",
        "repeats": None,
        "credibility": {"value": 3, "by_rule": True, "reason": None},
        "independent_sources": 1,
        "handling": "open",
        "known_at": "2026-02-09T07:00:00Z",
        "known_at_stated": False,
        "recorded_at": "2026-02-09T07:00:00Z",
        "by": "editor",
        "withdrawn": None,
        "replaces": None,
        "replaced_by": None,
    }


def test_the_rest_has_a_default_by_rule(issue: Issue, api: Api) -> None:
    found = api.added("claims/", {"source": "USCN-S1", "issue": "USCN-1", "quote": "has not answered"})
    assert (found["summary"], found["modality"]) == ("has not answered", "discussed")
    assert (found["speaker"], found["capacity"], found["said_on"]) == (None, "narrator", None)
    assert (found["happened_on"], found["credibility"]["value"]) == ("2026-02-05", 6)


@pytest.mark.parametrize(
    ("said_on", "iso", "happened_on"),
    [
        ("2026-02-04", "2026-02-04", "2026-02-04"),
        ("2026-01", "2026-01", "2026-01-31"),
        ({"date": "2025-Q4"}, "2025-Q4", "2025-12-31"),
        ({"date": "2026-02-01/2026-02-03", "words": "over the weekend"}, "2026-02-01/2026-02-03", "2026-02-03"),
        ({"words": "this season"}, None, "2026-02-05"),
    ],
)
def test_a_date_may_be_as_fuzzy_as_it_was_stated(
    issue: Issue, api: Api, said_on: Any, iso: str | None, happened_on: str
) -> None:
    found = api.added("claims/", NEW | {"said_on": said_on})
    assert (found["said_on"]["iso"], found["happened_on"]) == (iso, happened_on)


def test_a_quote_that_stands_twice_is_found_where_it_was_read(world: World, issue: Issue, api: Api) -> None:
    a_source(world, text="Soon, he said. Soon, she said.")
    body = NEW | {"source": "USCN-S2", "quote": "Soon"}
    assert api.added("claims/", body)["place"] == {"start": 0, "end": 4}
    assert api.added("claims/", body | {"place": {"start": 16}})["place"] == {"start": 15, "end": 19}


def test_two_independent_sources_make_it_more_credible_and_a_rewrite_does_not(
    world: World, issue: Issue, api: Api
) -> None:
    first = a_claim(world, issue, a_source(world))
    rewrite = a_source(world, derives_from=first.source)
    for source, count, figure in ((rewrite, 1, 3), (a_source(world), 2, 2)):
        body = NEW | {"source": source.key, "repeats": first.key, "speaker": {"party": "US"}}
        found = api.added("claims/", body)
        assert (found["independent_sources"], found["credibility"]["value"]) == (count, figure)
        assert found["repeats"] == first.key


def test_a_hidden_repetition_does_not_count_for_the_uncleared(world: World, issue: Issue, api: Api) -> None:
    first = a_claim(world, issue)
    a_claim(world, issue, a_source(world), repeats=first, handling="restricted")
    assert api.get(f"{LIST}USCN-Q1/").json()["independent_sources"] == 1
    cleared = Api(world.people["cleared_viewer"], RESTRICTED)
    assert cleared.get(f"{LIST}USCN-Q1/").json()["independent_sources"] == 2


def test_a_credibility_other_than_the_rules_says_why(issue: Issue, api: Api) -> None:
    found = api.added("claims/", NEW | {"credibility": {"value": 5, "reason": "A known forgery."}})
    assert found["credibility"] == {"value": 5, "by_rule": False, "reason": "A known forgery."}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quote": "talks are useless"}, "quote"),
        ({"quote": "very useful”. The other side has not answered"}, "quote"),
        ({"quote": "x" * 100_000}, "quote"),
        ({"quote": "переговоры полезны"}, "quote"),
        ({"quote": "talks are \u202every useful\u202c indeed"}, "quote"),
        ({"quote": " \u200b"}, "quote"),
        ({"place": {"start": -1}, "quote": "talks"}, "place.start"),
        ({"place": {"start": True}, "quote": "talks"}, "place.start"),
        ({"place": {}, "quote": "talks"}, "place.start"),
        ({"place": 3, "quote": "talks"}, "place"),
        ({"source": "USCN-S9"}, "source"),
        ({"source": "USRU-S1"}, "source"),
        ({"source": "USCN-S2"}, "source"),
        ({"source": None}, "source"),
        ({"issue": "USCN-9"}, "issue"),
        ({"issue": "USRU-1"}, "issue"),
        ({"issue": ["USCN-1"]}, "issue"),
        ({"speaker": "US"}, "speaker"),
        ({"speaker": None}, "speaker"),
        ({"speaker": {"party": "RU"}}, "speaker.party"),
        ({"speaker": {"party": "us"}}, "speaker.party"),
        ({"speaker": {"name": " "}}, "speaker.name"),
        ({"speaker": {"nam": "x"}}, "speaker.nam"),
        ({"capacity": "government"}, "speaker.party"),
        ({"capacity": "friend"}, "capacity"),
        ({"summary": "\u2060"}, "summary"),
        ({"summary": "x" * 501}, "summary"),
        ({"translation": {"by": "ours"}}, "translation.text"),
        ({"translation": {"text": "x", "by": "me"}}, "translation.by"),
        ({"only_in_translation": "yes"}, "only_in_translation"),
        ({"said_on": "in April"}, "said_on"),
        ({"said_on": {}}, "said_on"),
        ({"said_on": {"date": "2026-13", "words": "x"}}, "said_on"),
        ({"said_on": {"date": 2026}}, "said_on.date"),
        ({"said_on": {"words": "\u200b"}}, "said_on"),
        ({"said_on": {"words": "x" * 201}}, "said_on"),
        ({"said_on": {"day": "2026-02-01"}}, "said_on"),
        ({"said_on": 2026}, "said_on"),
        ({"said_on": "2026-02-20"}, "said_on"),
        ({"modality": "promised"}, "modality"),
        ({"stance": "denies"}, "stance"),
        ({"responds_to": "USCN-Q1"}, "stance"),
        ({"responds_to": "USCN-Q9", "stance": "denies"}, "responds_to"),
        ({"repeats": "USRU-Q1"}, "repeats"),
        ({"credibility": {"value": 7, "reason": "x"}}, "credibility.value"),
        ({"credibility": {"value": 3}}, "credibility.reason"),
        ({"credibility": 3}, "credibility"),
        ({"handling": "closed"}, "handling"),
        ({"reason": "A slip."}, "reason"),
        ({"replaces": "USCN-Q1"}, "reason"),
        ({"replaces": "USCN-Q9", "reason": "A slip."}, "replaces"),
        ({"known_at": "2020-01-01"}, "known_at"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    world: World, issue: Issue, api: Api, wrong: dict[str, Any], field: str
) -> None:
    a_source(world, "A headline", kind="headline")
    a_source(world, foreign=True)
    world.issue(foreign=True)
    a_claim(world, issue, a_source(world))
    before = counts()
    answer = api.send("claims/", NEW | wrong)
    assert fields(answer) == [field]
    assert len(answer.content) < 3000
    assert counts() == before


def test_a_quote_that_is_not_there_is_answered_with_the_nearest_passage(issue: Issue, api: Api) -> None:
    answer = api.send("claims/", NEW | {"quote": "talks are very helpful"})
    assert "talks are “very useful”" in answer.json()["errors"][0]["reason"]


def test_a_row_of_a_foreign_or_restricted_record_answers_as_a_missing_one(world: World, issue: Issue, api: Api) -> None:
    hidden = world.issue(handling="restricted")
    hidden_claim = a_claim(world, issue, handling="restricted")
    hidden_source = a_source(world, handling="restricted")
    a_source(world, foreign=True)
    world.issue(foreign=True)
    for name, keys in {
        "issue": (hidden.key, "USRU-1", "USCN-99"),
        "source": (hidden_source.key, "USRU-S1", "USCN-S99"),
        "repeats": (hidden_claim.key, "USRU-Q1", "USCN-Q99"),
        "replaces": (hidden_claim.key, "USRU-Q1", "USCN-Q99"),
    }.items():
        answers = (
            [api.send("claims/", {**NEW, "reason": "x", name: key}) for key in keys]
            if name == "replaces"
            else [api.send("claims/", {**NEW, name: key}) for key in keys]
        )
        bodies = {answer.content.replace(key.encode(), b"") for answer, key in zip(answers, keys, strict=True)}
        assert (fields(answers[0]), len(bodies)) == ([name], 1)


def test_an_issue_of_another_relationship_is_not_known_there_even_to_who_sees_both(world: World, issue: Issue) -> None:
    editor = world.people["editor"]
    add_member(compartment=world.foreign, user=editor, role="editor", cleared=False, by=SYSTEM, at=NOW)
    world.issue(foreign=True)
    a_source(world, foreign=True)
    before = counts()
    assert fields(Api(editor).send("claims/", NEW | {"issue": "USRU-1"})) == ["issue"]
    assert fields(Api(editor).send("claims/", NEW | {"source": "USRU-S1"})) == ["issue"]
    assert counts() == before


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_readers_write_nothing(world: World, issue: Issue, name: str) -> None:
    before = counts()
    problem(Api(world.people[name]).send("claims/", NEW), 403)
    assert counts() == before


def test_neither_does_a_token_without_the_scope(world: World, issue: Issue) -> None:
    problem(Api(world.people["editor"], ("read",)).send("claims/", NEW), 403)


def test_only_the_cleared_write_what_is_restricted(world: World, issue: Issue, api: Api) -> None:
    before = counts()
    assert fields(api.send("claims/", NEW | {"handling": "restricted"}), 403) == ["handling"]
    without_scope = Api(world.people["cleared_editor"])
    assert fields(without_scope.send("claims/", NEW | {"handling": "restricted"}), 403) == ["handling"]
    assert counts() == before
