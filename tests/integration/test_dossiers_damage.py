"""A damaged dossier is refused with a place, or is a dossier: there is no third thing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Access
from core.errors import ParleyError
from tests.dossiers import SMALL, bring_in, export, rows, undone
from tests.integration.test_dossiers_record_refusals import FULL
from tests.world import NOW
from tracker.dossiers.importing import import_dossier

pytestmark = pytest.mark.django_db

WORDS = sorted(set(re.findall(r"[\w:.-]+", SMALL + FULL)))
NASTY = [
    *("", "null", "true", "-1", "1" * 30, "[]", "{}", "[[]]", "''", "{a: 1}", "- - -", "\t", "&a", "*a", "!x", "٢٠٢٦"),
    *('"\\0"', '"\\ud800"', '"\\u202e"', "x" * 6000, "é" * 300, "क़" * 2000),
    *("9999-12-31", "0001-01-01", "9999-12-31T23:59:59-14:00", "2026-02-09T07:00:00.000001Z"),
    *("AABB-1", "AABB-1-H1", "AABB-0", "AABB-2147483648", "AABB-1-H99999999999"),
]
NASTY += [
    "AABB-S1",
    "AABB-Q1",
    "AABB-Q0",
    "AABB-S99999999",
    "[AABB-Q1, AABB-Q1]",
    "{date: 2026-02, words: x}",
    "{at: null}",
]
TEXTS = (SMALL, FULL)
# `make soak` looks at many more.
A_FEW = settings(max_examples=max(15, settings().max_examples // 2))
PLACE = st.integers(0, 10_000)
DAMAGE = st.one_of(
    st.tuples(st.just("drop"), PLACE, st.just("")),
    st.tuples(st.just("double"), PLACE, st.just("")),
    st.tuples(st.just("indent"), PLACE, st.just("")),
    st.tuples(st.just("value"), PLACE, st.sampled_from([*NASTY, *WORDS])),
    st.tuples(st.just("word"), PLACE, st.sampled_from([*NASTY, *WORDS]) | st.text(max_size=5)),
)


def damaged(lines: list[str], kind: str, place: int, value: str) -> list[str]:
    place %= max(1, len(lines))
    line = lines[place] if lines else ""
    new = {
        "drop": [],
        "double": [line, line],
        "indent": [f"  {line}"],
        "value": [re.sub(r":.*", lambda _: f": {value}", line, count=1)],
        "word": [re.sub(r"(?<=: )[\w-]+|[\w-]+(?=[,}])", lambda _: value, line, count=1)],
    }[kind]
    return lines[:place] + new + lines[place + 1 :]


def outcome(text: str) -> str:
    try:
        import_dossier(data=text.encode("utf-8", "surrogatepass"), by=Access.system(), at=NOW)
    except ParleyError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("text", TEXTS, ids=["small", "full"])
@pytest.mark.parametrize("on_record", [False, True])
@A_FEW
@given(st.lists(DAMAGE, min_size=1, max_size=3))
def test_a_damaged_dossier_is_refused_with_its_place_or_comes_back(
    on_record: bool, text: str, damage: list[tuple[str, int, str]]
) -> None:
    lines = text.splitlines()
    for one in damage:
        lines = damaged(lines, *one)
    with undone():
        if on_record:
            bring_in(text)
        before = rows()
        told = outcome("\n".join(lines))
        if told:
            assert "line " in told
            assert rows() == before
            return
        assert outcome(export().decode()) == ""
