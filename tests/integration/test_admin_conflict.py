"""Two editors of one issue: the second sees what changed, and neither loses anything."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from tests.pages import at, fields_of, sent, signed_in, text_of
from tests.world import NOW, World
from tracker.models import Issue, StatusChange

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


class Two:
    """Both opened the same form; the first has saved."""

    def __init__(self, world: World, **first: str) -> None:
        self.issue = world.issue("Soya", summary="As it was.")
        self.address = at("issue_edit", self.issue.pk)
        self.first, self.second = signed_in(world.people["lead"]), signed_in(world.people["editor"])
        self.opened = fields_of(self.second.get(self.address))
        assert sent(self.first, self.address, first).status_code == 302

    def second_sends(self, **values: str) -> Any:
        return self.second.post(self.address, {**self.opened, **values})


def resend(client: Client, address: str, page: Any, **choices: str) -> Any:
    """The conflict page's form, with the choices made."""
    sent_along = {field.name: field.sent for field in page.context["fields"]}
    contested = [field.name for field in page.context["fields"] if field.contested]
    base = {"version": page.context["version"], "seen": page.context["seen"], "choose": contested}
    return client.post(address, {**base, **sent_along, **{f"keep-{name}": whose for name, whose in choices.items()}})


def test_the_second_gets_a_conflict_that_shows_theirs_and_yours_and_nothing_is_written(world: World) -> None:
    two = Two(world, title="Soybeans")
    page = two.second_sends(title="Soy beans")
    assert page.status_code == 409
    assert Issue.objects.get().title == "Soybeans"
    (field,) = [field for field in page.context["fields"] if field.contested]
    assert (field.name, field.before, field.theirs, field.yours) == ("title", "Soya", "Soybeans", "Soy beans")
    text = text_of(page)
    assert "9 Feb 2026, 07:00 lead Title Soya Soybeans" in text
    assert "nothing of yours is saved yet, and nothing is lost" in text


def test_yours_are_saved_beside_theirs_where_the_fields_differ(world: World) -> None:
    two = Two(world, title="Soybeans")
    page = two.second_sends(summary="As it is.")
    assert [field.name for field in page.context["fields"] if field.contested] == []
    assert resend(two.second, two.address, page).status_code == 302
    issue = Issue.objects.get()
    assert (issue.title, issue.summary) == ("Soybeans", "As it is.")


@pytest.mark.parametrize(("whose", "title"), [("theirs", "Soybeans"), ("yours", "Soy beans")])
def test_where_both_changed_a_field_the_one_chosen_stays(world: World, whose: str, title: str) -> None:
    two = Two(world, title="Soybeans")
    page = two.second_sends(title="Soy beans", summary="As it is.")
    assert resend(two.second, two.address, page, title=whose).status_code == 302
    issue = Issue.objects.get()
    assert (issue.title, issue.summary) == (title, "As it is.")


def test_where_both_changed_a_field_a_choice_is_required(world: World) -> None:
    two = Two(world, title="Soybeans")
    page = two.second_sends(title="Soy beans")
    again = resend(two.second, two.address, page)
    assert again.status_code == 409
    assert "Choose one." in text_of(again)
    assert [field.name for field in again.context["fields"] if field.contested] == ["title"]
    assert Issue.objects.get().title == "Soybeans"


def test_a_third_change_while_choosing_is_a_conflict_again(world: World) -> None:
    two = Two(world, title="Soybeans")
    page = two.second_sends(title="Soy beans")
    sent(two.first, two.address, {"title": "Soybean purchases"})
    again = resend(two.second, two.address, page, title="yours")
    assert again.status_code == 409
    (field,) = [field for field in again.context["fields"] if field.contested]
    assert (field.before, field.theirs, field.yours) == ("Soya", "Soybean purchases", "Soy beans")


def test_a_move_meanwhile_is_shown_to_the_editor(world: World) -> None:
    two = Two(world)
    move = {"reason": "Said in Beijing.", "occurred_on": "2026-02-08"}
    sent(two.first, at("issue_move", two.issue.pk, "discussing"), move)
    page = two.second_sends(title="Soybeans")
    assert page.status_code == 409
    assert "Status raised discussing" in text_of(page)
    assert resend(two.second, two.address, page).status_code == 302
    assert (Issue.objects.get().status, Issue.objects.get().title) == ("discussing", "Soybeans")


def test_a_move_on_an_old_version_is_kept_in_its_form_and_recorded_when_sent_again(world: World) -> None:
    issue = world.issue()
    second, address = signed_in(world.people["editor"]), at("issue_move", issue.pk, "negotiating")
    opened = fields_of(second.get(address))
    sent(signed_in(world.people["lead"]), at("issue_edit", issue.pk), {"title": "Soy"})
    page = second.post(address, {**opened, "reason": "A number was put.", "occurred_on": "2026-02-07"})
    assert page.status_code == 409
    assert StatusChange.objects.count() == 1
    assert (fields_of(page)["reason"], fields_of(page)["occurred_on"]) == ("A number was put.", "2026-02-07")
    assert "Title Soybeans Soy" in text_of(page)
    assert second.post(address, fields_of(page)).status_code == 302
    assert Issue.objects.get().status == "negotiating"


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "1e9", "٣", "9" * 30])
def test_a_form_without_a_right_version_is_a_conflict_and_writes_nothing(world: World, version: str) -> None:
    issue = world.issue()
    client = signed_in(world.people["editor"])
    response = sent(client, at("issue_edit", issue.pk), {"title": "Mine", "version": version, "seen": version})
    assert response.status_code == 409
    assert Issue.objects.get().title == "Soybeans"


def test_without_the_version_the_second_would_have_overwritten_the_first(world: World) -> None:
    """The control: it is the version alone that stops the second save."""
    two = Two(world, title="Soybeans")
    current = Issue.objects.get().version
    assert two.second_sends(title="Soy beans", version=str(current)).status_code == 302
    assert Issue.objects.get().title == "Soy beans"
