"""Two series of numbers, open and restricted: what may be given, what comes next, and that a dossier carries both."""

from __future__ import annotations

import pytest

from core.access import Access
from core.errors import Conflict, InvalidInput
from tests.dossiers import HEAD, bring_in, changed, export, refusal, undone
from tests.integration.test_dossiers_bulk import ONE
from tests.world import NOW, World
from tracker.actions import numbering
from tracker.actions.dossiers import prepare_issue
from tracker.actions.issues import Draft, create_issue, edit_issue
from tracker.models import Issue, Relationship

pytestmark = pytest.mark.django_db

SYSTEM = Access.system()
HISTORY = "history: [{{id: {key}-H1, to: watch, reason: Said., occurred_on: 2025-12-01}}]"
TOO_HIGH = [("open", 900_000), ("open", 900_001), ("open", 950_000), ("open", 10_000_000), ("restricted", 10_000_000)]
ALLOWED = [("open", 1), ("open", 899_999), ("restricted", 7), ("restricted", 900_001), ("restricted", 9_999_999)]


def dossier(*entries: tuple[str, str]) -> str:
    """The head, and an issue a pair: its key, and its handling with whatever other fields."""
    lines = [f"  - {{key: {key}, title: T, handling: {rest}, {HISTORY.format(key=key)}}}\n" for key, rest in entries]
    return f"{HEAD}issues:\n{''.join(lines)}"


def new(relationship: Relationship, handling: str = "open", number: int | None = None) -> Issue:
    draft = Draft(title="T", handling=handling)
    return create_issue(relationship=relationship, draft=draft, history=ONE, by=SYSTEM, at=NOW, number=number)


def imported(*entries: tuple[str, str]) -> Relationship:
    bring_in(dossier(*entries))
    return Relationship.objects.get(slug="aa-bb")


@pytest.mark.parametrize(("handling", "number"), [*TOO_HIGH, ("restricted", 0)])
def test_a_given_number_outside_of_its_series_is_refused_at_the_key(world: World, handling: str, number: int) -> None:
    draft = Draft(title="T", handling=handling)
    with pytest.raises(InvalidInput) as one:
        new(world.home, handling, number)
    with pytest.raises(InvalidInput) as many:
        prepare_issue(relationship=world.home, number=number, draft=draft, history=ONE, by=SYSTEM, at=NOW)
    assert one.value.field == many.value.field == "key"


@pytest.mark.parametrize(("handling", "number"), TOO_HIGH)
def test_an_import_names_the_line_of_a_number_outside_of_its_series(handling: str, number: int) -> None:
    told = refusal(dossier(("AABB-1", "open"), (f"AABB-{number}", handling)))
    line = f"line {HEAD.count(chr(10)) + 3}, "
    assert [problem.startswith(line) and "issues[1].key: " in problem for problem in told] == [True]


@pytest.mark.parametrize(("handling", "number"), ALLOWED)
def test_a_number_within_its_series_is_imported_and_the_next_issues_are_created(handling: str, number: int) -> None:
    relationship = imported((f"AABB-{number}", handling))
    for series in ("open", "restricted", "open", "restricted"):
        assert new(relationship, series).number in numbering.SERIES[series]


def test_after_the_last_number_of_a_series_comes_its_first_free_one() -> None:
    last = [("AABB-1", "open"), ("AABB-2", "restricted"), ("AABB-899999", "open")]
    relationship = imported(*last, ("AABB-9999999", "restricted"))
    assert [new(relationship).number, new(relationship).number] == [3, 4]
    assert new(relationship, "restricted").number == 900_001


def test_a_series_without_a_free_number_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(numbering.SERIES, "open", range(1, 3))
    assert [new(world.home).number, new(world.home).number] == [1, 2]
    with pytest.raises(Conflict, match="No number of this series is free"):
        new(world.home)


def test_an_issue_that_was_opened_keeps_its_number_and_no_other_gets_it(world: World) -> None:
    opened = new(world.home, "restricted")
    edit_issue(issue=opened, version=opened.version, values={"handling": "open"}, by=SYSTEM, at=NOW)
    assert [new(world.home).number, new(world.home, "restricted").number] == [1, 900_002]


def test_an_issue_that_was_opened_is_exported_so_that_it_can_be_imported() -> None:
    with undone():
        opened = new(imported(("AABB-1", "open")), "restricted")
        edit_issue(issue=opened, version=opened.version, values={"handling": "open"}, by=SYSTEM, at=NOW)
        text = export().decode()
    assert "series: restricted" in text
    bring_in(text)
    assert export().decode() == text
    assert Issue.objects.get(number=900_001).handling == "open"


def test_without_the_word_of_its_series_the_same_export_is_refused() -> None:
    text = dossier(("AABB-900001", "open, series: restricted"))
    told = refusal(changed(text, ", series: restricted", ""))
    assert "is not of the open series, which ends with 899999" in told[0]
    bring_in(text)


@pytest.mark.parametrize(
    ("stated", "told"),
    [("series: restricted", "begins with the number 900001"), ("series: open", "must be one of restricted")],
)
def test_a_series_that_is_not_that_of_the_number_is_refused(stated: str, told: str) -> None:
    assert told in refusal(dossier(("AABB-7", f"open, {stated}")))[0]


def test_to_the_uncleared_an_open_series_at_its_end_is_all_that_is_told(world: World) -> None:
    new(world.home, "restricted")
    new(world.home, "open", 899_999)
    head = "dossier: 1\nrelationship: {slug: us-cn, name: US, key_prefix: USCN, parties: []}\nissues:\n"
    told = set()
    for key in ("USCN-5", "USCN-900000", "USCN-900001", "USCN-900002"):
        text = f"{head}  - {{key: {key}, title: T, {HISTORY.format(key=key)}}}\n"
        told.add(refusal(text, by=world.access("lead"))[0].replace(key, "KEY"))
    assert len(told) == 1
    assert "is not free; the open series is at its end" in told.pop()


def test_a_key_that_cannot_be_read_is_the_only_problem_beside_sound_sub_issues() -> None:
    sound = dossier(("AABB-1", "open"), ("AABB-2", "open, parent: AABB-1"))
    bad = f"  - {{key: bad, title: T, {HISTORY.format(key='AABB-3')}}}\n"
    told = refusal(sound + bad)
    assert [problem for problem in told if "nest one level" in problem] == []
    assert "issues[2].key: must be a prefix and a number" in told[0]
    bring_in(sound)
