"""Text as people may enter it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.text import clean


def title(text: object, limit: int = 20, required: bool = True, lines: bool = False) -> str:
    return clean(text, field="title", limit=limit, required=required, lines=lines)


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("Soybeans", "Soybeans"),
        ("  Rare earths\u00a0 ", "Rare earths"),
        ("Zu\u0308rich", "Zürich"),
        ("中国", "中国"),
        ("a\u202eb", "a\u202eb"),
        ("<svg onload=x>", "<svg onload=x>"),
        ("\U0001f6a2", "\U0001f6a2"),
    ],
)
def test_text_is_kept_stripped_and_composed(entered: str, kept: str) -> None:
    assert title(entered) == kept


@pytest.mark.parametrize(
    "entered", ["", " ", "\u3000", "\u200b\u200d", "\ufeff", "\u2060 \u00ad", "\u115f", "\u3164", "\u2800", "\u2028"]
)
def test_what_shows_nothing_is_empty(entered: str) -> None:
    with pytest.raises(InvalidInput, match="must not be empty") as refused:
        title(entered)
    assert refused.value.field == "title"
    assert title(entered, required=False) == ""


@pytest.mark.parametrize("entered", ["a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\nb", "a\tb"])
def test_control_characters_are_refused_by_number(entered: str) -> None:
    with pytest.raises(InvalidInput, match=rf"U\+{ord(entered[1]):04X}"):
        title(entered)


def test_text_of_several_lines_may_have_ends_of_lines_and_no_other_control() -> None:
    assert title("a\r\n\tb", lines=True) == "a\r\n\tb"
    with pytest.raises(InvalidInput):
        title("a\x00b", lines=True)


@pytest.mark.parametrize("entered", ["\ud800", "a\udfff", "\ude00\ud83d"])
def test_half_of_a_surrogate_pair_is_refused(entered: str) -> None:
    with pytest.raises(InvalidInput, match="surrogate"):
        title(entered)


def test_a_text_that_is_too_long_is_refused_and_not_quoted() -> None:
    with pytest.raises(InvalidInput, match="1000000 characters; at most 20") as refused:
        title("x" * 1_000_000)
    assert refused.value.value is None


def test_a_text_that_grows_too_long_when_composed_is_refused() -> None:
    qa = "\u0958"
    assert len(unicodedata.normalize("NFC", qa)) == 2
    assert len(title(qa * 10)) == 20
    with pytest.raises(InvalidInput, match="22 characters"):
        title(qa * 11)


@pytest.mark.parametrize("entered", [None, 7, True, ["a"], {"a": 1}, b"a"])
def test_what_is_no_text_is_refused(entered: object) -> None:
    with pytest.raises(InvalidInput, match="must be text"):
        title(entered)


@given(st.text())
def test_what_is_kept_fits_can_be_stored_and_is_kept_alike_again(entered: str) -> None:
    try:
        kept = title(entered, limit=30, required=False, lines=True)
    except InvalidInput:
        return
    assert len(kept) <= 30
    assert "\x00" not in kept
    kept.encode("utf-8")
    assert title(kept, limit=30, required=False, lines=True) == kept
