"""How names are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.names import folded, joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gou  Jiākūn", "gou jiakun"),
        ("GUO JIAKUN", "guo jiakun"),
        ("郭嘉昆", "郭嘉昆"),
        ("Ｇｕｏ", "guo"),
        ("О’Брайен", "о браиен"),
        ("Пётр", "петр"),
        ("ΚΥΡΙΆΚΟΣ", folded("Κυριάκος")),
        ("Łukasz Żak", "lukasz zak"),
        ("Erdoğan", "erdogan"),
        ("KIRIKKALE", folded("Kırıkkale")),
        ("İstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("Jean-Noël", "jean noel"),
        ("می‌خواهم", "میخواهم"),
        ("\u202eKim\u202c", "kim"),
        ("हिन्दी", "हिनदी"),
        ("金正恩 ", "金正恩"),
        ("한국", "한국"),
        ("–!?", ""),
        ("", ""),
    ],
)
def test_a_name_is_folded_to_what_is_compared(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_vowel_signs_tell_names_apart() -> None:
    assert folded("दिल") != folded("दाल")


def test_what_is_written_apart_and_together_is_the_same() -> None:
    assert joined("Jia-kun") == joined("Jiakun")
    assert joined("贝拉克·奥巴马") == joined("贝拉克奥巴马")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_it_holds_no_blanks_but_single_ones_within(text: str) -> None:
    assert folded(text).split(" ") == folded(text).split() or folded(text) == ""


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu"])))
def test_capitals_and_small_letters_are_the_same(text: str) -> None:
    assert folded(text) == folded(text.casefold())
