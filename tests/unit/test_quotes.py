"""A quote is found as the text has it, or refused with the passage that was probably meant."""

import unicodedata

import pytest

from tracker.quotes import LONGEST_PASSAGE, LONGEST_QUOTE, Folded, Found, QuoteNotFound, find_quote

TEXT = (
    "The minister called the plan “a first step” – no more.\n"
    "“We’ll see,” she said… The talks go on; the café’s owner wasn’t asked.\n"
    "外务省表示：「双方同意继续对话。」第二次会谈将于４月举行。\n"
)


def exact(quote: str, text: str = TEXT, near: int | None = None) -> str:
    """As it reads in the text, having seen that it stands where it is said to stand."""
    found = find_quote(text, quote, near=near)
    assert found.exact == text[found.start : found.end]
    return found.exact


def refused(quote: str, text: str = TEXT) -> QuoteNotFound:
    with pytest.raises(QuoteNotFound) as refusal:
        find_quote(text, quote)
    return refusal.value


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('the plan "a first step"', "the plan “a first step”"),
        ("the plan «a first step»", "the plan “a first step”"),
        ("the plan „a first step“", "the plan “a first step”"),
        ("the plan 'a first step'", "the plan “a first step”"),
        ("We'll see", "We’ll see"),
        ("We′ll see", "We’ll see"),
        ("step” - no more", "step” – no more"),
        ("step” — no more", "step” – no more"),
        ("step” − no more", "step” – no more"),
        ("she said... The", "she said… The"),
        ("cafe\u0301’s owner", "café’s owner"),
        ("called  the\tplan", "called the plan"),
        ("called\u00a0the\u2009plan", "called the plan"),
        ("called\nthe plan", "called the plan"),
        ("called the\u200b pl\u00adan", "called the plan"),
        ("\u202acalled the plan\u202c", "called the plan"),
        ("\ufeff called the plan ", "called the plan"),
        ("表示:『双方同意", "表示：「双方同意"),
        ('表示：＂双方同意', "表示：「双方同意"),
        ("将于4月", "将于４月"),
        ("继续对话｡", "继续对话。"),
    ],
)  # fmt: skip
def test_a_quote_is_found_though_typing_changed_it_and_kept_as_the_text_has_it(typed: str, kept: str) -> None:
    assert exact(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "It is ‘a\u00adgreed’, they\u00a0said.",
        "It is \u202b'agreed'\u202c, they said.",
        "It is\u3000＇ａｇｒｅｅｄ＇， they  said.",
        "\ufeffIt is 'agr\u200beed', they\u200b said.",
    ],
)
def test_the_text_may_have_the_odd_characters_instead(text: str) -> None:
    kept = exact("is 'agreed', they", text)
    assert text.startswith(kept, text.index("is"))


def test_a_text_in_decomposed_letters_is_searched_with_composed_ones() -> None:
    text = unicodedata.normalize("NFD", "Il préfère négocier à Genève. 각하")
    assert exact("négocier à", text) == unicodedata.normalize("NFD", "négocier à")
    assert exact("각하", text) == unicodedata.normalize("NFD", "각하")


def test_half_width_katakana_are_found_by_the_common_ones() -> None:
    assert exact("ガス田", "東シナ海のｶﾞｽ田") == "ｶﾞｽ田"


@pytest.mark.parametrize(
    "quote",
    ["called the plam", "Called the plan", "CALLED", "café's owners", "cafes owner", "cafe", "将于5月", "将於４月"],
)
def test_letters_case_and_digits_must_be_right(quote: str) -> None:
    assert refused(quote).reason == "These words are not in the text of the source."


@pytest.mark.parametrize(("quote", "text"), [("cafe", "cafe\u0301"), ("가", "각"), ("said.", "said…")])
def test_a_part_of_a_character_is_not_found(quote: str, text: str) -> None:
    refused(quote, text)


def test_the_first_occurrence_is_taken_unless_a_place_is_given() -> None:
    text = "tariffs and tariffs and tariffs"
    assert find_quote(text, "tariffs") == Found(0, 7, "tariffs")
    assert [find_quote(text, "tariffs", near=near).start for near in (-9, 0, 5, 6, 7, 12, 18, 19, 99)] == [
        0, 0, 0, 0, 12, 12, 12, 24, 24,
    ]  # fmt: skip


def test_a_text_is_made_ready_once_for_many_quotes() -> None:
    folded = Folded.of(TEXT)
    assert folded.find("a first step").exact == "a first step"
    assert folded.find('"We\'ll see,"').exact == "“We’ll see,”"


def test_a_quote_of_two_paragraphs_is_refused_as_such() -> None:
    for between in ("\n", "\n\n", " ", "\r\n"):
        refusal = refused(f"no more.{between}“We’ll see,”")
        assert refusal.reason == "The quote spans two paragraphs; quote them one by one."
        assert refusal.nearest


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_without_blank_lines_each_line_is_a_paragraph(line_break: str) -> None:
    text = f"one two{line_break}three four"
    assert exact("one two", text) == "one two"
    assert "spans two paragraphs" in refused("two three", text).reason


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_with_blank_lines_a_single_break_is_a_wrapped_line(line_break: str) -> None:
    text = f"one two{line_break}three four{line_break} {line_break}five six"
    assert exact("two three", text) == f"two{line_break}three"
    assert "spans two paragraphs" in refused("four five", text).reason


def test_blank_lines_before_and_after_the_text_do_not_count() -> None:
    assert "spans two paragraphs" in refused("two three", "\n\none two\nthree four\n\n").reason


@pytest.mark.parametrize("quote", ["", " ", "\n\t", "\u200b\ufeff", "\u202e"])
def test_an_empty_quote_is_refused_as_such(quote: str) -> None:
    assert refused(quote).reason == "The quote is empty."


def test_a_quote_of_great_length_is_refused_by_its_length() -> None:
    assert "at most 5000" in refused("a" * (LONGEST_QUOTE + 1), "a" * 9000).reason
    assert len(exact("a" * LONGEST_QUOTE, "a" * 9000)) == LONGEST_QUOTE


def test_the_nearest_passage_is_shown_in_the_words_of_the_text() -> None:
    assert refused("the ministre calls the plan a first step").nearest.startswith(
        "The minister called the plan “a first"
    )
    assert refused("THE TALKS GO ON").nearest == "The talks go on; the café’s owner wasn’t asked."
    assert "第二次会谈将于４月举行" in refused("第二次会谈将在４月举行").nearest


def test_the_nearest_passage_is_short_and_of_whole_words() -> None:
    words = [f"word{number}" for number in range(300)]
    nearest = refused(" ".join(words[100:200]).replace("word150", "sword"), " ".join(words)).nearest
    assert len(nearest) <= LONGEST_PASSAGE
    assert set(nearest.split()) <= set(words)
    assert nearest.split()[0] == "word100"


def test_a_long_quote_with_a_wrong_beginning_is_recognised_by_what_follows() -> None:
    text = " ".join(f"word{number}" for number in range(300))
    assert refused("совсем другое начало " * 10 + text[600:1200], text).nearest in text[500:1300]


def test_the_nearest_passage_lies_in_one_paragraph() -> None:
    text = "The talks are to go on in April.\nBoth sides have said so in public."
    assert refused("to go on in April. Both sides have said so in pubic", text).nearest == text.split("\n")[1]


@pytest.mark.parametrize("quote", ["Переговоры будут продолжены", "協議は四月に続く", "qqqq zzzz xxxx"])
def test_nothing_is_shown_where_nothing_is_alike(quote: str) -> None:
    assert not refused(quote).nearest


def test_an_empty_text_holds_no_quote() -> None:
    assert not refused("anything", "").nearest


def test_half_of_a_character_is_given_up_after_many_tries() -> None:
    """A dot within each of half a million ellipses: it is in none of them, and the search must not take minutes."""
    assert refused(".", "…" * 500_000).reason
