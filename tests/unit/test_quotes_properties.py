"""Any passage of any text is found again, however it was retyped, and nothing else is."""

import unicodedata
from random import Random
from typing import Literal

from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.folding import BLANK, BREAKS, DASHES, IGNORED, QUOTES, WHITE, Folding
from tracker.quotes import LONGEST_PASSAGE, Folded, Found, QuoteNotFound, find_quote

ODD = QUOTES + DASHES + IGNORED + WHITE + "….éｶﾞＡ１Å가각e\u0301\u0323\u11a8"
WORDS = st.text(st.sampled_from("abcXYZ019 中文яж" + ODD) | st.characters(), max_size=60)
LINES = WORDS.map(lambda text: "".join(char for char in text if char not in BREAKS))
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n".join)
PLAIN = st.text("ab cde 中文", min_size=1, max_size=60)
PLACES = st.none() | st.integers(-10, 300)
FORMS: st.SearchStrategy[Literal["NFC", "NFD"]] = st.sampled_from(["NFC", "NFD"])
ABSENT = "Ж"


def begins_a_character(text: str, at: int) -> bool:
    """Whether a reader would see a new character here, and not an accent of the one before."""
    folding = Folding.of(text)
    return at >= len(text) or folding.origin(folding.index(at))[0] >= at


def passage(data: st.DataObject, text: str) -> str:
    """A part of a line that holds something to be seen, in whole characters."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    part = text[start:end].strip(BLANK)
    assume(part)
    start = text.index(part, start)
    assume(begins_a_character(text, start))
    assume(begins_a_character(text, start + len(part)))
    return part


def retyped(text: str, random: Random) -> str:
    """With other quotation marks, dashes and white space, and marks that nobody sees."""
    typed = []
    for char in text:
        kin = next((kind for kind in (QUOTES, DASHES, WHITE) if char in kind), char)
        typed.append(random.choice(kin))
        if kin == WHITE:
            typed.append(random.choice(WHITE + "\n"))
        if random.random() < 0.2:
            typed.append(random.choice(IGNORED))
    return "".join(typed)


def try_to_find(text: str, quote: str, near: int | None = None) -> Found | None:
    try:
        return find_quote(text, quote, near=near)
    except QuoteNotFound:
        return None


@given(LINES, PLACES, st.data())
def test_any_part_of_a_paragraph_is_found(text: str, near: int | None, data: st.DataObject) -> None:
    part = passage(data, text)
    found = find_quote(text, part, near=near)
    assert Folding.of(found.exact).folded == Folding.of(part).folded


@given(LINES, LINES, st.data())
def test_it_is_found_among_other_paragraphs(text: str, other: str, data: st.DataObject) -> None:
    part = passage(data, text)
    assert try_to_find(f"{other}\n{text}\n{other}", part)


@given(LINES, st.data())
def test_the_place_decides_between_several(text: str, data: st.DataObject) -> None:
    part = passage(data, text)
    offset = data.draw(st.integers(0, len(text)))
    found = find_quote(text, part, near=offset)
    wanted = Folding.of(part).folded.strip(" ")
    folding = Folding.of(text)
    ends = range(len(wanted), len(folding.folded) + 1)
    spans = [folding.span(end - len(wanted), end) for end in ends if folding.folded[end - len(wanted) : end] == wanted]
    assert abs(found.start - offset) == min(abs(span[0] - offset) for span in spans if span)


@given(LINES, st.randoms(use_true_random=False), st.data())
def test_it_is_found_however_it_was_retyped(text: str, random: Random, data: st.DataObject) -> None:
    part = passage(data, text)
    assert find_quote(text, retyped(part, random)) == find_quote(text, part)


@given(LINES, FORMS, st.data())
def test_it_is_found_composed_or_decomposed(text: str, form: Literal["NFC", "NFD"], data: st.DataObject) -> None:
    part = passage(data, text)
    assert find_quote(text, unicodedata.normalize(form, part)) == find_quote(text, part)


@given(PLAIN, st.data())
def test_with_one_letter_changed_it_is_not_found(text: str, data: st.DataObject) -> None:
    part = passage(data, text)
    at = data.draw(st.integers(0, len(part) - 1))
    assert try_to_find(text, part[:at] + ABSENT + part[at + 1 :]) is None
    assert try_to_find(text, part[:at] + ABSENT + part[at:]) is None


@given(PLAIN.filter(lambda text: text != text.upper()))
def test_in_another_case_it_is_not_found(text: str) -> None:
    assert try_to_find(text, text.upper()) is None


@given(TEXTS | st.text(), TEXTS | st.text(), PLACES)
def test_whatever_is_found_is_a_slice_of_the_text_and_is_found_again(text: str, quote: str, near: int | None) -> None:
    found = try_to_find(text, quote, near)
    if found is not None:
        assert found.exact == text[found.start : found.end]
        assert find_quote(text, found.exact, near=found.start) == found


@given(TEXTS | st.text(), TEXTS | st.text())
def test_what_is_not_found_is_answered_with_a_short_passage_of_the_text(text: str, quote: str) -> None:
    nearest = ""
    try:
        Folded.of(text).find(quote)
    except QuoteNotFound as refusal:
        nearest = refusal.nearest
    assert nearest in text
    assert len(nearest) <= LONGEST_PASSAGE


@given(TEXTS | st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    folded = Folding.of(text).folded
    assert Folding.of(folded.replace("\n", "\n\n")).folded.replace("\n", " ") == folded.replace("\n", " ")


@given(TEXTS | st.text())
def test_every_folded_character_knows_its_own_stretch_of_the_text(text: str) -> None:
    folding = Folding.of(text)
    stretches = [folding.origin(index) for index in range(len(folding.folded))]
    assert stretches == sorted(stretches)
    assert all(0 <= start < end <= len(text) for start, end in stretches)
    assert all(folding.index(start) <= index for index, (start, _) in enumerate(stretches))
