"""The words of evidence in their order, the Admiralty scale by rule, and the counting of independent sources."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.evidence import (
    Capacity,
    Credibility,
    Modality,
    Reliability,
    SourceKind,
    attests,
    credibility_of,
    default_capacity,
    firmness,
    independent,
    may_carry_claims,
    reliability_of,
    roots,
)

IDS = st.integers(1, 12)
SOURCES = st.dictionaries(IDS, st.none() | IDS, max_size=10)
OFFICIAL = ["legal_text", "official_statistics", "joint_statement", "government_readout", "government_statement"]


def test_modality_grows_firmer_from_discussed_to_legally_bound() -> None:
    order = ["discussed", "considering", "intends", "announced", "committed", "legally_bound"]
    assert order == Modality.values
    assert all(firmness(looser) < firmness(firmer) for looser, firmer in pairwise(order))


def test_a_word_that_is_no_modality_has_no_firmness() -> None:
    with pytest.raises(ValueError, match="promised"):
        firmness("promised")


def test_only_governments_attest() -> None:
    assert [capacity for capacity in Capacity if attests(capacity)] == [Capacity.GOVERNMENT]


def test_only_a_headline_carries_no_claim() -> None:
    assert [kind for kind in SourceKind if not may_carry_claims(kind)] == [SourceKind.HEADLINE]


@pytest.mark.parametrize("kind", OFFICIAL)
def test_an_official_text_is_completely_reliable_whoever_publishes_it(kind: str) -> None:
    assert reliability_of(kind, "") is reliability_of(kind, "A blog") is Reliability.A


@pytest.mark.parametrize("publisher", ["Reuters", "REUTERS", " reuters ", "The Associated  Press", "新华社", "ТАСС"])
def test_an_agency_is_usually_reliable_however_its_name_is_written(publisher: str) -> None:
    assert reliability_of("outlet", publisher) is Reliability.B


@pytest.mark.parametrize("publisher", ["The New York Times", "Le Monde", "Frankfurter Allgemeine Zeitung"])
def test_a_paper_of_record_is_usually_reliable(publisher: str) -> None:
    assert reliability_of("outlet", publisher) is Reliability.B


@pytest.mark.parametrize("publisher", ["", "Reuters Fan Club", "The"])
def test_any_other_outlet_is_fairly_reliable(publisher: str) -> None:
    assert reliability_of("outlet", publisher) is Reliability.C


@pytest.mark.parametrize("kind", ["anonymous", "headline"])
def test_where_nobody_is_named_or_nothing_was_read_reliability_cannot_be_judged(kind: str) -> None:
    assert reliability_of(kind, "Reuters") is Reliability.F


@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_of_source_has_a_letter(kind: SourceKind) -> None:
    assert reliability_of(kind, "Anyone") in Reliability


def test_the_speakers_own_text_confirms_what_was_said() -> None:
    assert credibility_of(own_text=True, attributed=True, independent_sources=1) is Credibility.CONFIRMED


def test_what_nobody_is_named_for_cannot_be_judged_however_often_it_is_printed() -> None:
    assert credibility_of(own_text=False, attributed=False, independent_sources=9) is Credibility.CANNOT_BE_JUDGED


@pytest.mark.parametrize(("count", "figure"), [(0, 3), (1, 3), (2, 2), (9, 2)])
def test_two_independent_sources_make_it_probable_and_one_makes_it_possible(count: int, figure: int) -> None:
    assert credibility_of(own_text=False, attributed=True, independent_sources=count) == figure


@pytest.mark.parametrize(
    ("named", "of_government", "anonymous_source", "capacity"),
    [
        (True, True, False, Capacity.GOVERNMENT),
        (True, False, False, Capacity.OTHER),
        (False, False, False, Capacity.NARRATOR),
        (False, True, False, Capacity.NARRATOR),
        (False, False, True, Capacity.ANONYMOUS),
        (True, True, True, Capacity.GOVERNMENT),
    ],
)
def test_the_default_capacity_follows_from_who_is_named(
    named: bool, of_government: bool, anonymous_source: bool, capacity: Capacity
) -> None:
    found = default_capacity(named=named, of_government=of_government, anonymous_source=anonymous_source)
    assert found is capacity


def test_nobody_attests_without_being_named() -> None:
    for of_government in (True, False):
        assert not attests(default_capacity(named=False, of_government=of_government))


def test_originals_are_independent() -> None:
    assert independent({1: None, 2: None, 3: None}) == 3


def test_ten_rewrites_of_one_wire_report_are_one_source() -> None:
    assert independent({1: None} | dict.fromkeys(range(2, 12), 1)) == 1


def test_rewrites_of_a_report_that_nobody_has_are_one_source() -> None:
    assert independent({2: 1, 3: 1}) == 1
    assert independent({2: 1, 3: 4}) == 2


def test_a_translation_of_a_rewrite_goes_back_to_the_original() -> None:
    assert roots({3: 2, 2: 1, 1: None}) == {3: 1, 2: 1, 1: 1}


def test_a_circle_is_one_source_with_all_that_leads_into_it() -> None:
    assert roots({5: 4, 4: 3, 3: 4, 6: 6}) == {5: 3, 4: 3, 3: 3, 6: 6}


@given(SOURCES, st.randoms())
def test_the_order_of_the_sources_does_not_matter(sources: dict[int, int | None], random: Random) -> None:
    items = list(sources.items())
    random.shuffle(items)
    assert roots(dict(items)) == roots(sources)


@given(SOURCES)
def test_there_are_at_most_as_many_as_given_and_at_least_one_if_any(sources: dict[int, int | None]) -> None:
    assert min(len(sources), 1) <= independent(sources) <= len(sources)


@given(SOURCES, IDS)
def test_a_source_and_what_it_derives_from_share_an_original(sources: dict[int, int | None], asked: int) -> None:
    found = roots(sources)
    parent = sources.get(asked)
    if parent is not None:
        assert found[asked] == found.get(parent, parent)


@given(SOURCES, st.integers(13, 20), st.data())
def test_one_more_rewrite_never_adds_an_independent_source(
    sources: dict[int, int | None], new: int, data: st.DataObject
) -> None:
    if sources:
        of = data.draw(st.sampled_from(sorted(sources)))
        assert independent({**sources, new: of}) == independent(sources)


@given(SOURCES, st.integers(13, 20))
def test_one_more_original_adds_exactly_one(sources: dict[int, int | None], new: int) -> None:
    assert independent({**sources, new: None}) == independent(sources) + 1
