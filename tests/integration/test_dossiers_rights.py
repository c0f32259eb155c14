"""A dossier is no way round a door: who imports or exports sees and does what they may, and nothing beside it."""

from __future__ import annotations

import pytest

from core.access import Access
from core.errors import Forbidden, NotFound
from core.models import Event
from tests.dossiers import bring_in, export, refusal, rows
from tests.world import World
from tracker.dossiers.importing import import_dossier
from tracker.models import Issue, StatusChange

pytestmark = pytest.mark.django_db

HOME = """\
dossier: 1
relationship:
  slug: us-cn
  name: United States – China
  key_prefix: USCN
  parties: []
issues:
"""
ISSUE = """\
  - key: {key}
    title: Grain
    {more}
    history:
      - {{id: {key}-H1, to: raised, reason: Said., occurred_on: 2026-01-05, by: {by}}}
"""


def home(key: str = "USCN-1", more: str = "", by: str = "x") -> str:
    return HOME + ISSUE.format(key=key, more=more, by=by)


def test_a_lead_imports_into_their_relationship_and_stands_on_the_ledger(world: World) -> None:
    bring_in(home(), by=world.access("lead"))
    assert set(Event.objects.filter(kind__startswith="issue").values_list("actor__username", flat=True)) == {"lead"}


@pytest.mark.parametrize("name", ["viewer", "editor", "auditor", "cleared_editor"])
def test_whoever_may_not_import_is_told_so_and_nothing_is_written(world: World, name: str) -> None:
    before = rows()
    with pytest.raises(Forbidden, match="may not import here"):
        bring_in(home(), by=world.access(name))
    assert rows() == before


def answer(text: str, by: Access) -> str:
    with pytest.raises(NotFound) as error:
        bring_in(text, by=by)
    return str(error.value)


@pytest.mark.parametrize("name", ["stranger", "operator"])
def test_a_foreign_relationship_and_none_at_all_are_one_answer(world: World, name: str) -> None:
    foreign = answer(home(), world.access(name))
    missing = answer(home().replace("us-cn", "us-xx"), world.access(name))
    assert foreign == missing.replace("us-xx", "us-cn")
    for slug in ("us-cn", "us-xx"):
        with pytest.raises(NotFound, match=f"There is no such record. .was '{slug}'"):
            export(slug, by=world.access(name))


def test_a_prefix_taken_behind_another_door_is_not_told(world: World) -> None:
    with pytest.raises(NotFound):
        bring_in(home().replace("us-cn", "new-one"), by=world.access("stranger"))


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_whoever_may_not_export_is_told_so(world: World, name: str) -> None:
    with pytest.raises(Forbidden, match="may not export here"):
        export("us-cn", by=world.access(name))


def test_restricted_rows_are_exported_for_the_cleared_and_for_operators_alone(world: World) -> None:
    world.issue("Open one")
    world.issue("Canary", handling="restricted")
    seen = {name: b"Canary" in export("us-cn", by=world.access(name)) for name in ("lead", "cleared_lead", "editor")}
    assert seen == {"lead": False, "cleared_lead": True, "editor": False}
    assert b"Canary" in export("us-cn")
    assert b"Open one" in export("us-cn", by=world.access("editor"))


def test_a_restricted_issue_and_a_free_number_are_one_answer_to_the_uncleared(world: World) -> None:
    """The second of three was restricted later, so that it has a number of the open series."""
    for title in ("One", "Two", "Three"):
        world.issue(title)
    Issue.objects.filter(key="USCN-2").update(handling="restricted")
    world.issue("Canary", handling="restricted")
    told = {}
    for key in ("USCN-2", "USCN-900001", "USCN-900002"):
        told[key] = refusal(home(key), by=world.access("lead"))[0].replace(key, "KEY")
    assert len(set(told.values())) == 1
    assert "is not free; new issues begin with USCN-4" in told["USCN-2"]
    bring_in(home("USCN-4"), by=world.access("lead"))


def test_a_parent_that_is_restricted_and_none_at_all_are_one_answer(world: World) -> None:
    hidden = world.issue("Canary", handling="restricted").key
    told = [
        refusal(home("USCN-1", f"parent: {key}"), by=world.access("lead"))[0].replace(key, "KEY")
        for key in (hidden, "USCN-77")
    ]
    assert told[0] == told[1]
    assert "there is no such issue" in told[0]


def test_only_the_cleared_restrict_an_issue(world: World) -> None:
    text = home("USCN-1", "handling: restricted")
    assert "Only a cleared member may restrict" in refusal(text, by=world.access("lead"))[0]
    world.issue("Grain")
    text = HOME + "  - {key: USCN-1, title: Grain, handling: restricted}\n"
    assert "Only a cleared member may restrict" in refusal(text, by=world.access("lead"))[0]
    bring_in(text, by=world.access("cleared_lead"))
    bring_in(home("USCN-2", "handling: restricted"), by=world.access("cleared_lead"))


def test_a_file_that_says_nothing_of_handling_opens_nothing(world: World) -> None:
    bring_in(home("USCN-1", "handling: restricted"))
    bring_in(home("USCN-1", "priority: low"))
    assert Issue.objects.get(key="USCN-1").handling == "restricted"


def test_a_person_claims_rows_for_nobody_but_themselves(world: World) -> None:
    bring_in(home("USCN-1", by="auditor"), by=world.access("lead"))
    bring_in(home("USCN-2", by="lead"), by=world.access("lead"))
    bring_in(home("USCN-3", by="auditor"))
    authors = StatusChange.objects.order_by("issue__number").values_list("by__username", "author_name")
    assert list(authors) == [(None, "auditor"), ("lead", ""), ("auditor", "")]


def test_an_issue_of_another_relationship_cannot_be_reached_through_ones_own(world: World) -> None:
    foreign = world.issue("Canary", foreign=True)
    told = refusal(home(foreign.key), by=world.access("lead"))
    assert all("is an issue of another relationship" in told[0] or "another issue" in problem for problem in told)
    assert "Canary" not in " ".join(told)
    assert Issue.objects.get(key=foreign.key).title == "Canary"


def test_a_revoked_lead_imports_nothing(world: World) -> None:
    world.people["lead"].is_active = False
    with pytest.raises(NotFound):
        import_dossier(data=home().encode(), by=world.access("lead"), at=Event.objects.latest("at").at)
