"""The page of an issue, its moves and their corrections: each is one action, and a refusal is told at its field."""

from __future__ import annotations

import datetime as dt

import pytest
from time_machine import TimeMachineFixture

from core.models import Event
from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.world import NOW, World
from tracker.actions.statuses import change_status
from tracker.models import Issue, IssueParty, PartyName, StatusChange
from tracker.statuses import MOVES, Status

pytestmark = pytest.mark.django_db

MOVE = {"reason": "Said in Beijing.", "occurred_on": "2026-02-08", "trend": "easing"}


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def moved(world: World, issue: Issue, to: str, day: int) -> StatusChange:
    issue.refresh_from_db()
    return change_status(
        issue=issue,
        version=issue.version,
        to=to,
        reason=f"Moved to {to}.",
        occurred_on=dt.date(2026, 2, day),
        by=world.access("editor"),
        at=NOW,
    )


@pytest.mark.parametrize("status", list(Status))
def test_there_is_one_button_for_each_allowed_move_and_no_other(world: World, status: Status) -> None:
    issue = world.issue(status=status)
    page = signed_in(world.people["editor"]).get(at("issue_change", issue.pk))
    assert {button.status for button in page.context["moves"]} == MOVES[status]


def test_a_move_is_recorded_and_shown_with_its_clocks_author_and_reason(world: World) -> None:
    issue = world.issue()
    client = signed_in(world.people["editor"])
    response = sent(client, at("issue_move", issue.pk, "discussing"), MOVE)
    assert response["Location"] == at("issue_change", issue.pk)
    text = text_of(client.get(at("issue_change", issue.pk)))
    assert "H2 Raised → to Discussing ↘ Easing 8 Feb 2026 9 Feb 2026, 07:00 9 Feb 2026, 07:00 by editor" in text
    assert Event.objects.filter(kind="issue.status_changed", subject_id="USCN-1").count() == 2


def test_the_history_stands_newest_first(world: World) -> None:
    issue = world.issue()
    moved(world, issue, "discussing", 3)
    rows = signed_in(world.people["viewer"]).get(at("issue_change", issue.pk)).context["rows"]
    assert [row.change.seq for row in rows] == [2, 1]


def test_the_date_begins_as_today_where_the_reader_is(world: World, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(dt.datetime(2026, 2, 9, 16, tzinfo=dt.UTC), tick=False)
    issue = world.issue()
    type(world.people["editor"]).objects.filter(username="editor").update(time_zone="Asia/Tokyo")
    form = signed_in(world.people["editor"]).get(at("issue_move", issue.pk, "discussing"))
    assert fields_of(form)["occurred_on"] == "2026-02-10"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "\u200b"),
        ("reason", "a\x00b"),
        ("reason", "x" * 2001),
        ("occurred_on", "2026-02-11"),
        ("occurred_on", "2026-02-30"),
        ("occurred_on", "0000-01-01"),
        ("occurred_on", "٢٠٢٦-٠٢-٠٨"),
        ("occurred_on", "20260208"),
        ("occurred_on", ""),
        ("trend", "sideways"),
    ],
)
def test_a_refused_move_says_why_at_its_field_and_keeps_what_was_written(world: World, field: str, value: str) -> None:
    issue = world.issue()
    response = sent(signed_in(world.people["editor"]), at("issue_move", issue.pk, "discussing"), {**MOVE, field: value})
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    kept = "reason" if field == "trend" else "trend"
    assert fields_of(response)[kept] == MOVE[kept]
    assert StatusChange.objects.count() == 1


def test_a_forbidden_move_is_refused_with_both_statuses(world: World) -> None:
    issue = world.issue(status="agreed")
    response = sent(signed_in(world.people["editor"]), at("issue_move", issue.pk, "watch"), MOVE)
    assert "Agreed on 2026-02-02 may not be followed by Watch on 2026-02-08." in str(errors_of(response))


def test_a_move_to_no_status_is_not_there(world: World) -> None:
    assert signed_in(world.people["editor"]).get(at("issue_move", world.issue().pk, "gone")).status_code == 404


def test_voiding_what_follows_is_offered_only_when_that_would_help(world: World) -> None:
    issue = world.issue()
    moved(world, issue, "agreed", 5)
    client, late = signed_in(world.people["editor"]), {**MOVE, "occurred_on": "2026-02-03"}
    first = client.get(at("issue_move", issue.pk, "implementing"))
    assert "void_following" not in first.context["form"].fields
    refused = sent(client, at("issue_move", issue.pk, "dormant"), late)
    assert "Agreed on 5 Feb 2026" in refused.context["form"].fields["void_following"].label
    hopeless = sent(client, at("issue_move", issue.pk, "implementing"), late)
    assert "void_following" not in hopeless.context["form"].fields


def test_a_late_move_that_voids_what_follows_does_both(world: World) -> None:
    issue = world.issue()
    moved(world, issue, "agreed", 5)
    late = {**MOVE, "occurred_on": "2026-02-03", "void_following": "on"}
    response = sent(signed_in(world.people["editor"]), at("issue_move", issue.pk, "dormant"), late)
    assert response.status_code == 302
    assert Issue.objects.get().status == "dormant"


def test_a_late_move_that_changes_nothing_now_is_told_as_that(world: World) -> None:
    issue = world.issue()
    moved(world, issue, "agreed", 5)
    client, late = signed_in(world.people["editor"]), {**MOVE, "occurred_on": "2026-02-03"}
    response = client.get(sent(client, at("issue_move", issue.pk, "discussing"), late)["Location"])
    assert "Discussing, 3 Feb 2026. The issue stays Agreed, which came later." in text_of(response)


def test_parties_are_named_as_the_team_names_them_principals_first(world: World) -> None:
    issue = world.issue()
    us, cn = world.home.parties.order_by("side")
    IssueParty.objects.create(issue=issue, party=us, role="affected")
    IssueParty.objects.create(issue=issue, party=cn, role="principal")
    PartyName.objects.filter(party=cn).update(text="China")
    PartyName.objects.filter(party=us).delete()
    text = text_of(signed_in(world.people["viewer"]).get(at("issue_change", issue.pk)))
    assert "Parties China (principal), US (affected)" in text


def test_a_correction_strikes_the_old_row_and_links_both_ways(world: World) -> None:
    issue = world.issue()
    moved(world, issue, "negotiating", 5)
    client = signed_in(world.people["editor"])
    response = sent(
        client, at("issue_correct", issue.pk, 2), {"to_status": "discussing", "reason": "No offer was put."}
    )
    assert response.status_code == 302
    page = client.get(at("issue_change", issue.pk))
    text, body = text_of(page), page.content.decode()
    assert "Replaced by H3" in text
    assert "Replaces H2" in text
    assert '<div class="read struck">Moved to negotiating.</div>' in body
    assert at("issue_correct", issue.pk, 2) not in body
    assert at("issue_correct", issue.pk, 3) in body


def test_a_voided_row_shows_who_voided_it_and_the_status_before_returns(world: World) -> None:
    issue = world.issue()
    moved(world, issue, "agreed", 5)
    client = signed_in(world.people["lead"])
    assert sent(client, at("issue_void", issue.pk, 2), {"reason": "A misreading."}).status_code == 302
    text = text_of(client.get(at("issue_change", issue.pk)))
    assert "Voided by H3" in text
    assert "Voids H2" in text
    assert Issue.objects.get().status == "raised"


def test_the_only_row_cannot_be_voided_and_the_form_says_so(world: World) -> None:
    response = sent(signed_in(world.people["lead"]), at("issue_void", world.issue().pk, 1), {"reason": "x"})
    assert response.status_code == 400
    assert "always has a status" in text_of(response)


@pytest.mark.parametrize("seq", [2, 99, 2**31, 2**63])
@pytest.mark.parametrize("page", ["correct", "void"])
def test_a_row_that_is_not_there_is_not_found(world: World, page: str, seq: int) -> None:
    assert signed_in(world.people["editor"]).get(at(f"issue_{page}", world.issue().pk, seq)).status_code == 404


def test_markup_in_a_record_is_shown_as_text(world: World) -> None:
    issue = world.issue("<svg onload=alert(1)>", summary="[x](javascript:alert(1)) <img src=//evil.example/x>")
    for page in (at("issue_change", issue.pk), at("issue_changelist"), at("event_changelist"), "/admin/"):
        body = signed_in(world.people["editor"]).get(page).content.decode()
        assert "<svg onload" not in body
        assert "<img src=//" not in body


def test_the_history_page_gives_the_ledger_to_those_who_read_it_and_the_statuses_to_all(world: World) -> None:
    issue = world.issue()
    shown = {
        name: text_of(signed_in(world.people[name]).get(at("issue_history", issue.pk)))
        for name in ("viewer", "auditor")
    }
    assert "H1" in shown["viewer"]
    assert "H1" in shown["auditor"]
    assert "On the ledger" not in shown["viewer"]
    assert "Issue created" in shown["auditor"]
