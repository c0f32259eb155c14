"""The order in which rows of a dossier are written that rest on each other."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from tracker.dossiers.waves import depths

ROWS = st.dictionaries(st.integers(0, 12).map(str), st.sets(st.integers(0, 12).map(str), max_size=3))


def test_a_row_comes_after_those_that_it_names() -> None:
    assert depths({"c": ["b"], "a": [], "b": ["a", "elsewhere"]}, {"a", "b", "c"}) == {"a": 0, "b": 1, "c": 2}


def test_rows_on_record_are_no_step_of_their_own() -> None:
    named = {"c": ["b"], "b": ["a"], "a": []}
    found = depths(named, {"c"})
    assert found == {"a": 0, "b": 0, "c": 0}
    assert list(found) == ["a", "b", "c"]
    assert depths(named, {"a"}) == {"a": 0, "b": 1, "c": 1}


def test_what_rests_on_itself_and_all_upon_it_is_left_out() -> None:
    assert depths({"a": ["b"], "b": ["a"], "c": ["b"], "d": []}, set()) == {"d": 0}


@given(ROWS, st.sets(st.integers(0, 12).map(str)))
def test_none_comes_before_what_it_rests_on(named: dict[str, set[str]], new: set[str]) -> None:
    found = depths(named, new)
    order = list(found)
    for key in found:
        for base in named[key] & named.keys():
            assert order.index(base) < order.index(key)
            assert found[base] + (base in new) <= found[key]
    for key in named.keys() - found.keys():
        assert named[key] & (named.keys() - found.keys())


def test_a_chain_of_many_thousands_takes_no_longer_than_as_many_rows() -> None:
    """In file order the last comes first, the worst there is."""
    long = 20_000
    begin = time.process_time()
    found = depths({str(number): [str(number - 1)] for number in range(long, 0, -1)}, ())
    assert len(found) == long
    assert time.process_time() - begin < 5
