"""Claims that a move of an issue cites: ticked in its form, kept through a conflict, or added later."""

from __future__ import annotations

import datetime as dt

import pytest
from time_machine import TimeMachineFixture

from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.records import SYSTEM, a_claim
from tests.world import NOW, World
from tracker.actions.citations import cite
from tracker.actions.records import withdraw
from tracker.actions.statuses import change_status
from tracker.models import Issue

pytestmark = pytest.mark.django_db

MOVE = {"reason": "Said in Beijing.", "occurred_on": "2026-02-08", "trend": "easing"}


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def test_a_move_cites_the_claims_that_were_ticked(world: World) -> None:
    issue = world.issue()
    one, other = a_claim(world, issue), a_claim(world, issue)
    client = signed_in(world.people["editor"])
    assert sent(client, at("issue_move", issue.pk, "discussing"), {**MOVE, "claims": other.key}).status_code == 302
    assert list(issue.status_changes.latest("seq").claims.all()) == [other]
    assert not one.status_changes.exists()


def test_claims_of_another_issue_withdrawn_and_hidden_ones_are_not_offered(world: World) -> None:
    issue = world.issue()
    good = a_claim(world, issue)
    withdrawn = a_claim(world, issue)
    withdraw(record=withdrawn, reason="A slip.", by=SYSTEM, at=NOW)
    a_claim(world, world.issue("Chips"))
    hidden = a_claim(world, issue, handling="restricted")
    client = signed_in(world.people["editor"])
    form = client.get(at("issue_move", issue.pk, "discussing")).context["form"]
    assert [key for key, _ in form.fields["claims"].choices] == [good.key]
    for key in (withdrawn.key, hidden.key, "USCN-Q999", "x"):
        refused = sent(client, at("issue_move", issue.pk, "discussing"), {**MOVE, "claims": key})
        assert refused.status_code == 400
        assert set(errors_of(refused)) == {"claims"}
        assert fields_of(refused)["reason"] == MOVE["reason"]


def test_a_conflict_keeps_the_ticks(world: World) -> None:
    issue = world.issue()
    keys = [a_claim(world, issue).key for _ in range(2)]
    client = signed_in(world.people["editor"])
    values = {**fields_of(client.get(at("issue_move", issue.pk, "discussing"))), **MOVE, "claims": keys}
    change_status(
        issue=issue, version=Issue.objects.get().version, to="stalled", reason="Said.",
        occurred_on=dt.date(2026, 2, 8), by=SYSTEM, at=NOW,
    )  # fmt: skip
    page = client.post(at("issue_move", issue.pk, "discussing"), values)
    assert page.status_code == 409
    assert page.content.decode().count("checked") == 2
    assert page.context["form"]["version"].value() == str(Issue.objects.get().version)


def test_a_correction_begins_with_the_claims_of_the_row_it_corrects(world: World) -> None:
    issue = world.issue()
    claim = a_claim(world, issue)
    cite(change=issue.status_changes.get(), claims=[claim], by=SYSTEM, at=NOW)
    form = signed_in(world.people["editor"]).get(at("issue_correct", issue.pk, 1))
    assert form.context["form"]["claims"].value() == [claim.key]


def test_a_claim_is_cited_later_and_then_not_offered_again(world: World) -> None:
    issue = world.issue()
    claim, rest = a_claim(world, issue), a_claim(world, issue)
    client, address = signed_in(world.people["editor"]), at("issue_cite", issue.pk, 1)
    assert client.post(address, {"claims": [claim.key]})["Location"].endswith("#USCN-1-H1")
    assert list(issue.status_changes.get().claims.all()) == [claim]
    assert [key for key, _ in client.get(address).context["form"].fields["claims"].choices] == [rest.key]
    assert client.post(address, {}).status_code == 400


def test_where_every_claim_is_cited_the_page_says_so(world: World) -> None:
    text = text_of(signed_in(world.people["editor"]).get(at("issue_cite", world.issue().pk, 1)))
    assert "no claim in force that the row does not cite already" in text
