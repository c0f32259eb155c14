"""What holds on every page: one answer for what is not there, no deleting, one log, the reader's time, a strict CSP."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django.fixtures import Settings
from time_machine import TimeMachineFixture

from core import clock
from core.admin.base import ParleyModelAdmin
from core.models import User
from tests.pages import at, sent, signed_in, text_of
from tests.world import NOW, PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def test_every_registered_page_is_of_our_own(world: World) -> None:
    assert [str(page) for page in admin.site._registry.values() if not isinstance(page, ParleyModelAdmin)] == []


def test_nothing_can_be_deleted(world: World) -> None:
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_delete"
        with pytest.raises(NoReverseMatch):
            reverse(name, args=[1])
        assert page.actions is None
    issue = world.issue()
    client = signed_in(world.people["lead"])
    assert client.post(f"/admin/tracker/issue/{issue.pk}/delete/", {"post": "yes"}).status_code == 404
    post = {"action": "delete_selected", "_selected_action": str(issue.pk), "index": "0"}
    assert client.post(at("issue_changelist"), post).status_code == 405


def test_what_is_foreign_and_what_is_missing_get_the_same_answer(world: World) -> None:
    theirs = world.issue("Theirs", foreign=True)
    client = signed_in(world.people["lead"])
    pages = [
        ("issue_change", ()),
        ("issue_edit", ()),
        ("issue_history", ()),
        ("issue_move", ("agreed",)),
        ("issue_void", (1,)),
    ]
    for name, args in pages:
        answers = [client.get(at(name, pk, *args)) for pk in (theirs.pk, theirs.pk + 1000)]
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1
        answers = [client.post(at(name, pk, *args), {"reason": "x"}) for pk in (theirs.pk, theirs.pk + 1000)]
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1


@pytest.mark.parametrize(
    "key", ["9223372036854775808", "9" * 5000, "-1", "1_0", "%D9%A1", "a%00b", "..%2f", "%ff", "1'", "x"]
)
def test_an_address_that_names_no_record_is_not_found(world: World, key: str) -> None:
    world.issue()
    client = signed_in(world.people["lead"])
    for page in ("change", "edit", "history", "move/agreed", "history/1/void"):
        assert client.get(f"/admin/tracker/issue/{key}/{page}/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/autocomplete/?app_label=tracker&model_name=issue&field_name=parent&term=x",
        "/admin/r/1/1/",
        "/admin/auth/group/",
        "/admin/axes/accessattempt/",
        "/admin/nothing/",
        "/admin/nothing/here/",
    ],
)
def test_helpers_that_know_no_compartments_are_closed(world: World, address: str) -> None:
    world.issue()
    assert signed_in(world.people["lead"]).get(address).status_code == 404


def test_the_ledger_is_the_only_log(world: World) -> None:
    issue = world.issue()
    client = signed_in(world.people["editor"])
    sent(client, at("issue_edit", issue.pk), {"title": "Soya"})
    assert not LogEntry.objects.exists()
    assert "Recent actions" not in text_of(client.get("/admin/"))


def test_times_are_those_of_the_reader(world: World) -> None:
    issue = world.issue()
    User.objects.filter(username="viewer").update(time_zone="Asia/Tokyo")
    text = text_of(signed_in(world.people["viewer"]).get(at("issue_change", issue.pk)))
    assert "9 Feb 2026, 16:00" in text
    assert "Times of Asia/Tokyo" in text
    assert "9 Feb 2026, 07:00" in text_of(signed_in(world.people["editor"]).get(at("issue_change", issue.pk)))


def test_a_zone_that_the_machine_no_longer_knows_is_read_as_utc(world: World) -> None:
    User.objects.filter(username="viewer").update(time_zone="Mars/Olympus")
    assert signed_in(world.people["viewer"]).get("/admin/").status_code == 200


@pytest.mark.parametrize("address", ["/admin/login/", "/admin/", "/admin/tracker/issue/"])
def test_the_theme_may_evaluate_scripts_of_this_host_on_pages_of_the_admin(world: World, address: str) -> None:
    client = Client() if "login" in address else signed_in(world.people["viewer"])
    policy = client.get(address)["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval' 'unsafe-inline'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("address", ["/healthz", "/nothing", "/api/schema/"])
def test_no_other_page_may(world: World, address: str) -> None:
    assert "unsafe" not in Client().get(address)["Content-Security-Policy"]


def test_no_page_loads_anything_from_elsewhere(world: World) -> None:
    issue = world.issue()
    for address in ("/admin/", at("issue_changelist"), at("issue_change", issue.pk), at("issue_edit", issue.pk)):
        body = signed_in(world.people["editor"]).get(address).content.decode()
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="([^"]+)"', body)
        assert loaded
        assert [found for found in loaded if not found.startswith("/static/")] == []


def test_the_clock_of_a_demo_stands_on_every_page_and_on_no_other_site(world: World, settings: Settings) -> None:
    client = signed_in(world.people["viewer"])
    assert "Demo clock" not in text_of(client.get("/admin/"))
    User.objects.filter(username="editor").update(is_demo=True)
    settings.PARLEY_CLOCK = "2026-02-09T07:00:00Z"
    try:
        for page in (client.get("/admin/"), client.get(at("issue_changelist")), Client().get("/admin/login/")):
            assert "Demo clock: 9 Feb 2026, 07:00 UTC" in text_of(page)
        assert "Sign in as editor" in text_of(Client().get("/admin/login/"))
    finally:
        clock._shift.cache_clear()


def test_people_sign_in_change_their_password_and_sign_out(world: World) -> None:
    client = Client()
    signing_in = {"username": "viewer", "password": PASSWORD, "next": at("issue_changelist")}
    assert client.post("/admin/login/", signing_in)["Location"] == at("issue_changelist")
    new = "another long phrase"
    passwords = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", passwords).status_code == 302
    assert client.get("/admin/password_change/done/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/").status_code == 302
    assert client.post("/admin/login/", {**signing_in, "password": new}).status_code == 302


def test_a_wrong_password_and_an_unknown_name_read_alike(world: World) -> None:
    said = {
        text_of(Client().post("/admin/login/", {"username": name, "password": "wrong"}))
        for name in ("viewer", "none-such")
    }
    assert len(said) == 1


def test_somebody_without_any_membership_is_told_so(world: World) -> None:
    person = User.objects.create_user("newcomer", PASSWORD)
    page = signed_in(person).get("/admin/", follow=True)
    assert "belongs to no relationship" in text_of(page)


def test_the_first_page_names_what_went_quiet_what_is_mine_and_what_moved(world: World) -> None:
    world.issue("Mine", assignee=world.people["editor"], occurred_on=dt.date(2026, 1, 10))
    world.issue("Nobody's")
    world.issue("Theirs", foreign=True)
    text = text_of(signed_in(world.people["editor"]).get("/admin/"))
    assert "USCN-1 Mine Raised 30 days" in text
    assert "USCN-2 Nobody's" in text.split("Recently moved")[1]
    assert "Theirs" not in text
