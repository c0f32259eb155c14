"""The page of an issue and its forms: each is one action, and a refusal is told at its field."""

from __future__ import annotations

import datetime as dt

import pytest
from time_machine import TimeMachineFixture

from core.models import Event
from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.world import NOW, World
from tracker.actions.statuses import change_status
from tracker.models import Issue, StatusChange
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
    assert response["Location"] == f"{at('issue_change', issue.pk)}#USCN-1-H2"
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


def test_an_edit_is_saved_through_its_action_and_stands_on_the_ledger(world: World) -> None:
    parent, issue = world.issue("Trade"), world.issue("Soya")
    changes = {
        "title": "Soybeans",
        "assignee": "lead",
        "parent": "uscn-1",
        "summary": "One.\r\nTwo.",
        "next_review": "2026-03-01",
    }
    assert sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk), changes).status_code == 302
    issue.refresh_from_db()
    assert (issue.title, issue.parent, issue.summary) == ("Soybeans", parent, "One.\nTwo.")
    event = Event.objects.latest("pk")
    assert (event.kind, event.changes["title"], event.actor) == (
        "issue.edited",
        ["Soya", "Soybeans"],
        world.people["editor"],
    )


def test_saving_what_was_not_changed_writes_nothing(world: World) -> None:
    issue = world.issue(summary="One.\nTwo.")
    before = Event.objects.count()
    assert sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk)).status_code == 302
    assert (Event.objects.count(), Issue.objects.get().version) == (before, issue.version)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "\u2060"),
        ("title", "x" * 1_000_000),
        ("category", "gossip"),
        ("priority", ""),
        ("assignee", "stranger"),
        ("assignee", "none-such"),
        ("parent", "USRU-1"),
        ("parent", "USCN-999"),
        ("parent", "USCN-1"),
        ("parent", "' OR 1=1"),
        ("next_review", "soon"),
        ("summary", "x" * 5001),
    ],
)
def test_a_refused_edit_says_why_at_its_field(world: World, field: str, value: str) -> None:
    issue = world.issue()
    world.issue("Theirs", foreign=True)
    response = sent(signed_in(world.people["editor"]), at("issue_edit", issue.pk), {field: value})
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert Issue.objects.get(pk=issue.pk).version == issue.version


def test_a_foreign_parent_is_refused_in_the_words_of_a_missing_one(world: World) -> None:
    issue, theirs = world.issue(), world.issue("Theirs", foreign=True)
    client = signed_in(world.people["editor"])
    said = [errors_of(sent(client, at("issue_edit", issue.pk), {"parent": key})) for key in (theirs.key, "USRU-404")]
    assert said[0] == said[1]


def test_only_the_cleared_may_restrict_an_issue(world: World) -> None:
    issue = world.issue()
    assert "handling" not in signed_in(world.people["editor"]).get(at("issue_edit", issue.pk)).context["form"].fields
    sent(signed_in(world.people["cleared_editor"]), at("issue_edit", issue.pk), {"handling": "restricted"})
    assert Issue.objects.get().handling == "restricted"


def test_a_new_issue_begins_with_its_first_status(world: World) -> None:
    client = signed_in(world.people["editor"])
    values = {
        "title": "Rare earths",
        "status": "negotiating",
        "reason": "A draft was put.",
        "occurred_on": "2026-02-01",
    }
    response = sent(client, at("issue_add"), values)
    issue = Issue.objects.get()
    assert response["Location"] == at("issue_change", issue.pk)
    assert (issue.key, issue.status, issue.status_changes.get().reason) == ("USCN-1", "negotiating", "A draft was put.")


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("status", "gone"), ("reason", ""), ("occurred_on", "2027-01-01"), ("relationship", "us-ru")],
)
def test_a_refused_new_issue_says_why_at_its_field_and_is_not_made(world: World, field: str, value: str) -> None:
    values = {"title": "Rare earths", "reason": "A draft was put.", field: value}
    response = sent(signed_in(world.people["editor"]), at("issue_add"), values)
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert not Issue.objects.exists()


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
