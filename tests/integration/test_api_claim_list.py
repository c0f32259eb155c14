"""GET /api/v1/claims/: how the list is narrowed and sorted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api import Api, fields
from tests.records import SYSTEM, TEXT, a_claim, a_source, side
from tests.world import NOW, World
from tracker.actions.parties import Name, add_party
from tracker.actions.records import withdraw
from tracker.actions.statuses import change_status
from tracker.models import Claim, Issue, Party

pytestmark = pytest.mark.django_db
LIST = "/api/v1/claims/"


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


class TestTheList:
    @pytest.fixture(autouse=True)
    def _claims(self, world: World, issue: Issue) -> None:
        """1 by China's spokesperson and cited, 2 responds to it on another issue and is withdrawn, 3 is restricted."""
        source = a_source(world, "Another page")
        person = a_spokesperson(world)
        said: dict[str, Any] = {"speaker": person, "speaker_name": "Gou Jiakun", "modality": "intends"}
        first = a_claim(world, issue, source, **said, quote="中国重视两国关系", language="zh")
        other = world.issue("Tariffs")
        answer = {"stance": "denies", "responds_to": first, "capacity": "expert"}
        claim = a_claim(world, other, source, summary="Not so: «Ответ дан».", said_on=None, **answer)
        withdraw(record=claim, reason="A slip.", by=SYSTEM, at=NOW)
        hidden = a_claim(world, issue, source, summary="Not so secret.", handling="restricted")
        move: dict[str, Any] = {"reason": "Seen.", "occurred_on": dt.date(2026, 2, 5), "by": SYSTEM, "at": NOW}
        change_status(issue=issue, version=issue.version, to="discussing", claims=[first, hidden], **move)

    @pytest.mark.parametrize(
        ("query", "keys"),
        [
            ({}, [1, 2]),
            ({"relationship": "us-cn"}, [1, 2]),
            ({"issue": "USCN-1"}, [1]),
            ({"source": "USCN-S2"}, [1, 2]),
            ({"source": "USCN-S1"}, []),
            ({"speaker": "GJK"}, [1]),
            ({"speaker": "US"}, [2]),
            ({"capacity": "expert"}, [2]),
            ({"modality": "intends"}, [1]),
            ({"stance": "denies"}, [2]),
            ({"in_force": "true"}, [1]),
            ({"in_force": "false"}, [2]),
            ({"since": "2026-02-05"}, [1, 2]),
            ({"since": "2026-02-06"}, []),
            ({"cited_by": "USCN-1-H2"}, [1]),
            ({"cited_by": "USCN-1-H1"}, []),
            ({"q": "guo jiakun"}, [1]),
            ({"q": "Gou"}, [1]),
            ({"q": "GUO-JIAKŪN"}, [1]),
            ({"q": "嘉昆"}, [1]),
            ({"q": "中国"}, [1]),
            ({"q": "GJK"}, [1]),
            ({"q": "ОТВЕТ"}, [2]),
            ({"q": "not so"}, [2]),
            ({"q": "secret"}, []),
            ({"q": "_"}, []),
            ({"ordering": "-key"}, [2, 1]),
            ({"ordering": "-key", "page_size": 1}, [2, 1]),
        ],
    )
    def test_is_narrowed(self, api: Api, query: dict[str, str], keys: list[int]) -> None:
        assert api.keys(LIST, **query) == [f"USCN-Q{number}" for number in keys]

    def test_shows_what_is_restricted_to_the_cleared(self, world: World) -> None:
        cleared = Api(world.people["cleared_auditor"], ("read", "restricted"))
        assert cleared.keys(LIST, q="secret") == cleared.keys(LIST, cited_by="USCN-1-H2")[1:] == ["USCN-Q900001"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("issue", "USRU-1"),
            ("source", "USCN-S9"),
            ("speaker", "RU"),
            ("modality", "promised"),
            ("in_force", "1"),
            ("since", "yesterday"),
            ("cited_by", "USCN-1-H9"),
            ("cited_by", "USRU-1-H1"),
            ("cited_by", "USCN-1"),
            ("cited_by", "USCN-1-H01"),
            ("q", " "),
            ("happened_on", "2026-02-05"),
            ("ordering", "happened_on"),
        ],
    )
    def test_names_a_wrong_parameter(self, world: World, api: Api, name: str, value: str) -> None:
        world.issue(foreign=True)
        assert fields(api.get(LIST, {name: value})) == [name]

    def test_takes_the_same_few_queries_however_long_it_is(self, world: World, api: Api) -> None:
        issue, source = Issue.objects.get(key="USCN-1"), a_source(world)
        taken = []
        for count in (1, 30):
            for _ in range(count):
                first = a_claim(world, issue, source, stance="denies", responds_to=Claim.objects.earliest("pk"))
                a_claim(world, issue, a_source(world), repeats=first)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert api.get(LIST, {"page_size": 200}).status_code == 200
            taken.append(len(queries))
        # The token, its owner's memberships, its compartments; the claims; their sources' origins and corroboration.
        assert taken[0] == taken[1] <= 8
