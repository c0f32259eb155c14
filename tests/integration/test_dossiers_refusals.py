"""Every problem of a dossier is named with its line, and then nothing of it is written."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from core.errors import Conflict
from tests.dossiers import HEAD, SMALL, bring_in, changed, refusal, rows
from tests.world import World
from tracker.dossiers import importing, relationship

pytestmark = pytest.mark.django_db

H1 = "{id: AABB-2-H1, to: watch, reason: In a report., occurred_on: 2025-12-01, known_at: 2025-12-02T08:00:00Z}"


def row(text: str) -> str:
    """The small dossier with another row after the last one."""
    return f"{SMALL}      - {text}\n"


# What is changed in the small dossier, and what is told of that line.
ONE = [
    ("dossier: 1", "dossier: 2", "dossier: is not a version that can be read; this is 1"),
    ("relationship:\n", "relationships:\n", "there is no such field (was 'relationships')"),
    ("slug: aa-bb", "slug: AA_BB", "relationship.slug: must be lower-case words"),
    ("slug: aa-bb", "slug: site", "relationship.slug: "),
    ("key_prefix: AABB", "key_prefix: aabb", "relationship.key_prefix: must be capital letters"),
    ("home_party: AA", "home_party: CC", "relationship.home_party: is neither of the two"),
    ("side: 2", "side: 3", "relationship.parties[1].side: must be 1 or 2"),
    ("side: 2", "side: '2'", "relationship.parties[1].side: must be a whole number"),
    ("kind: native", "kind: nick", "relationship.parties[1].names[1].kind: must be one of display"),
    ("{code: CC,", "{code: BB,", "relationship.parties[2].code: stands twice, first in line 9"),
    ("parent: AA,", "parent: QQ,", "relationship.parties[3].parent: there is no such party"),
    ("parent: AA,", "parent: AA-MIN,", "relationship.parties[3].parent: would make a party a part"),
    ("key: AABB-2", "key: AABB-1", "issues[1].key: stands twice, first in line 13"),
    ("key: AABB-2", "key: USCN-2", "issues[1].key: is an issue of another relationship"),
    ("key: AABB-2", "key: AABB-02", "issues[1].key: must be a prefix and a number"),
    ("key: AABB-2", "key: AABB-99999999999999999999", "issues[1].key: has 25 characters"),
    ("title: Wheat", "title: ' '", "issues[1].title: must not be empty"),
    ("title: Wheat", "titel: Wheat", "issues[1]: there is no such field (was 'titel')"),
    ("title: Wheat", 'title: "\\0"', "issues[1].title: holds the control character U+0000"),
    ("category: trade", "category: sport", "issues[0].category: must be one of diplomacy"),
    ("priority: high", "priority: null", "issues[0].priority: must not be empty"),
    ("next_review: 2026-03-01", "next_review: 1.3.26", "issues[0].next_review: must be a date"),
    ("parent: AABB-1", "parent: AABB-9", "issues[1].parent: there is no such issue"),
    ("parent: AABB-1", "parent: AABB-2", "issues[1].parent: "),
    ("parent: AABB-1", "parent: USCN-1", "issues[1].parent: is an issue of another relationship"),
    ("{party: CC,", "{party: AA,", "issues[0].parties[1].party: stands twice in this issue"),
    ("{party: CC,", "{party: ZZ,", "issues[0].parties[1].party: there is no such party"),
    ("role: affected", "role: guest", "issues[0].parties[1].role: must be one of principal"),
    ("id: AABB-1-H2", "id: AABB-1-H1", "issues[0].history[1].id: stands twice: line 23 has H1"),
    ("id: AABB-1-H2", "id: AABB-2-H2", "issues[0].history[1].id: is a row of another issue"),
    ("id: AABB-1-H2", "id: H2", "issues[0].history[1].id: must be the id of a row"),
    ("to: negotiating", "to: bargaining", "issues[0].history[1].to: must be one of watch"),
    ("to: negotiating", "to: implementing", "issues[0].history[1].to: may not follow Watch"),
    ("trend: easing", "trend: better", "issues[0].history[1].trend: must be one of easing"),
    ("reason: A number was put.", "reason: ''", "issues[0].history[1].reason: must not be empty"),
    ("occurred_on: 2025-10-01", "occurred_on: 2026-02-10", "issues[0].history[0].occurred_on: lies"),
    ("occurred_on: 2025-10-01", "occurred_on: 0001-01-01", "issues[0].history[0].occurred_on: lies"),
    ("2025-10-02T08:00:00Z", "2026-02-09T07:00:01Z", "issues[0].history[0].known_at: lies in the future"),
    ("2025-10-02T08:00:00Z", "2025-09-30T09:59:59Z", "issues[0].history[0].known_at: lies before"),
    ("2025-11-05T08:00:00Z", "2025-11-01T08:00:00Z", "issues[0].history[2].known_at: Row 2 was"),
    ("supersedes: AABB-1-H2", "supersedes: AABB-1-H9", "issues[0].history[2].supersedes: There is"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), ONE)
def test_what_is_wrong_is_named_with_its_line_and_nothing_is_written(old: str, new: str, told: str) -> None:
    line = SMALL[: SMALL.index(old)].count("\n") + 1
    problems = [problem.partition(": ") for problem in refusal(changed(SMALL, old, new))]
    assert [True for place, _, reason in problems if place.startswith(f"line {line}, ") and reason.startswith(told)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("dossier: 1\n", "", "line 1, column 1: dossier: is missing"),
        (
            "side: 2",
            "side: 1",
            "line 8, column 5: relationship.parties: must hold one party of side 1 and one of side 2",
        ),
        ("        to: negotiating\n", "", "line 29, column 9: issues[0].history[1].to: is missing; a row that voids"),
        ("    title: Wheat\n", "", "line 41, column 5: issues[1].title: is missing"),
    ],
)
def test_what_is_missing_is_named_with_the_line_where_it_should_be(old: str, new: str, told: str) -> None:
    assert refusal(changed(SMALL, old, new))[0].startswith(told)


def test_the_small_dossier_itself_is_sound() -> None:
    """Else the test above would hold of anything."""
    bring_in(SMALL)


def test_all_problems_are_reported_at_once_in_the_order_of_the_file() -> None:
    text = SMALL
    for old, new in [
        ("kind: agency", "kind: bureau"),
        ("category: trade", "category: sport"),
        ("role: affected", "role: guest"),
        ("reason: A number was put.", "reason: ''"),
        ("supersedes: AABB-1-H2", "supersedes: AABB-1-H9"),
        ("title: Wheat", "titel: Wheat"),
        ("to: watch, reason: In a report., occurred_on: 2025-12-01", "to: seen, reason: ' ', occurred_on: soon"),
    ]:
        text = changed(text, old, new)
    told = refusal(text)
    lines = [int(problem.split(",")[0].removeprefix("line ")) for problem in told]
    assert lines == [11, 16, 21, 32, 36, 40, 41, 42, 45, 45, 45]


def test_every_forbidden_move_of_a_history_is_named() -> None:
    rows_ = "".join(
        f"      - {{id: AABB-2-H{n}, to: {to}, reason: R, occurred_on: 2025-12-0{n}}}\n"
        for n, to in enumerate(("implementing", "watch", "agreed"), start=2)
    )
    told = refusal(SMALL + rows_)
    assert [problem.split(":")[0] for problem in told] == [f"line {n}, column 29" for n in (46, 47, 48)]
    assert "Watch on 2025-12-01 may not be followed by Implementing on 2025-12-02." in told[0]


def test_of_a_move_across_a_row_that_cannot_be_read_nothing_is_said() -> None:
    wrong = "{id: AABB-2-H2, to: agreeed, reason: R, occurred_on: 2025-12-02}"
    after = "{id: AABB-2-H3, to: implementing, reason: R, occurred_on: 2025-12-03}"
    told = refusal(row(f"{wrong}\n      - {after}"))
    assert len(told) == 1
    assert told[0].startswith("line 46, ")


def test_rows_that_leave_an_issue_without_a_status_are_refused() -> None:
    told = refusal(row("{id: AABB-2-H2, to: null, reason: R, occurred_on: 2025-12-02, supersedes: AABB-2-H1}"))
    assert "an issue always has a status" in told[0]


def test_a_row_must_be_allowed_from_what_its_author_saw() -> None:
    """The whole would be legal, negotiating and then agreed; yet agreed was entered when watch stood before it."""
    told = refusal(
        row(
            "{id: AABB-2-H2, to: agreed, reason: R, occurred_on: 2025-12-03}\n"
            "      - {id: AABB-2-H3, to: negotiating, reason: R, occurred_on: 2025-12-01, supersedes: AABB-2-H1}"
        )
    )
    assert told[0].startswith("line 46, column 29: issues[1].history[1].to: may not follow Watch")


REWRITES = [
    ("to: negotiating", "to: discussing"),
    ("trend: easing", "trend: steady"),
    ("reason: A number was put.", "reason: A figure was put."),
    ("2025-11-02T08:00:00Z", "2025-11-02T08:00:01Z"),
    ("by: an analyst", "by: another"),
]


@pytest.mark.parametrize(("old", "new"), REWRITES)
def test_history_on_record_is_not_rewritten(old: str, new: str) -> None:
    bring_in(SMALL)
    told = refusal(changed(SMALL, old, new))
    assert len(told) == 1
    assert "is on record otherwise; history is not rewritten, a later row corrects it" in told[0]


def test_a_history_goes_on_after_its_last_row_on_record() -> None:
    bring_in(SMALL)
    told = refusal(row("{id: AABB-2-H4, to: raised, reason: R, occurred_on: 2026-01-01}"))
    assert "The next row has the number 2, not 4." in told[0]


def test_prefix_and_sides_of_a_relationship_never_change() -> None:
    bring_in(SMALL)
    assert "the keys of aa-bb begin with AABB" in refusal(HEAD.replace("AABB", "ABAB"))[0]
    told = refusal(changed(changed(HEAD, "side: 1", "side: 9"), "side: 2", "side: 1").replace("side: 9", "side: 2"))
    assert len([problem for problem in told if "the two parties of a relationship do not change" in problem]) == 2


def test_a_prefix_that_is_taken_is_refused(world: World) -> None:
    assert "line 5, column 15: relationship.key_prefix: " in refusal(SMALL.replace("AABB", "USCN"))[0]


def test_whoever_was_faster_wins_and_the_import_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another import of the same relationship commits between the look and the write: no half of it stays."""
    bring_in(SMALL)
    before = rows()
    monkeypatch.setattr(relationship, "_find", lambda *_: None)
    told = refusal(SMALL)
    assert any("already exists" in problem for problem in told)
    monkeypatch.undo()
    monkeypatch.setattr(importing, "_record", _collide)
    with pytest.raises(Conflict, match="import once more"):
        bring_in(changed(SMALL, "title: Grain", "title: Corn"))
    assert rows() == before


def _collide(*_: object) -> None:
    raise IntegrityError
