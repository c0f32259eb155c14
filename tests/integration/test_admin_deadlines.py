"""Deadlines on the page of an issue and the forms that write them."""

from __future__ import annotations

import datetime as dt

import pytest
from time_machine import TimeMachineFixture

from core.fuzzydates import exact, month, undefined
from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.records import SYSTEM, a_claim, a_deadline
from tests.world import NOW, World
from tracker.actions.deadlines import close_deadline
from tracker.admin.issue_deadlines import days_left
from tracker.models import Deadline, Issue

pytestmark = pytest.mark.django_db

GOOD = {"what": "A reply", "due": "2026-02-12", "kind": "agreed"}
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def section(world: World, issue: Issue, name: str = "viewer") -> str:
    text = text_of(signed_in(world.people[name]).get(at("issue_change", issue.pk)))
    return text.rpartition(" Deadlines ")[2].partition(" Notes ")[0]


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (exact(TODAY), "today"),
        (exact(dt.date(2026, 2, 10)), "tomorrow"),
        (exact(dt.date(2026, 2, 21)), "in 12 days"),
        (exact(dt.date(2026, 2, 8)), "yesterday"),
        (exact(dt.date(2026, 2, 1)), "8 days ago"),
        (month(2026, 2), "within 19 days"),
        (month(2026, 3), "in 20 to 50 days"),
        (month(2026, 1), "9 days ago"),
        (undefined("this season"), ""),
    ],
)
def test_the_days_left_are_said_as_sharply_as_the_date_is(due: object, said: str) -> None:
    assert days_left(due, TODAY) == said  # type: ignore[arg-type]


def test_a_deadline_is_set_with_its_words_and_its_claim(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    values = {**GOOD, "due": "2026-04", "due_words": "in spring", "claim": claim.key}
    response = sent(signed_in(world.people["editor"]), at("issue_deadline_add", issue.pk), values)
    assert response["Location"] == f"{at('issue_change', issue.pk)}#deadlines"
    deadline = Deadline.objects.get()
    assert (deadline.due, deadline.claim) == (month(2026, 4, "in spring"), claim)
    assert "A reply USCN-D1 in spring (April 2026) in 51 to 80 days Agreed USCN-Q1" in section(world, issue)


@pytest.mark.parametrize("due", ["2026-Q2", "2026", "2026-04-01/2026-04-15", "2026-04-10"])
def test_each_form_of_a_date_is_taken(world: World, due: str) -> None:
    client = signed_in(world.people["editor"])
    assert sent(client, at("issue_deadline_add", world.issue().pk), {**GOOD, "due": due}).status_code == 302
    assert (found := Deadline.objects.get().due) is not None
    assert found.iso == due


def test_words_alone_are_a_deadline_too(world: World) -> None:
    client = signed_in(world.people["editor"])
    values = {**GOOD, "due": "", "due_words": "before the visit"}
    assert sent(client, at("issue_deadline_add", world.issue().pk), values).status_code == 302
    assert Deadline.objects.get().due == undefined("before the visit")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "x" * 301}, "what"),
        ({"due": ""}, "due"),
        ({"due": "soon"}, "due"),
        ({"due": "2026-02-30"}, "due"),
        ({"due": "2026-04/2026-03"}, "due"),
        ({"due": "٢٠٢٦-٠٢-٠٨"}, "due"),
        ({"due": "9" * 5000}, "due"),
        ({"due_words": "a\x07b"}, "due"),
        ({"due_words": "x" * 201}, "due_words"),
        ({"kind": "vague"}, "kind"),
        ({"claim": "USCN-Q9"}, "claim"),
    ],
)
def test_a_refused_deadline_says_why_at_its_field_and_keeps_what_was_typed(
    world: World, changes: dict[str, str], field: str
) -> None:
    values = {**GOOD, **changes}
    response = sent(signed_in(world.people["editor"]), at("issue_deadline_add", world.issue().pk), values)
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert fields_of(response)["due"] == values["due"]
    assert not Deadline.objects.exists()


def test_a_move_keeps_the_day_before_and_the_old_row_names_the_new_one(world: World) -> None:
    issue = world.issue()
    old = a_deadline(world, issue, due=exact(dt.date(2026, 2, 12)))
    client = signed_in(world.people["editor"])
    changes = {"due": "2026-03-01", "reason": "They asked for time."}
    assert sent(client, at("deadline_move", old.pk), changes).status_code == 302
    text = section(world, issue)
    assert "1 March 2026 in 20 days moved from 12 February 2026" in text
    assert "What became of others (1)" in text
    assert "An answer Moved USCN-D1 9 Feb 2026: They asked for time. · now USCN-D2" in text


def test_a_deadline_is_closed_as_met_missed_or_dropped_and_not_as_moved(world: World) -> None:
    issue = world.issue()
    deadline = a_deadline(world, issue)
    client, address = signed_in(world.people["editor"]), at("deadline_close", deadline.pk)
    good = {"outcome": "missed", "closed_on": "2026-02-08", "reason": "No reply came."}
    for field, value in (("outcome", "moved"), ("closed_on", "2026-03-01"), ("reason", "")):
        assert set(errors_of(sent(client, address, {**good, field: value}))) == {field}
    assert sent(client, address, good).status_code == 302
    assert "Missed USCN-D1 8 Feb 2026: No reply came." in section(world, issue)
    assert "Next:" not in text_of(client.get(at("issue_change", issue.pk)))


def test_closing_what_somebody_closed_meanwhile_is_a_conflict(world: World) -> None:
    deadline = a_deadline(world, world.issue())
    client = signed_in(world.people["editor"])
    values = {**fields_of(client.get(at("deadline_close", deadline.pk))), "outcome": "met", "reason": "It came."}
    close_deadline(deadline=deadline, outcome="missed", closed_on=TODAY, reason="No.", by=SYSTEM, at=NOW)
    response = client.post(at("deadline_close", deadline.pk), values)
    assert response.status_code == 409
    assert fields_of(response)["reason"] == "It came."


def test_a_standing_deadline_that_is_over_is_marked(world: World) -> None:
    issue = world.issue()
    a_deadline(world, issue, due=exact(dt.date(2026, 2, 1)))
    body = signed_in(world.people["viewer"]).get(at("issue_change", issue.pk)).content.decode()
    assert '<span class="under late">8 days ago</span>' in body


def test_a_restricted_deadline_shows_to_the_cleared_alone(world: World) -> None:
    issue = world.issue()
    deadline = a_deadline(world, issue, what="Kept close", handling="restricted")
    assert "Kept close Restricted" in section(world, issue, "cleared_viewer")
    client = signed_in(world.people["lead"])
    for address in (at("issue_change", issue.pk), at("issue_changelist"), at("deadline_changelist"), "/admin/"):
        assert "Kept close" not in client.get(address).content.decode()
    for page in ("change", "move", "close", "withdraw", "handling"):
        assert client.get(at(f"deadline_{page}", deadline.pk)).status_code == 404


@pytest.mark.parametrize("page", ["move", "close"])
def test_a_reader_opens_none_of_the_forms(world: World, page: str) -> None:
    deadline = a_deadline(world, world.issue())
    for name in ("viewer", "auditor"):
        client = signed_in(world.people[name])
        assert client.get(at("deadline_change", deadline.pk)).status_code == 200
        assert client.get(at(f"deadline_{page}", deadline.pk)).status_code == 403
        assert client.post(at(f"deadline_{page}", deadline.pk), {"reason": "x"}).status_code == 403


def test_only_the_lead_withdraws_a_deadline(world: World) -> None:
    issue = world.issue()
    address = at("deadline_withdraw", a_deadline(world, issue).pk)
    assert signed_in(world.people["editor"]).post(address, {"reason": "A slip."}).status_code == 403
    assert "Withdraw" not in section(world, issue, "editor")
    assert sent(signed_in(world.people["lead"]), address, {"reason": "A slip."}).status_code == 302
    assert "Withdrawn: A slip." in section(world, issue)
