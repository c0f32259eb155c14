"""The demo says what the two reports say, of whom they say it and as firmly as they do; and nothing of it is theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from tests.world import NOW
from tracker.models import Claim, Deadline, IssueLink, Note, PartyName, Position, Source, SourceText, StatusChange
from tracker.names import folded

pytestmark = pytest.mark.django_db
REPORTS = ("us-cn", "us-ru", "cn-ru")
MOST_WORDS = 8


@pytest.fixture(autouse=True)
def _loaded(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(NOW, tick=False):
        call_command("load_demo")


def claims(issue: str, **which: Any) -> list[Claim]:
    return list(Claim.objects.filter(issue__key=issue, **which).order_by("number"))


def test_no_source_holds_a_text_and_none_is_only_a_headline() -> None:
    assert not SourceText.objects.exists()
    assert not Source.objects.filter(kind="headline").exists()


def test_a_quote_is_a_few_words_of_an_official_and_no_more() -> None:
    quoted = Claim.objects.exclude(quote="")
    assert {row.quote for row in quoted} >= {"very good", "the current situation with Iran", "must carefully handle"}
    assert max(len(row.quote.split()) for row in quoted) <= MOST_WORDS
    assert {row.capacity for row in quoted} == {"government"}


def test_the_soybeans_are_one_sides_word_of_what_the_other_considers() -> None:
    word, doubt = claims("USCN-4", source__key="USCN-S2")
    assert (word.modality, str(word.speaker), word.capacity) == ("considering", "donald-trump", "government")
    assert "up to 20 million tons" in word.summary
    assert (doubt.stance, doubt.responds_to, doubt.capacity, doubt.speaker) == ("challenges", word, "expert", None)
    assert not Claim.objects.filter(issue__key="USCN-4", speaker__code__in=["CN", "CN-MFA", "xi-jinping"]).exists()
    assert not Position.objects.filter(issue__key="USCN-4").exists()


def test_the_11_billion_are_the_lawmakers_and_disputed() -> None:
    word = claims("USCN-3", capacity="legislator")[0]
    assert "11 billion" in word.summary
    assert (word.speaker_name, word.modality, word.stated_credibility) == ("U.S. lawmakers", "announced", 4)
    assert str(word.said_on) == "last month (January 2026)"
    assert "disputed" in word.credibility_reason
    assert "disputed" in Note.objects.get(issues__key="USCN-3").text
    assert len([row for row in Claim.objects.all() if "11 billion" in row.summary]) == 1


def test_both_versions_of_who_called_are_kept_and_one_challenges_the_other() -> None:
    first, second = (row for row in claims("USCN-1") if " called the " in row.summary)
    assert first.summary.startswith("The Chinese president called")
    assert second.summary.startswith("The American president called")
    assert (second.stance, second.responds_to) == ("challenges", first)
    assert {first.capacity, second.capacity} == {"narrator"}


def test_the_misspelt_spokesman_stays_misspelt_and_is_found() -> None:
    word = Claim.objects.get(speaker_name="Gou Jiakun")
    assert str(word.speaker) == "guo-jiakun"
    found = PartyName.objects.filter(folded__contains=folded("gou jiakun")).values_list("party__code", flat=True)
    assert list(found) == ["guo-jiakun"]


def test_what_is_told_for_both_governments_is_not_the_word_of_either() -> None:
    both = next(row for row in claims("USCN-1") if row.summary.startswith("Both sides have agreed"))
    assert (both.capacity, both.speaker) == ("narrator", None)


def test_the_large_sums_are_a_hope_and_no_figure() -> None:
    assert not [row for row in Claim.objects.all() if "trillion" in row.summary + row.quote]
    hope = next(row for row in claims("USCN-1") if "very large deals" in row.summary)
    assert (hope.capacity, hope.modality) == ("narrator", "discussed")


def test_a_linkage_is_the_reports_account_of_what_china_expects_and_no_word_of_china() -> None:
    links = IssueLink.objects.filter(kind="traded_for", relationship__slug="us-cn").order_by("number")
    assert [(str(link.from_issue), str(link.to_issue), str(link.asserted_by)) for link in links] == [
        ("USCN-9 TikTok", "USCN-11 Chip export controls", "None"),
        ("USCN-8 Rare earths", "USCN-11 Chip export controls", "None"),
    ]
    assert {link.claim for link in links} == {Claim.objects.get(key="USCN-Q19")}


def test_the_positions_of_the_reports_stand_with_their_claims() -> None:
    rows = Position.objects.filter(relationship__slug="us-cn").order_by("number")
    assert [(row.issue.key, str(row.party), row.kind) for row in rows] == [
        ("USCN-2", "CN", "position"),
        ("USCN-2", "CN", "red_line"),
        ("USCN-3", "CN", "demand"),
        ("USCN-11", "CN", "demand"),
    ]
    assert all(row.claim and row.claim.issue == row.issue for row in rows)


def test_new_start_is_told_by_the_nameless_and_has_its_day() -> None:
    told = claims("USRU-1", modality="considering")
    assert {row.capacity for row in told} == {"anonymous"}
    assert [row.relayed_by for row in told] == ["", "Axios"]
    deadline = Deadline.objects.get(relationship__slug="us-ru")
    assert (deadline.kind, deadline.due_latest, deadline.outcome) == ("legal", dt.date(2026, 2, 5), "")


@pytest.mark.parametrize("key", ["CNRU-1", "CNRU-2", "CNRU-3"])
def test_the_adviser_is_one_claim_on_each_issue_that_he_speaks_of(key: str) -> None:
    word = claims(key)[0]
    assert (str(word.speaker), word.capacity, word.modality) == ("RU", "government", "intends")


def test_each_move_made_from_the_reports_cites_what_it_rests_on() -> None:
    moves = StatusChange.objects.filter(issue__relationship__slug__in=REPORTS)
    assert [str(move) for move in moves if not move.claims.exists()] == []
    assert all(claim.issue_id == move.issue_id for move in moves for claim in move.claims.all())


def test_every_claim_of_the_reports_is_on_an_issue_of_theirs_and_known_when_they_came_out() -> None:
    for claim in Claim.objects.filter(relationship__slug__in=REPORTS).select_related("source", "issue"):
        assert claim.known_at.date() == claim.source.published_on, claim.key


def test_what_is_for_the_cleared_is_a_note_of_our_own() -> None:
    assert list(Note.objects.filter(handling="restricted").values_list("key", flat=True)) == ["USCN-N900001"]
    assert not Claim.objects.filter(handling="restricted").exists()
