"""Emptying a mistaken text: by an operator, with a reason, on record, and in no other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from core import ledger
from core.access import Access
from core.actions.redaction import redact
from core.actions.tokens import create_token
from core.appendonly import append_only_models
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.fuzzydates import FuzzyDate
from core.ledger import Entry
from core.models import Event, Redaction
from core.verification import Head, verify_chain
from tests.forgeries import execute
from tests.records import a_claim, a_deadline, a_link, a_note, a_position, a_source
from tests.world import NOW, World
from tracker.actions.handling import change_handling
from tracker.actions.records import withdraw
from tracker.actions.statuses import change_status, correct_status, void_status
from tracker.models import Issue, Record, SourceText, StatusChange

pytestmark = pytest.mark.django_db

SECRET = "He said so at dinner."


@pytest.fixture
def issue(world: World) -> Issue:
    """Moved with a reason that should not have been written."""
    issue = world.issue()
    row = {"issue": issue, "version": issue.version, "seq": 1, "to": "discussing", "reason": SECRET}
    correct_status(**row, occurred_on=NOW.date(), by=world.access("editor"), at=NOW)  # type: ignore[arg-type]
    return issue


def line_of(issue: Issue, text: str = SECRET) -> Event:
    return Event.objects.get(subject_id=issue.key, changes__reason=[None, text])


def empty(world: World, event: Event, reason: str = "Names a source.", name: str = "operator") -> Event:
    return redact(compartment=world.home, seq=event.seq, reason=reason, by=world.access(name), at=NOW)


def test_the_text_is_gone_from_the_ledger_and_from_the_history(world: World, issue: Issue) -> None:
    event = line_of(issue)
    empty(world, event)
    event.refresh_from_db()
    assert event.changes is None
    assert list(issue.status_changes.values_list("reason", flat=True)) == ["Seen in a statement.", "[redacted]"]


def test_who_did_it_and_why_stands_on_the_ledger(world: World, issue: Issue) -> None:
    event = line_of(issue)
    deed = empty(world, event)
    assert (deed.kind, deed.subject_type, deed.subject_id) == ("ledger.redacted", "core.event", str(event.seq))
    assert deed.actor == world.people["operator"]
    assert deed.changes == {"reason": [None, "Names a source."]}
    assert Event.objects.visible_to(world.access("auditor")).filter(pk=deed.pk).exists()


def test_the_chain_still_verifies(world: World, issue: Issue) -> None:
    deed = empty(world, line_of(issue))
    assert verify_chain(world.home) == Head("us-cn", deed.seq, deed.hash)


def test_the_reason_of_a_void_is_emptied_like_that_of_a_move(world: World, issue: Issue) -> None:
    by, today = world.access("lead"), NOW.date()
    issue.refresh_from_db()
    moved = change_status(
        issue=issue, version=issue.version, to="stalled", reason="One stopped.", occurred_on=today, by=by, at=NOW
    )
    void = {"seq": moved.seq, "reason": "Misread, he told me."}
    void_status(issue=issue, version=issue.version, by=by, at=NOW, **void)  # type: ignore[arg-type]
    empty(world, line_of(issue, "Misread, he told me."))
    assert issue.status_changes.get(seq=4).reason == "[redacted]"


def test_a_line_of_no_room_text_is_emptied_alone(world: World, issue: Issue) -> None:
    event = Event.objects.get(subject_id=issue.key, kind="issue.created")
    empty(world, event)
    event.refresh_from_db()
    issue.refresh_from_db()
    assert event.changes is None
    assert issue.title == "Soybeans"


def test_the_reason_of_a_redaction_can_be_emptied_in_turn(world: World, issue: Issue) -> None:
    deed = empty(world, line_of(issue), reason=f"Wrote: {SECRET}")
    empty(world, deed, reason="Repeated it.")
    deed.refresh_from_db()
    assert deed.changes is None
    assert set(deed.redactions.values_list("reason", flat=True)) == {"[redacted]"}
    assert isinstance(verify_chain(world.home), Head)


@pytest.mark.parametrize("name", ["viewer", "editor", "lead", "cleared_lead", "auditor", "stranger"])
def test_nobody_but_an_operator_redacts(world: World, issue: Issue, name: str) -> None:
    with pytest.raises(Forbidden):
        empty(world, line_of(issue), name=name)


def test_an_operators_token_redacts_nothing(world: World, issue: Issue) -> None:
    operator = world.people["operator"]
    token, _ = create_token(user=operator, name="t", scopes=["read", "write"], by=Access.of(operator), at=NOW)
    with pytest.raises(Forbidden):
        redact(compartment=world.home, seq=1, reason="x", by=Access.of_token(token), at=NOW)


def test_a_line_is_redacted_once(world: World, issue: Issue) -> None:
    event = line_of(issue)
    empty(world, event)
    with pytest.raises(Conflict, match="already") as refused:
        empty(world, event)
    assert refused.value.field == "seq"


@pytest.mark.parametrize("seq", [0, -1, 99, 2**63, 10**30])
def test_a_line_that_is_not_there_is_not_found(world: World, issue: Issue, seq: int) -> None:
    with pytest.raises(NotFound) as refused:
        redact(compartment=world.home, seq=seq, reason="x", by=world.access("operator"), at=NOW)
    assert refused.value.field == "seq"


@pytest.mark.parametrize("reason", ["", "  ", "\u200b", "a\x00b", "\ud800", pytest.param("x" * 2001, id="long")])
def test_a_reason_is_required_and_must_be_text(world: World, issue: Issue, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        empty(world, line_of(issue), reason=reason)
    assert refused.value.field == "reason"


def test_a_line_without_text_cannot_be_emptied(world: World, issue: Issue) -> None:
    deed = ledger.record(world.home.pk, [Entry("a", "b", "c")], by=Access.system(), at=NOW)
    with pytest.raises(InvalidInput, match="no text"):
        empty(world, deed[0])


@pytest.mark.parametrize("changes", [{"row": [None, "USCN-1-H99"]}, {"row": [None, "?"]}, {"x": [None, 1]}])
def test_a_line_whose_row_is_not_there_is_left_as_it_is(world: World, issue: Issue, changes: dict[str, object]) -> None:
    entry = Entry("issue.status_changed", "tracker.issue", issue.key, changes)
    (event,) = ledger.record(world.home.pk, [entry], by=Access.system(), at=NOW)
    with pytest.raises(InvalidInput, match="is not there"):
        empty(world, event)
    event.refresh_from_db()
    assert event.changes == changes


def test_a_row_whose_texts_are_kept_is_named_and_nothing_is_emptied(
    world: World, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = line_of(issue)
    monkeypatch.setattr(StatusChange, "redactable", {})
    with pytest.raises(InvalidInput, match="USCN-1-H2 cannot be emptied"):
        empty(world, event)
    event.refresh_from_db()
    assert event.changes is not None
    assert not Redaction.objects.exists()


@pytest.mark.parametrize(
    ("event", "now", "expected"),
    [
        ("open", "open", "open"),
        ("restricted", "open", "restricted"),
        ("open", "restricted", "restricted"),
    ],
)
def test_the_reason_is_restricted_with_what_it_speaks_of(world: World, event: str, now: str, expected: str) -> None:
    entries = [Entry("a", "b", "c", {"x": [None, "y"]}, handling) for handling in (event, now)]
    lines = ledger.record(world.home.pk, entries, by=Access.system(), at=NOW)
    assert empty(world, lines[0]).handling == expected


Recorded = Callable[[World, Issue], Model]
RECORDS: dict[str, Recorded] = {
    "claim": lambda world, issue: a_claim(
        world,
        issue,
        summary=SECRET,
        quote=SECRET,
        translation=SECRET,
        speaker_name=SECRET,
        speaker_office=SECRET,
        relayed_by=SECRET,
        said_on=FuzzyDate(None, None, SECRET),
        source=a_source(world, text=f"On Monday. {SECRET}"),
    ),
    "position": lambda world, issue: a_position(world, issue, text=SECRET),
    "deadline": lambda world, issue: a_deadline(world, issue, what=SECRET),
    "note": lambda world, issue: a_note(issue, searched=SECRET, text=SECRET),
    "plain note": lambda world, issue: a_note(issue, kind="note", searched="", text=SECRET),
    "link": lambda world, issue: a_link(issue, world.issue("Oil"), text=SECRET),
}


def texts_of(row: Model) -> str:
    return repr(type(row)._default_manager.filter(pk=row.pk).values().get())


@pytest.mark.parametrize("name", RECORDS)
def test_the_texts_of_a_record_go_with_its_line(world: World, issue: Issue, name: str) -> None:
    """With all constraints of its table, and its triggers, in force."""
    row: Any = RECORDS[name](world, issue)
    event = Event.objects.get(subject_id=row.key, kind=f"{row._meta.model_name}.added")
    assert SECRET in texts_of(row)
    assert SECRET in repr(event.changes)
    empty(world, event)
    event.refresh_from_db()
    assert event.changes is None
    assert SECRET not in texts_of(row)
    assert isinstance(verify_chain(world.home), Head)
    type(row).objects.get(pk=row.pk).validate_constraints()


def test_a_record_that_is_emptied_can_be_withdrawn_and_restricted_like_any_other(world: World, issue: Issue) -> None:
    claim = a_claim(world, issue, summary=SECRET, translation=SECRET)
    empty(world, Event.objects.get(subject_id=claim.key, kind="claim.added"))
    claim.refresh_from_db()
    change_handling(record=claim, handling="restricted", by=world.access("cleared_lead"), at=NOW)
    withdraw(record=claim, reason="Not ours.", by=world.access("cleared_lead"), at=NOW)
    claim.refresh_from_db()
    assert (claim.summary, claim.handling, claim.is_withdrawn) == ("[redacted]", "restricted", True)


def test_a_held_text_goes_and_its_fingerprint_stays(world: World, issue: Issue) -> None:
    source = a_source(world, text=SECRET)
    empty(world, Event.objects.get(subject_id=source.key, kind="source.text_held"))
    held = SourceText.objects.get(source=source)
    assert (held.text, held.sha256) == ("", source.text_sha256)


def test_a_record_of_another_relationship_that_bears_the_key_is_let_be(world: World, issue: Issue) -> None:
    theirs = a_note(world.issue("Theirs", foreign=True), text=SECRET)
    entry = Entry("note.added", "tracker.note", theirs.key, {"text": [None, "x"]})
    (event,) = ledger.record(world.home.pk, [entry], by=Access.system(), at=NOW)
    with pytest.raises(InvalidInput, match="is not there"):
        empty(world, event)
    assert SECRET in texts_of(theirs)


def test_a_reason_that_stands_in_its_record_is_not_said_to_be_gone(world: World, issue: Issue) -> None:
    claim = a_claim(world, issue)
    withdraw(record=claim, reason=SECRET, by=world.access("lead"), at=NOW)
    event = Event.objects.get(subject_id=claim.key, kind="claim.withdrawn")
    with pytest.raises(InvalidInput, match=f"stands in {claim.key} as well"):
        empty(world, event)
    event.refresh_from_db()
    assert event.changes is not None


def test_every_redactor_is_there_and_every_record_has_one() -> None:
    for path in settings.REDACTORS.values():
        assert callable(import_string(path))
    kinds = {f"{model._meta.model_name}.added" for model in append_only_models() if issubclass(model, Record)}
    assert kinds <= settings.REDACTORS.keys()


def permit(world: World, subject_type: str, pk: int) -> None:
    deed = Event.objects.latest("pk")
    Redaction.objects.create(subject_type=subject_type, subject_pk=pk, event=deed, reason="x")


Attempt = Callable[[World, Event], None]


def without_a_permit(world: World, event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(changes=None)


def with_another_column(world: World, event: Event) -> None:
    permit(world, "core.event", event.pk)
    Event.objects.filter(pk=event.pk).update(changes=None, kind="forged")


def with_another_value(world: World, event: Event) -> None:
    permit(world, "core.event", event.pk)
    Event.objects.filter(pk=event.pk).update(changes={"reason": [None, "forged"]})


def of_another_row(world: World, event: Event) -> None:
    permit(world, "core.event", event.pk)
    Event.objects.filter(pk=event.pk - 1).update(changes=None)


def of_another_table(world: World, event: Event) -> None:
    permit(world, "tracker.statuschange", event.pk)
    Event.objects.filter(pk=event.pk).update(changes=None)


def from_a_table_of_ones_own(world: World, event: Event) -> None:
    """A temporary table is found before one of the same name in the schema."""
    execute("CREATE TEMPORARY TABLE core_redaction (subject_type text, subject_pk bigint)")
    execute(f"INSERT INTO core_redaction VALUES ('core.event', {event.pk})")
    without_a_permit(world, event)


def of_all_rows_at_once(world: World, event: Event) -> None:
    permit(world, "core.event", event.pk)
    Event.objects.update(changes=None)


ATTEMPTS = [
    without_a_permit,
    with_another_column,
    with_another_value,
    of_another_row,
    of_another_table,
    from_a_table_of_ones_own,
    of_all_rows_at_once,
]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_database_lets_a_text_be_emptied_with_its_own_permit_alone(
    world: World, issue: Issue, attempt: Attempt
) -> None:
    with pytest.raises(IntegrityError, match="is append-only: no update"), transaction.atomic():
        attempt(world, line_of(issue))


def test_with_the_permit_it_does(world: World, issue: Issue) -> None:
    event = line_of(issue)
    permit(world, "core.event", event.pk)
    without_a_permit(world, event)
    event.refresh_from_db()
    assert event.changes is None


def test_what_is_emptied_cannot_be_filled_again(world: World, issue: Issue) -> None:
    event = line_of(issue)
    empty(world, event)
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(changes={"reason": [None, "forged"]})
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        StatusChange.objects.filter(reason="[redacted]").update(reason="forged")


def test_one_permit_serves_one_row(world: World, issue: Issue) -> None:
    permit(world, "core.event", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        permit(world, "core.event", 1)


def test_of_two_redactions_at_once_the_slower_gets_a_conflict(world: World, issue: Issue) -> None:
    event = line_of(issue)
    permit(world, "core.event", event.pk)
    with pytest.raises(Conflict, match="faster"):
        empty(world, event)
