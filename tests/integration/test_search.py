"""The search of everything: what it finds, in which script, and for whom."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from core.errors import InvalidInput
from tests.pages import signed_in, text_of
from tests.records import a_claim, a_note, a_position, a_source
from tests.world import NOW, World
from tracker.actions.parties import Name, add_party
from tracker.models import Issue, Party
from tracker.models.record import Numbered
from tracker.search import search

pytestmark = pytest.mark.django_db
NAMES = [
    Name("Guo Jiakun"),
    Name("郭嘉昆", "zh", "native"),
    Name("Gou Jiakun", "en", "misspelling"),
    Name("Го Цзякунь", "ru", "transliteration"),
]


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def speaker(world: World) -> Party:
    """A spokesperson who is spelt in several ways."""
    ministry = world.home.parties.get(code="CN")
    by = world.access("editor")
    return add_party(relationship=world.home, code="guo", kind="person", parent=ministry, names=NAMES, by=by, at=NOW)


def found(world: World, query: str, name: str = "viewer") -> dict[str, list[str]]:
    """The keys of what a reader finds, kind by kind."""
    groups = search(query, world.access(name)).groups
    return {group.kind: [getattr(row, "key", row.__str__()) for row in group.rows] for group in groups if group.rows}


@pytest.mark.parametrize(
    "query",
    [
        "Guo Jiakun", "guo", "JIAKUN guo", "Gou Jiakun", "gou jiakun", "Guó Jiākūn", "Jia-kun", "嘉昆", "郭嘉昆",
        "郭嘉", "Цзякунь", "цзякунь", "ЦЗЯКУНЬ", "Ｇｕｏ",
    ],
)  # fmt: skip
def test_any_name_in_any_spelling_finds_the_person_and_what_they_said(world: World, speaker: Party, query: str) -> None:
    claim = a_claim(world, world.issue(), speaker=speaker, summary="Talks go on.")
    assert found(world, query) == {"parties": ["guo"], "claims": [claim.key]}


def test_the_words_may_stand_in_a_name_and_in_the_text(world: World, speaker: Party) -> None:
    claim = a_claim(world, world.issue(), speaker=speaker, summary="Talks go on.")
    a_claim(world, world.issue(), summary="Talks go on.")
    assert found(world, "gou talks") == {"claims": [claim.key]}


def test_the_misspelling_of_a_source_is_found_and_stays_in_the_claim(world: World) -> None:
    claim = a_claim(world, world.issue(), speaker_name="Gou Jiakun")
    assert found(world, "gou") == {"claims": [claim.key]}
    claim.refresh_from_db()
    assert claim.speaker_name == "Gou Jiakun"


@pytest.mark.parametrize("text", ["大豆", "台湾", "Соя и нефть", "ЯДЕРНЫЙ", "Ελλάδα", "صويا", "한국", "हिन्दी", "Æther"])
def test_texts_in_other_scripts_are_found_on_either_database(world: World, text: str) -> None:
    issue = world.issue(f"On {text} again")
    assert found(world, text) == {"issues": [issue.key]}


@pytest.mark.parametrize(
    ("text", "query"), [("Соя", "соя"), ("соя", "СОЯ"), ("СОЯ", "Соя"), ("Ελλάδα", "ελλάδα"), ("Élysée", "élysée")]
)
def test_both_cases_of_another_alphabet_are_the_same(world: World, text: str, query: str) -> None:
    issue = world.issue(f"On {text}")
    assert found(world, query) == {"issues": [issue.key]}


def test_each_kind_is_found_by_its_key_and_by_its_texts(world: World) -> None:
    issue = world.issue("Zebra", summary="Of zebras")
    source = a_source(world, "On the zebra", publisher="Zebra Times", text="A zebra said: “zebra”.")
    claim = a_claim(world, issue, source=source, summary="x", quote="A zebra said")
    position = a_position(world, issue, text="No zebras", claim=claim)
    note = a_note(issue, searched="zebra pages")
    assert found(world, "zebra") == {
        "issues": [issue.key],
        "claims": [claim.key],
        "positions": [position.key],
        "sources": [source.key],
        "notes": [note.key],
    }
    for row in (issue, source, claim, position, note):
        assert [row.key] in found(world, row.key).values()


def test_every_word_must_stand_there_and_in_no_order(world: World) -> None:
    issue = world.issue("Soybeans and oil", summary="Purchases are considered.")
    world.issue("Soybeans")
    assert found(world, "oil considered SOYBEANS") == {"issues": [issue.key]}
    assert found(world, "oil gas") == {}


@pytest.mark.parametrize("query", ["%", "_", "\\", "100%", "'", '"', ";--", "%25", "😀", "–"])
def test_signs_of_the_database_are_letters_like_any_other(world: World, query: str, speaker: Party) -> None:
    world.issue("Soybeans")
    assert found(world, query) == {}
    issue = world.issue(f"a{query}b")
    assert found(world, query) == {"issues": [issue.key]}


def test_what_is_restricted_is_found_by_the_cleared_alone(world: World) -> None:
    issue = world.issue("Zebra", handling="restricted")
    open_issue = world.issue("Soybeans")
    source = a_source(world, "Zebra", handling="restricted")
    claim = a_claim(world, open_issue, source=source, summary="zebra")
    position = a_position(world, open_issue, text="zebra", handling="restricted")
    note = a_note(open_issue, searched="zebra", handling="restricted")
    for name in ("viewer", "lead", "stranger", "operator"):
        assert found(world, "zebra", name) == {}
    rows: dict[str, Issue | Numbered] = {
        "issues": issue,
        "sources": source,
        "claims": claim,
        "positions": position,
        "notes": note,
    }
    assert found(world, "zebra", "cleared_viewer") == {kind: [row.key] for kind, row in rows.items()}


def test_nothing_is_found_across_the_wall(world: World, speaker: Party) -> None:
    world.issue("Zebra")
    a_claim(world, world.issue(), speaker=speaker)
    for query in ("zebra", "guo", "USCN"):
        assert found(world, query, "stranger") == {}


def test_a_count_tells_of_what_the_reader_sees_alone(world: World) -> None:
    for handling in ("open", "open", "restricted"):
        world.issue("Zebra", handling=handling)
    groups = {name: search("zebra", world.access(name), limit=2).groups[0] for name in ("viewer", "cleared_viewer")}
    assert {name: (group.count, len(group.rows)) for name, group in groups.items()} == {
        "viewer": ("2", 2),
        "cleared_viewer": ("2+", 2),
    }


@pytest.mark.parametrize("query", ["", "  ", "\n", "\u200b"])
def test_no_words_find_nothing(world: World, query: str) -> None:
    world.issue()
    assert search(query, world.access("viewer")).groups == ()


@pytest.mark.parametrize(
    "query",
    ["a\x00b", "\ud800", "x" * 201, " ".join("abcdefghijk"), "a " * 1500, "x" * 50_000, "\x07"],
    ids=["NUL", "surrogate", "long word", "eleven words", "1500 words", "50,000 characters", "bell"],
)
def test_what_is_no_query_is_refused_by_name(world: World, query: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        search(query, world.access("viewer"))
    assert refused.value.field == "q"


def test_ten_long_words_are_a_query(world: World) -> None:
    assert search(" ".join("x" * 200 for _ in range(10)), world.access("viewer")).nothing
    assert search(" ".join(chr(0x4E00 + n) * 200 for n in range(10)), world.access("viewer")).nothing


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_so_many_rows_as_that_are_not_given(world: World, limit: int) -> None:
    with pytest.raises(InvalidInput, match="must be from 1 to 100"):
        search("x", world.access("viewer"), limit=limit)


def test_the_latest_come_first(world: World) -> None:
    days = [dt.date(2026, 1, day) for day in (5, 20, 10)]
    keys = [world.issue("Zebra", occurred_on=day).key for day in days]
    assert found(world, "zebra") == {"issues": [keys[1], keys[2], keys[0]]}


def page(world: World, query: str, name: str = "viewer") -> str:
    answer = signed_in(world.people[name]).get(f"/admin/search/?q={quote(query)}")
    assert answer.status_code == 200
    return text_of(answer)


def test_the_page_shows_what_was_found_with_its_links(world: World, speaker: Party) -> None:
    issue = world.issue("Talks on soybeans")
    a_claim(world, issue, speaker=speaker, summary="Talks go on.", quote="We talk.")
    answer = signed_in(world.people["viewer"]).get("/admin/search/?q=talk")
    html, text = answer.content.decode(), text_of(answer)
    assert f'href="/admin/tracker/issue/{issue.pk}/change/"' in html
    assert "Issues 1" in text
    assert "Claims 1" in text
    assert "“We talk.”" in text
    assert "Guo Jiakun" in page(world, "Gou")


def test_the_page_leads_to_the_list_where_there_is_more(world: World) -> None:
    for _ in range(9):
        world.issue("Zebra & lion")
    html = signed_in(world.people["viewer"]).get("/admin/search/?q=zebra+%26").content.decode()
    assert 'href="/admin/tracker/issue/?q=zebra+%26"' in html
    assert "8+" in html


def test_the_page_says_that_nothing_was_found(world: World) -> None:
    assert "Nothing on record has all of these words." in page(world, "zebra")


def test_the_box_is_on_every_page_of_those_who_read_a_record(world: World) -> None:
    box = 'action="/admin/search/"'
    assert box in signed_in(world.people["viewer"]).get("/admin/tracker/issue/").content.decode()
    assert box not in signed_in(world.people["operator"]).get("/admin/").content.decode()


@pytest.mark.parametrize("query", ["q=a%00b", "q=" + "a+" * 1500, "q=" + "x" * 50_000, "s=x", "q=x&page=2", "q=%07"])
def test_a_query_that_is_none_is_a_400(world: World, query: str) -> None:
    answer = signed_in(world.people["viewer"]).get(f"/admin/search/?{query}")
    assert answer.status_code == 400
    assert len(answer.content) < 20_000


def test_whoever_is_not_signed_in_is_sent_to_the_door(world: World) -> None:
    answer = signed_in(world.people["viewer"]).__class__().get("/admin/search/?q=x")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_the_text_of_a_record_is_shown_and_not_carried_out(world: World) -> None:
    world.issue("<script>zebra</script>")
    answer = signed_in(world.people["viewer"]).get("/admin/search/?q=%3Cscript%3Ezebra")
    assert "<script>zebra" not in answer.content.decode()


def test_it_takes_as_many_statements_for_many_rows_as_for_one(world: World, speaker: Party) -> None:
    client, taken = signed_in(world.people["viewer"]), []
    for number in (1, 7):
        for _ in range(number):
            issue = world.issue("Zebra")
            a_claim(world, issue, speaker=speaker, summary="zebra", source=a_source(world, "Zebra"))
            a_position(world, issue, text="zebra")
            a_note(issue, searched="zebra")
        with CaptureQueriesContext(connection) as statements:
            client.get("/admin/search/?q=zebra")
        taken.append(len(statements))
    assert taken[0] == taken[1]
    assert Issue.objects.count() == 8
