"""Notes: one on the page of its issue, and the word of no change for many at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.records import a_note
from tests.world import NOW, World
from tracker.models import Issue, Note

pytestmark = pytest.mark.django_db

GOOD: dict[str, Any] = {
    "kind": "no_change",
    "searched": "Both ministries' pages.",
    "text": "",
    "noted_on": "2026-02-09",
    "issues": ["USCN-1"],
}


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def form_at(world: World, query: str = "", name: str = "editor") -> Any:
    return signed_in(world.people[name]).get(f"{at('note_add')}?{query}")


def test_the_issues_that_were_asked_for_are_ticked_and_the_others_offered(world: World) -> None:
    for title in ("Soybeans", "Chips", "TikTok"):
        world.issue(title)
    world.issue("Done", status="closed")
    world.issue("Theirs", foreign=True)
    world.issue("Kept close", handling="restricted")
    form = form_at(world, "issues=USCN-2,USCN-1&kind=no_change").context["form"]
    assert [key for key, _ in form.fields["issues"].choices] == ["USCN-1", "USCN-2", "USCN-3"]
    assert form["issues"].value() == ["USCN-2", "USCN-1"]
    assert form["kind"].value() == "no_change"


def test_one_note_of_no_change_starts_the_clock_of_many_issues(world: World) -> None:
    issues = [world.issue(title) for title in ("Soybeans", "Chips", "TikTok")]
    client = signed_in(world.people["editor"])
    values = {**GOOD, "issues": ["USCN-1", "USCN-2"]}
    response = client.post(f"{at('note_add')}?issues=USCN-1,USCN-2", values)
    assert response["Location"] == at("issue_changelist")
    note = Note.objects.get()
    assert (note.searched, note.by, list(note.issues.all())) == (GOOD["searched"], world.people["editor"], issues[:2])
    days = {issue.key: issue.last_substantive_on.day for issue in Issue.objects.all()}
    assert days == {"USCN-1": 9, "USCN-2": 9, "USCN-3": 2}


def test_a_note_on_one_issue_leads_back_to_it_and_stands_there(world: World) -> None:
    issue = world.issue()
    client = signed_in(world.people["editor"])
    values = {**GOOD, "kind": "note", "searched": "", "text": "One.\r\nTwo."}
    response = client.post(f"{at('note_add')}?issues=USCN-1", values)
    assert response["Location"] == f"{at('issue_change', issue.pk)}#notes"
    assert "Note 9 Feb 2026 by editor USCN-N1 One. Two." in text_of(client.get(at("issue_change", issue.pk)))
    assert Issue.objects.get().last_substantive_on == dt.date(2026, 2, 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"searched": ""}, "searched"),
        ({"kind": "note", "text": " "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"noted_on": "2026-03-01"}, "noted_on"),
        ({"noted_on": "x"}, "noted_on"),
        ({"issues": []}, "issues"),
        ({"issues": ["USCN-9"]}, "issues"),
        ({"issues": ["USRU-1"]}, "issues"),
        ({"issues": ["USCN-1", "x"]}, "issues"),
    ],
)
def test_a_refused_note_says_why_at_its_field_and_keeps_what_was_typed(
    world: World, changes: dict[str, Any], field: str
) -> None:
    world.issue()
    world.issue("Theirs", foreign=True)
    values = {**GOOD, **changes}
    response = signed_in(world.people["editor"]).post(f"{at('note_add')}?issues=USCN-1", values)
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert fields_of(response)["text"] == values["text"]
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("issues=USCN-99", 400, "issues"),
        ("issues=USRU-1", 400, "issues"),
        ("issues=USCN-1,USRU-1", 400, "issues"),
        ("issues=" + ",".join(f"USCN-{n}" for n in range(201)), 400, "issues"),
        ("issues=a%00b", 400, ""),
        ("kind=gossip", 400, "kind"),
        ("colour=red", 400, "colour"),
        ("relationship=us-ru", 404, ""),
        ("relationship=none-such", 404, ""),
    ],
)
def test_nonsense_in_the_address_is_refused_by_name(world: World, query: str, status: int, field: str) -> None:
    world.issue()
    world.issue("Theirs", foreign=True)
    response = form_at(world, query)
    assert response.status_code == status
    assert field in text_of(response)


def test_a_hidden_and_a_missing_issue_are_refused_alike(world: World) -> None:
    world.issue("Kept close", handling="restricted")
    answers = [form_at(world, f"issues={key}").content.replace(key.encode(), b"") for key in ("USCN-900001", "USCN-99")]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_a_reader_writes_no_note_and_is_offered_none(world: World, name: str) -> None:
    issue = world.issue()
    assert form_at(world, "issues=USCN-1", name).status_code == 403
    assert form_at(world, "", name).status_code == 403
    assert form_at(world, "relationship=us-cn", name).status_code == 403
    client = signed_in(world.people[name])
    assert client.post(f"{at('note_add')}?issues=USCN-1", GOOD).status_code == 403
    for address in (at("issue_change", issue.pk), at("issue_changelist")):
        assert at("note_add") not in client.get(address).content.decode()


def test_the_list_offers_to_verify_all_the_issues_it_shows(world: World) -> None:
    world.issue("Soybeans", priority="high")
    world.issue("Chips")
    client = signed_in(world.people["editor"])
    page = client.get(f"{at('issue_changelist')}?priority=high")
    assert "Verified, no change: 1 of USCN" in text_of(page)
    address = page.context["verify_urls"][0][0]
    assert client.get(address).context["form"]["issues"].value() == ["USCN-1"]


def test_a_note_on_many_says_so_and_only_the_lead_withdraws_it(world: World) -> None:
    issue, other = world.issue(), world.issue("Chips")
    note = a_note(issue, other)
    editor, lead = signed_in(world.people["editor"]), signed_in(world.people["lead"])
    assert "on 1 other issue as well" in text_of(editor.get(at("issue_change", issue.pk)))
    address = at("note_withdraw", note.pk)
    assert editor.post(address, {"reason": "A slip."}).status_code == 403
    assert address not in editor.get(at("issue_change", issue.pk)).content.decode()
    assert address in lead.get(at("issue_change", issue.pk)).content.decode()
    assert sent(lead, address, {"reason": "A slip."}).status_code == 302
    assert "Withdrawn: A slip." in text_of(editor.get(at("issue_change", other.pk)))
    assert "USCN-1 Soybeans" in text_of(editor.get(at("note_change", note.pk)))


def test_a_restricted_note_shows_to_the_cleared_alone(world: World) -> None:
    issue = world.issue()
    client = signed_in(world.people["cleared_editor"])
    values = {**GOOD, "text": "Kept close.", "handling": "restricted"}
    assert client.post(f"{at('note_add')}?issues=USCN-1", values).status_code == 302
    note = Note.objects.get()
    assert "Kept close." in text_of(client.get(at("issue_change", issue.pk)))
    lead = signed_in(world.people["lead"])
    for address in (at("issue_change", issue.pk), at("note_changelist")):
        assert "Kept close." not in lead.get(address).content.decode()
    assert lead.get(at("note_change", note.pk)).status_code == 404
