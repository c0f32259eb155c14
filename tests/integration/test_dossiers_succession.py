"""Rows of a dossier that stand in the place of others: what is replaced has ended, and a chain may be only so long."""

from __future__ import annotations

import time

import pytest

from tests.dossiers import HEAD, bring_in, changed, export, refusal
from tests.world import World
from tracker.dossiers import claims as claims_section
from tracker.models import Claim, Deadline, IssueLink, Note, Position

pytestmark = pytest.mark.django_db

BASE = (
    HEAD
    + """\
sources:
  - {key: AABB-S1, title: A report}
issues:
  - {key: AABB-1, title: Grain, history: [{id: AABB-1-H1, to: watch, reason: R, occurred_on: 2025-10-01}]}
  - {key: AABB-2, title: Oats, history: [{id: AABB-2-H1, to: watch, reason: R, occurred_on: 2025-10-01}]}
"""
)
CLAIM = "issue: AABB-1, source: AABB-S1, summary: Said."
POSITION = "issue: AABB-1, party: BB, kind: demand, text: More., disclosure: internal"
DEADLINE = 'issue: AABB-1, what: A reply, due: "2026-03"'
LINK = "from: AABB-1, to: AABB-2, kind: traded_for"
WITHDRAWN = "withdrawn: {reason: Misread.}"
KINDS = [
    (Claim, "claims", "AABB-Q", CLAIM, WITHDRAWN),
    (Position, "positions", "AABB-P", POSITION, WITHDRAWN),
    (Position, "positions", "AABB-P", POSITION, "ended: {until: 2026-02-09, reason: Less.}"),
    (Deadline, "deadlines", "AABB-D", DEADLINE, WITHDRAWN),
    (Deadline, "deadlines", "AABB-D", DEADLINE, "closed: {outcome: moved, on: 2026-01-09, reason: Later.}"),
    (Note, "notes", "AABB-N", "issues: [AABB-1], text: Seen.", WITHDRAWN),
    (IssueLink, "links", "AABB-L", LINK, WITHDRAWN),
]
IDS = [f"{section}-{end.partition(':')[0]}" for _, section, _, _, end in KINDS]
EACH = pytest.mark.parametrize(("model", "section", "key", "said", "end"), KINDS, ids=IDS)


def two(section: str, key: str, said: str, end: str = "") -> str:
    """The second in the place of the first, which stands behind it."""
    old = f"  - {{key: {key}1, {said}{', ' if end else ''}{end}}}\n"
    return f"{BASE}{section}:\n  - {{key: {key}2, {said}, replaces: {key}1}}\n{old}"


@EACH
def test_what_is_replaced_and_has_not_ended_is_a_problem(
    model: type, section: str, key: str, said: str, end: str
) -> None:
    told = refusal(two(section, key, said))
    assert f"{section}[0].replaces: {key}1 is still in force: say how it ended" in told[0]


@EACH
def test_what_is_replaced_may_end_by_the_same_file(model: type, section: str, key: str, said: str, end: str) -> None:
    bring_in(two(section, key, said, end))
    assert model.objects.get(key=f"{key}2").replaces.key == f"{key}1"  # type: ignore[attr-defined]
    assert not bring_in(two(section, key, said, end)).changed
    assert not bring_in(export().decode()).changed


@EACH
def test_what_is_replaced_may_have_ended_on_record(model: type, section: str, key: str, said: str, end: str) -> None:
    first = f"{BASE}{section}:\n  - {{key: {key}1, {said}"
    later = f"{BASE}{section}:\n  - {{key: {key}2, {said}, replaces: {key}1}}\n"
    bring_in(f"{first}}}\n")
    assert "is still in force" in refusal(later)[0]
    bring_in(f"{first}, {end.replace('}', ', untold: true}') if 'moved' in end else end}}}\n")
    bring_in(later)
    assert model.objects.get(key=f"{key}2").replaces.key == f"{key}1"  # type: ignore[attr-defined]


def test_two_records_in_the_place_of_one_are_a_problem() -> None:
    text = two("claims", "AABB-Q", CLAIM, WITHDRAWN)
    told = refusal(f"{text}  - {{key: AABB-Q3, {CLAIM}, replaces: AABB-Q1}}\n")
    assert "AABB-Q1 cannot be replaced any more" in " ".join(told)


MOVED = (
    f"{BASE}deadlines:\n  - {{key: AABB-D1, {DEADLINE}, closed: {{outcome: moved, on: 2026-01-09, reason: Later.}}}}\n"
)


def test_a_deadline_that_was_moved_to_none_is_a_problem() -> None:
    told = refusal(MOVED)
    assert len(told) == 1
    assert "deadlines[0].closed.outcome: was moved, but no deadline replaces it" in told[0]


def test_what_was_moved_to_a_deadline_that_is_not_told_says_so() -> None:
    bring_in(changed(MOVED, "reason: Later.", "reason: Later., untold: true"))
    assert b"      untold: true\n" in export()
    assert not bring_in(export().decode()).changed


def test_only_what_was_moved_has_a_deadline_that_is_not_told() -> None:
    told = refusal(changed(MOVED, "outcome: moved, on: 2026-01-09", "outcome: met, untold: true, on: 2026-01-09"))
    assert "deadlines[0].closed.untold: goes with the outcome moved" in told[0]


def test_a_deadline_moved_to_a_restricted_one_is_a_dossier_for_the_uncleared_too(world: World) -> None:
    """To them it looks as one whose successor nobody has recorded."""
    head = (
        "dossier: 1\nrelationship:\n  slug: us-cn\n  name: United States – China\n  key_prefix: USCN\n  parties: []\n"
    )
    deadline = DEADLINE.replace("AABB-1", world.issue("Grain").key)
    old = f"{{key: USCN-D1, {deadline}, closed: {{outcome: moved, on: 2026-01-09, reason: Later.}}}}"
    new = f"{{key: USCN-D900001, {deadline}, handling: restricted, replaces: USCN-D1}}"
    bring_in(f"{head}deadlines:\n  - {old}\n  - {new}\n")
    seen = {name: export("us-cn", by=world.access(name)).decode() for name in ("lead", "cleared_lead")}
    assert ["untold: true" in text for text in seen.values()] == [True, False]
    assert not bring_in(seen["lead"], by=world.access("lead")).changed
    assert not bring_in(seen["lead"]).changed


def test_the_uncleared_are_told_the_same_whether_they_see_what_replaced_it_or_not(world: World) -> None:
    head = (
        "dossier: 1\nrelationship:\n  slug: us-cn\n  name: United States – China\n  key_prefix: USCN\n  parties: []\n"
    )
    ends = f"from: {world.issue('Grain').key}, to: {world.issue('Oats').key}, kind: traded_for"
    rows = [
        f"{{key: USCN-L1, {ends}, {WITHDRAWN}}}",
        f"{{key: USCN-L2, {ends}, {WITHDRAWN}}}",
        f"{{key: USCN-L900001, {ends}, replaces: USCN-L1, handling: restricted}}",
        f"{{key: USCN-L3, {ends}, replaces: USCN-L2}}",
    ]
    bring_in(f"{head}links:\n" + "".join(f"  - {row}\n" for row in rows))
    told = []
    for key in ("USCN-L1", "USCN-L2"):
        new = ends.replace("traded_for", "related")
        text = f"{head}links:\n  - {{key: USCN-L4, {new}, replaces: {key}}}\n"
        told.append([line.replace(key, "KEY") for line in refusal(text, by=world.access("lead"))])
    assert told[0] == told[1]
    assert "KEY cannot be replaced any more" in told[0][0]


def chain(long: int) -> str:
    """Of claims, each in the place of the one before, the last first."""
    rows = [f"  - {{key: AABB-Q1, {CLAIM}, {WITHDRAWN}}}\n"]
    for number in range(2, long + 1):
        end = f", {WITHDRAWN}" if number < long else ""
        rows.append(f"  - {{key: AABB-Q{number}, {CLAIM}, replaces: AABB-Q{number - 1}{end}}}\n")
    return f"{BASE}claims:\n" + "".join(reversed(rows))


def test_a_longer_chain_than_is_read_at_once_is_one_problem_and_soon_told() -> None:
    begin = time.process_time()
    told = refusal(chain(2000))
    assert len(told) == 1
    assert "key: is the last of more than 100 new claims of which each rests on the one before" in told[0]
    assert "(was 'AABB-Q101')" in told[0] or "AABB-Q101" in told[0]
    assert time.process_time() - begin < 20


def test_a_chain_comes_in_piece_by_piece_and_back_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_section._ClaimWriter, "deepest", 4)
    assert "AABB-Q5" in refusal(chain(5))[0]
    bring_in(chain(4))
    withdrawn = chain(8).replace("AABB-Q9", "")
    bring_in(withdrawn)
    assert Claim.objects.in_force().get().key == "AABB-Q8"
    assert not bring_in(export().decode()).changed
