"""What a dossier says wrongly of sources, claims and what rests on them is named with its line."""

from __future__ import annotations

import pytest

from tests.dossiers import HEAD, bring_in, changed, export, refusal, rows
from tests.world import World
from tracker.models import Claim, Deadline, Position, Source, SourceText, StatusChange

pytestmark = pytest.mark.django_db

FULL = (
    HEAD
    + """\
sources:
  - key: AABB-S1
    title: A report
    url: https://example.org/a
    published_on: 2025-11-01
    retrieved_on: 2025-11-02
    text: "We said “so” in May.\\r\\n"
  - {key: AABB-S2, title: A rewrite, derives_from: AABB-S1, reliability: {value: D, reason: Late.}}
issues:
  - key: AABB-1
    title: Grain
    history:
      - id: AABB-1-H1
        to: watch
        reason: In a report.
        occurred_on: 2025-10-01
        claims: [AABB-Q2]
claims:
  - key: AABB-Q1
    issue: AABB-1
    source: AABB-S1
    quote: "said 'so'"
    speaker: {party: BB, name: Someone}
    capacity: government
    said_on: {date: "2025-10", words: last month}
    modality: intends
    known_at: 2025-11-03T08:00:00Z
    withdrawn: {at: 2025-12-01T08:00:00Z, by: x, reason: Misread.}
  - {key: AABB-Q2, issue: AABB-1, source: AABB-S2, summary: No., stance: denies, responds_to: AABB-Q3}
  - {key: AABB-Q3, issue: AABB-1, source: AABB-S2, summary: Yes., credibility: {value: 5, reason: Odd.}}
positions:
  - key: AABB-P1
    issue: AABB-1
    party: BB
    kind: demand
    text: More.
    claim: AABB-Q1
    known_at: 2025-11-03T08:00:00Z
    ended: {until: 2025-12-01, at: 2025-12-02T08:00:00Z, reason: Less.}
deadlines:
  - key: AABB-D1
    issue: AABB-1
    what: A reply
    due: "2026-Q1"
    closed: {outcome: met, on: 2026-01-05, reason: It came.}
notes:
  - {key: AABB-N1, issues: [AABB-1], kind: no_change, searched: The papers.}
links: []
"""
)


def test_the_full_dossier_is_sound_and_comes_back() -> None:
    """Else the tests below would hold of anything."""
    bring_in(FULL)
    before = rows()
    assert not bring_in(FULL).changed
    assert not bring_in(export().decode()).changed
    assert rows() == before


ONE = [
    ("key: AABB-S2", "key: AABB-S1", "sources[1].key: stands twice, first in line 13"),
    ("key: AABB-S2", "key: AABB-Q9", "sources[1].key: must be the key of a source"),
    ("key: AABB-S2", "key: USCN-S2", "sources[1].key: is of another relationship"),
    ("https://example.org/a", "javascript:alert(1)", "sources[0].url: "),
    ("retrieved_on: 2025-11-02", "retrieved_on: 2025-10-02", "sources[0].published_on: is after the day"),
    ("retrieved_on: 2025-11-02", "retrieved_on: null", "sources[0].retrieved_on: must not be empty"),
    ("derives_from: AABB-S1", "derives_from: AABB-S9", "sources[1].derives_from: there is no such source"),
    ("derives_from: AABB-S1", "derives_from: AABB-S2", "sources[1].derives_from: is the source itself"),
    ("value: D, reason: Late.", "value: D", "sources[1].reliability.reason: is missing"),
    ("value: D, reason", "value: H, reason", "sources[1].reliability.value: must be one of A"),
    ("in May.", "in \\0 May.", "sources[0].text: holds the character U+0000"),
    ("claims: [AABB-Q2]", "claims: [AABB-Q8]", "issues[0].history[0].claims: there is no such claim"),
    ("claims: [AABB-Q2]", "claims: AABB-Q2", "issues[0].history[0].claims: must be a listing"),
    ("said 'so'", "said 'no'", "claims[0].quote: These words are not in the text"),
    ("party: BB, name", "party: ZZ, name", "claims[0].speaker: there is no such party"),
    ("{party: BB, name: Someone}", "{nobody: BB}", "claims[0].speaker: there is no such field"),
    ("{party: BB, name: Someone}", "{name: Someone}", "claims[0].speaker: must name the party"),
    ('date: "2025-10"', 'date: "2025-13"', "claims[0].said_on: "),
    ('date: "2025-10"', 'date: "2027-10"', "claims[0].said_on: lies in the future"),
    ("modality: intends", "modality: hopes", "claims[0].modality: must be one of discussed"),
    ("stance: denies, responds_to: AABB-Q3", "stance: denies", "claims[1].stance: is a stance on nothing"),
    ("responds_to: AABB-Q3", "responds_to: AABB-Q9", "claims[1].responds_to: there is no such claim"),
    ("value: 5", "value: 7", "claims[2].credibility.value: must be a figure from 1 to 6"),
    ("at: 2025-12-01T08:00:00Z", "at: 2025-11-01T08:00:00Z", "claims[0].withdrawn.at: lies before the record"),
    ("by: x, reason: Misread.", "by: x", "claims[0].withdrawn.reason: is missing"),
    ("    claim: AABB-Q1\n", "    claim: null\n", "positions[0].claim: is required"),
    ("until: 2025-12-01", "until: 2024-12-01", "positions[0].ended.until: lies before it was first held"),
    ("outcome: met", "outcome: won", "deadlines[0].closed.outcome: must be one of met"),
    ("on: 2026-01-05", "on: 2027-01-05", "deadlines[0].closed.on: lies in the future"),
    ('due: "2026-Q1"', 'due: "soon"', "deadlines[0].due: "),
    ("issues: [AABB-1]", "issues: [AABB-9]", "notes[0].issues: there is no such issue"),
    ("issues: [AABB-1]", "issues: []", "notes[0].issues: must be from one to"),
    (", searched: The papers.", "", "notes[0].searched: must not be empty"),
    (
        "links: []",
        "links: [{key: AABB-L1, from: AABB-1, to: AABB-1, kind: related}]",
        "links[0].to: is the issue itself",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), ONE)
def test_what_is_wrong_is_named_with_its_line_and_nothing_is_written(old: str, new: str, told: str) -> None:
    line = FULL[: FULL.index(old)].count("\n") + 1
    problems = [problem.partition(": ") for problem in refusal(changed(FULL, old, new))]
    places = [place for place, _, reason in problems if reason.startswith(told)]
    assert places, problems
    assert all(0 <= line - int(place.split(",")[0].removeprefix("line ")) + 2 < 12 for place in places), problems


def test_claims_that_rest_on_each_other_in_a_circle_are_named() -> None:
    text = changed(FULL, "summary: Yes.,", "summary: Yes., stance: affirms, responds_to: AABB-Q2,")
    assert [problem for problem in refusal(text) if "rests on itself" in problem]


OTHERWISE = [
    ("party: BB, name: Someone", "party: BB, name: Another"),
    ("modality: intends", "modality: announced"),
    ("quote: \"said 'so'\"", 'quote: "We said"'),
    ("2025-11-03T08:00:00Z\n    withdrawn", "2025-11-04T08:00:00Z\n    withdrawn"),
    ("reason: Misread.", "reason: Wrong."),
    ("text: More.", "text: Most."),
    ("until: 2025-12-01", "until: 2025-12-02"),
    ("outcome: met", "outcome: dropped"),
    ("summary: No.", "summary: Never."),
]


@pytest.mark.parametrize(("old", "new"), OTHERWISE)
def test_a_record_that_is_on_record_otherwise_is_a_problem(old: str, new: str) -> None:
    bring_in(FULL)
    told = refusal(changed(FULL, old, new))
    assert len(told) == 1
    assert "is on record otherwise" in told[0]


def test_a_text_that_is_held_stays() -> None:
    bring_in(FULL)
    assert "holds another text, which stays" in refusal(changed(FULL, "in May.", "in June."))[0]
    assert SourceText.objects.get().text == "We said “so” in May.\r\n"


def test_a_source_is_edited_and_what_the_file_leaves_out_stays() -> None:
    bring_in(FULL)
    done = bring_in(
        changed(changed(FULL, "title: A report", "title: The report"), "    url: https://example.org/a\n", "")
    )
    assert (done.counts["sources", "changed"], done.counts["sources", "unchanged"]) == (1, 1)
    source = Source.objects.get(key="AABB-S1")
    assert (source.title, source.url) == ("The report", "https://example.org/a")


def test_an_end_that_the_record_lacks_is_carried_out() -> None:
    withdrawn = "    withdrawn: {at: 2025-12-01T08:00:00Z, by: x, reason: Misread.}\n"
    ended = "    ended: {until: 2025-12-01, at: 2025-12-02T08:00:00Z, reason: Less.}\n"
    closed = "    closed: {outcome: met, on: 2026-01-05, reason: It came.}\n"
    text = FULL
    for end in (withdrawn, ended, closed):
        text = changed(text, end, "")
    bring_in(text)
    assert not Claim.objects.exclude(withdrawn_at=None).exists()
    bring_in(FULL)
    assert Claim.objects.get(key="AABB-Q1").withdrawn_by_name == "x"
    assert Position.objects.get().end_reason == "Less."
    assert Deadline.objects.get().outcome == "met"
    assert not bring_in(FULL).changed
    assert not bring_in(text).changed


def test_a_move_on_record_gets_the_claims_that_it_lacks_and_loses_none() -> None:
    bring_in(FULL)
    bring_in(changed(FULL, "claims: [AABB-Q2]", "claims: [AABB-Q3]"))
    assert set(StatusChange.objects.get().claims.values_list("key", flat=True)) == {"AABB-Q2", "AABB-Q3"}
    assert b"claims:\n          - AABB-Q2\n          - AABB-Q3\n" in export()


def test_the_same_link_may_stand_again_after_one_that_was_withdrawn() -> None:
    link = "from: AABB-1, to: AABB-2, kind: part_of"
    second = (
        "  - {key: AABB-2, title: Oats, history: [{id: AABB-2-H1, to: watch, reason: R, occurred_on: 2026-01-01}]}\n"
    )
    text = changed(FULL, "claims:\n  - key: AABB-Q1", f"{second}claims:\n  - key: AABB-Q1")
    both = f"links:\n  - {{key: AABB-L1, {link}}}\n  - {{key: AABB-L2, {link}, withdrawn: {{reason: Was not.}}}}\n"
    bring_in(changed(text, "links: []\n", both))
    assert not bring_in(export().decode()).changed


def test_the_same_link_twice_is_a_problem() -> None:
    bring_in(FULL)
    link = "from: AABB-1, to: AABB-2, kind: related"
    first = "{id: AABB-2-H1, to: watch, reason: R, occurred_on: 2026-01-01}"
    more = f"issues:\n  - {{key: AABB-2, title: Oats, history: [{first}]}}\n"
    told = refusal(f"{HEAD}{more}links:\n  - {{key: AABB-L1, {link}}}\n  - {{key: AABB-L2, {link}}}\n")
    assert "links[1].to: the same link is on record as AABB-L1" in told[0]


def test_what_is_hidden_and_what_is_missing_are_one_answer_to_the_uncleared(world: World) -> None:
    head = (
        "dossier: 1\nrelationship:\n  slug: us-cn\n  name: United States – China\n  key_prefix: USCN\n  parties: []\n"
    )
    issue = world.issue("Grain").key
    bring_in(f"{head}sources:\n  - {{key: USCN-S900001, title: Canary, handling: restricted}}\n")
    bring_in(f"{head}sources:\n  - {{key: USCN-S7, title: Canary, handling: restricted}}\n")
    told = []
    for key in ("USCN-S900001", "USCN-S900002", "USCN-S7"):
        text = f"{head}claims:\n  - {{key: USCN-Q1, issue: {issue}, source: {key}, summary: Said.}}\n"
        told.append(refusal(text, by=world.access("lead"))[0].replace(key, "KEY"))
        text = f"{head}sources:\n  - {{key: {key}, title: Mine}}\n"
        told.append(refusal(text, by=world.access("lead"))[0].replace(key, "KEY"))
    assert len(set(told)) == 2
    assert "there is no such source" in told[0]
    assert "is not free; new sources begin with USCN-S8" in told[1]
    assert b"Canary" not in export("us-cn", by=world.access("lead"))


@pytest.mark.parametrize("handling", ["open", "restricted"])
def test_only_the_cleared_restrict_by_a_dossier_and_all_that_rests_follows(world: World, handling: str) -> None:
    head = (
        "dossier: 1\nrelationship:\n  slug: us-cn\n  name: United States – China\n  key_prefix: USCN\n  parties: []\n"
    )
    issue = world.issue("Grain").key
    claim = f"claims:\n  - {{key: USCN-Q1, issue: {issue}, source: USCN-S1, summary: Said.}}\n"
    bring_in(f"{head}sources:\n  - {{key: USCN-S1, title: A}}\n{claim}")
    text = f"{head}sources:\n  - {{key: USCN-S1, title: A, handling: {handling}}}\n{claim}"
    if handling == "restricted":
        assert "Only a cleared member" in refusal(text, by=world.access("lead"))[0]
    bring_in(text, by=world.access("cleared_lead"))
    assert Claim.objects.get().handling == handling
