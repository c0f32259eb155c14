"""Parties and their names, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from time_machine import TimeMachineFixture

from core.models import Event
from tests.pages import at, errors_of, sent, signed_in, text_of
from tests.world import NOW, World
from tracker.actions.parties import Name, add_party
from tracker.models import Party, PartyName

pytestmark = pytest.mark.django_db
NEW = {"relationship": "us-cn", "code": "mofcom", "name": "Ministry of Commerce", "language": "en", "kind": "agency"}


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def person(world: World) -> Party:
    names = [Name("Guo Jiakun"), Name("Gou Jiakun")]
    by = world.access("editor")
    return add_party(relationship=world.home, code="guo", kind="person", names=names, by=by, at=NOW)


def client_of(world: World, name: str = "editor") -> Any:
    return signed_in(world.people[name])


def test_a_party_is_added_with_its_first_name(world: World) -> None:
    answer = sent(client_of(world), at("party_add"), {**NEW, "parent": "CN"})
    party = Party.objects.get(code="mofcom")
    assert (answer.status_code, answer["Location"]) == (302, at("party_change", party.pk))
    assert (party.kind, party.parent and party.parent.code, party.side) == ("agency", "CN", None)
    name = party.names.get()
    assert (name.text, name.kind, name.folded) == ("Ministry of Commerce", "display", "ministry of commerce")
    assert Event.objects.latest("pk").kind == "party.added"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "CN"}, "code"),
        ({"code": " "}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"kind": "planet"}, "kind"),
        ({"parent": "nobody"}, "parent"),
        ({"relationship": "us-ru"}, "relationship"),
        ({"language": "x" * 13}, "language"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    world: World, changes: dict[str, str], field: str
) -> None:
    before = Party.objects.count()
    answer = client_of(world).post(at("party_add"), {**NEW, **changes})
    assert answer.status_code == 400
    assert field in errors_of(answer) or "__all__" in errors_of(answer)
    assert Party.objects.count() == before


def test_a_name_is_added_in_another_script(world: World, person: Party) -> None:
    values = {"text": "郭嘉昆", "language": "zh", "kind": "native", "since": "2025-01-02"}
    answer = sent(client_of(world), at("party_name", person.pk), values)
    assert answer.status_code == 302
    name = person.names.get(kind="native")
    assert (name.text, name.folded, str(name.since)) == ("郭嘉昆", "郭嘉昆", "2025-01-02")
    line = Event.objects.latest("pk")
    assert (line.kind, line.subject_id, line.changes) == ("party.edited", "guo", {"names": [None, "郭嘉昆"]})


def test_the_same_name_once_more_changes_nothing(world: World, person: Party) -> None:
    before = Event.objects.count()
    answer = sent(client_of(world), at("party_name", person.pk), {"text": "Guo Jiakun"})
    assert answer.status_code == 302
    assert (person.names.count(), Event.objects.count()) == (2, before)


def test_a_wrong_name_becomes_a_misspelling_and_stays(world: World, person: Party) -> None:
    wrong = person.names.get(text="Gou Jiakun")
    answer = sent(client_of(world), at("party_name_kind", person.pk, wrong.pk), {"kind": "misspelling"})
    assert answer.status_code == 302
    wrong.refresh_from_db()
    assert wrong.kind == "misspelling"
    line = Event.objects.latest("pk")
    assert line.changes == {"kind of Gou Jiakun": ["display", "misspelling"]}
    assert "Misspelling" in text_of(client_of(world, "viewer").get(at("party_change", person.pk)))


def test_a_name_that_is_a_misspelling_already_is_not_made_one_again(world: World, person: Party) -> None:
    client = client_of(world)
    sent(client, at("party_name", person.pk), {"text": "Gou Jiakun", "kind": "misspelling"})
    right = person.names.get(text="Gou Jiakun", kind="display")
    answer = sent(client, at("party_name_kind", person.pk, right.pk), {"kind": "misspelling"})
    assert answer.status_code == 400
    assert person.names.filter(text="Gou Jiakun").count() == 2


def test_kind_and_whole_are_set(world: World, person: Party) -> None:
    answer = sent(client_of(world), at("party_edit", person.pk), {"parent": "CN"})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.parent == world.home.parties.get(code="CN")
    assert Event.objects.latest("pk").changes == {"parent": [None, "CN"]}


def test_no_party_is_a_part_of_itself(world: World, person: Party) -> None:
    state = world.home.parties.get(code="CN")
    sent(client_of(world), at("party_edit", person.pk), {"parent": "CN"})
    for parent in ("guo", "CN"):
        answer = sent(client_of(world), at("party_edit", state.pk), {"parent": parent})
        assert answer.status_code == 400
        assert "parent" in errors_of(answer)


@pytest.mark.parametrize("query", ["gou", "GUO jiakun", "嘉昆", "guo"])
def test_the_list_is_searched_in_all_names(world: World, person: Party, query: str) -> None:
    sent(client_of(world), at("party_name", person.pk), {"text": "郭嘉昆", "language": "zh", "kind": "native"})
    text = text_of(client_of(world, "viewer").get(at("party_changelist"), {"q": query}))
    assert "Guo Jiakun" in text
    assert "CN" not in text.split("Guo Jiakun")[0].rpartition("Relationship")[2]


@pytest.mark.parametrize("query", ["a\x00", "a " * 1500, "x" * 50_000, "a b c d e f g h i j k"])
def test_a_search_that_is_none_is_a_400(world: World, query: str) -> None:
    assert client_of(world).get(at("party_changelist"), {"q": query}).status_code == 400


def pages(person: Party, name: PartyName) -> list[str]:
    own = [at(f"party_{page}", person.pk) for page in ("change", "edit", "name", "history")]
    return [*own, at("party_name_kind", person.pk, name.pk)]


def test_a_stranger_finds_no_party_beyond_the_wall(world: World, person: Party) -> None:
    client, name = client_of(world, "stranger"), person.names.earliest("pk")
    for address in pages(person, name):
        answers = [client.get(address), client.get(address.replace(f"/{person.pk}/", "/987654/"))]
        assert {answer.status_code for answer in answers} == {404}
        assert answers[0].content == answers[1].content
    assert "Jiakun" not in text_of(client.get(at("party_changelist")))


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_a_reader_changes_nothing(world: World, person: Party, name: str) -> None:
    client, of = client_of(world, name), person.names.earliest("pk")
    assert client.get(at("party_change", person.pk)).status_code == 200
    for address in [at("party_add"), *pages(person, of)[1:3], pages(person, of)[4]]:
        assert client.post(address, {"kind": "native", "text": "x"}).status_code == 403
    assert "Change its kind" not in text_of(client.get(at("party_change", person.pk)))


def test_the_name_of_another_party_is_not_found_below_this_one(world: World, person: Party) -> None:
    other = PartyName.objects.exclude(party=person).filter(party__relationship=world.home).earliest("pk")
    assert client_of(world).get(at("party_name_kind", person.pk, other.pk)).status_code == 404


def test_a_member_of_two_relationships_sees_of_which_a_party_is(world: World, person: Party) -> None:
    text = text_of(client_of(world, "viewer").get(at("party_changelist")))
    assert "United States – China" in text
    assert "United States – Russia" not in text
