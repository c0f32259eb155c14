"""Who may open what, and who may do what: the table of roles, asked of the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pages import at, signed_in, text_of
from tests.world import World
from tracker.models import Issue

pytestmark = pytest.mark.django_db

READERS = ("viewer", "editor", "lead", "auditor")
WRITERS = ("editor", "lead")
LEDGER_READERS = ("editor", "lead", "auditor")
EVERYBODY = (*READERS, "stranger", "operator")

Page = Callable[[Issue], str]
PAGES: list[tuple[str, Page, tuple[str, ...]]] = [
    ("issues", lambda _: at("issue_changelist"), (*READERS, "stranger")),
    ("an issue", lambda issue: at("issue_change", issue.pk), READERS),
    ("its history", lambda issue: at("issue_history", issue.pk), READERS),
    ("a new issue", lambda _: at("issue_add"), (*WRITERS, "stranger")),
    ("its edit form", lambda issue: at("issue_edit", issue.pk), WRITERS),
    ("its move form", lambda issue: at("issue_move", issue.pk, "discussing"), WRITERS),
    ("the form to correct it", lambda issue: at("issue_correct", issue.pk, 1), WRITERS),
    ("the form to void it", lambda issue: at("issue_void", issue.pk, 1), WRITERS),
    ("flags", lambda _: at("flag_changelist"), (*READERS, "stranger")),
    ("the ledger", lambda _: at("event_changelist"), (*LEDGER_READERS, "stranger", "operator")),
    ("relationships", lambda _: at("relationship_changelist"), EVERYBODY),
    ("a new relationship", lambda _: at("relationship_add"), ("operator",)),
    ("members", lambda _: at("membership_changelist"), EVERYBODY),
    ("a new member", lambda _: at("membership_add"), ("lead", "stranger", "operator")),
    ("users", lambda _: at("user_changelist"), ("operator",)),
    ("a new user", lambda _: at("user_add"), ("operator",)),
    ("own tokens", lambda _: at("servicetoken_changelist"), EVERYBODY),
]


@pytest.mark.parametrize(("address", "allowed"), [page[1:] for page in PAGES], ids=[page[0] for page in PAGES])
def test_a_page_opens_for_the_roles_of_the_table_and_for_no_other(
    world: World, address: Page, allowed: tuple[str, ...]
) -> None:
    issue = world.issue()
    statuses = {name: signed_in(world.people[name]).get(address(issue)).status_code for name in EVERYBODY}
    assert {name for name, status in statuses.items() if status == 200} == set(allowed)
    assert set(statuses.values()) <= {200, 403, 404}


@pytest.mark.parametrize("name", READERS)
def test_only_those_who_write_are_offered_what_writes(world: World, name: str) -> None:
    issue = world.issue()
    page = text_of(signed_in(world.people[name]).get(at("issue_change", issue.pk)))
    offered = {
        word for word in ("Move to", "Edit", "Correct", "Void") if word in page.split("History")[0] or word in page
    }
    assert offered == ({"Move to", "Edit", "Correct", "Void"} if name in WRITERS else set())


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_navigation_names_only_pages_that_open(world: World, name: str) -> None:
    client = signed_in(world.people[name])
    groups = client.get(at("relationship_changelist")).context["sidebar_navigation"]
    links = [item["link"] for group in groups for item in group["items"] if item["has_permission"]]
    assert {str(link): client.get(link).status_code for link in links} == {str(link): 200 for link in links}


@pytest.mark.parametrize("name", ["viewer", "auditor"])
@pytest.mark.parametrize("page", ["edit", "move", "correct", "void"])
def test_a_reader_who_sends_a_form_anyway_changes_nothing(world: World, name: str, page: str) -> None:
    issue = world.issue()
    args = {"edit": (), "move": ("discussing",), "correct": (1,), "void": (1,)}[page]
    values = {
        "version": issue.version,
        "reason": "x",
        "occurred_on": "2026-02-08",
        "title": "Mine",
        "to_status": "watch",
    }
    response = signed_in(world.people[name]).post(at(f"issue_{page}", issue.pk, *args), values)
    assert response.status_code == 403
    assert (Issue.objects.get().version, Issue.objects.get().title) == (issue.version, "Soybeans")


def test_a_restricted_issue_is_there_for_the_cleared_alone(world: World) -> None:
    issue = world.issue("Kept close", handling="restricted")
    seen = {
        name: "Kept close" in text_of(signed_in(world.people[name]).get(at("issue_changelist")))
        for name in ("viewer", "cleared_viewer", "editor", "cleared_editor")
    }
    assert seen == {"viewer": False, "cleared_viewer": True, "editor": False, "cleared_editor": True}
    assert signed_in(world.people["lead"]).get(at("issue_change", issue.pk)).status_code == 404


def test_somebody_who_left_is_sent_to_sign_in(world: World) -> None:
    client = signed_in(world.people["viewer"])
    world.people["viewer"].memberships.update(ended_at=world.people["viewer"].created_at)
    response = client.get(at("issue_changelist"))
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
