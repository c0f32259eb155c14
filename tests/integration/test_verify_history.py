"""Rows rewritten, added or removed behind the application's back show against the ledger's lines, by their names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import DjangoAssertNumQueries

from core import triggers
from core.actions.redaction import redact
from core.models import Event, Redaction
from core.verification import Check, Fault, Head, verify_chain, verify_ledger, verify_permits
from tests.forgeries import execute
from tests.world import A_WEEK_AGO, NOW, World
from tracker import verification
from tracker.actions.statuses import change_status, correct_status, void_status
from tracker.models import Issue, StatusChange
from tracker.verification import verify_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(world: World) -> Issue:
    """With a row of every kind: H2 corrects H1, H3 is a move, H4 voids it."""
    issue, by = world.issue(), world.access("lead")
    row: dict[str, Any] = {"by": by, "at": NOW, "issue": issue}
    day, earlier = NOW.date(), A_WEEK_AGO - dt.timedelta(days=1)
    correct_status(seq=1, to="raised", reason="A day before.", occurred_on=earlier, version=issue.version, **row)
    change_status(to="discussing", reason="They met.", occurred_on=day, version=issue.version, **row)
    void_status(seq=3, reason="They did not.", version=issue.version, **row)
    return issue


def forge(issue: Issue, seq: int, values: str) -> None:
    """As somebody does who owns the database: the triggers are away for one statement, and back afterwards."""
    triggers.uninstall()
    execute(f"UPDATE tracker_statuschange SET {values} WHERE issue_id = {issue.pk} AND seq = {seq}")
    connection.check_constraints()
    triggers.install()


def permit(row: StatusChange | Event | Redaction, deed: Event) -> None:
    execute(
        "INSERT INTO core_redaction (subject_type, subject_pk, event_id, reason) "
        f"VALUES ('{row._meta.label_lower}', {row.pk}, {deed.pk}, 'x')"
    )


def line_of(issue: Issue, row: str) -> Event:
    return Event.objects.get(subject_id=issue.key, changes__row=[None, row])


def redacted(world: World, line: Event) -> Event:
    return redact(compartment=world.home, seq=line.seq, reason="Names a source.", by=world.access("operator"), at=NOW)


def test_rows_of_every_kind_are_as_their_lines_say(world: World, issue: Issue) -> None:
    assert verify_history(world.home) is None
    assert isinstance(verify_ledger(world.home), Head)


def test_the_demo_register_is_as_it_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(NOW, tick=False):
        call_command("load_demo")
    call_command("verify_ledger")
    assert capsys.readouterr().out.endswith("All 5 ledgers are as they were written.\n")


@pytest.mark.parametrize(
    ("seq", "values"),
    [
        (3, "to_status = 'negotiating', from_status = 'discussing'"),
        (3, "occurred_on = '2026-02-08'"),
        (3, "reason = 'They shouted.'"),
        (2, "supersedes_id = NULL"),
    ],
)
def test_a_row_rewritten_while_its_trigger_was_away_is_named(world: World, issue: Issue, seq: int, values: str) -> None:
    line = line_of(issue, f"USCN-1-H{seq}")
    forge(issue, seq, values)
    assert triggers.missing() == []
    assert isinstance(verify_chain(world.home), Head), "the control: the chain alone tells nothing"
    assert verify_ledger(world.home) == Fault(
        "us-cn", f"USCN-1-H{seq}", f"the row is not as line {line.seq} recorded it"
    )


def test_the_command_ends_with_1_and_names_the_row(world: World, issue: Issue) -> None:
    forge(issue, 3, "reason = 'They shouted.'")
    with pytest.raises(CommandError, match=r"us-cn USCN-1-H3: the row is not as line \d+ recorded it") as ended:
        call_command("verify_ledger")
    assert ended.value.returncode == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no such value")
@pytest.mark.parametrize("value", ["'yesterday'", "'2026-99-99'"])
def test_an_issue_with_a_row_that_cannot_be_read_is_named(world: World, issue: Issue, value: str) -> None:
    world.issue()
    forge(issue, 3, f"occurred_on = {value}")
    assert verify_history(world.home) == Fault("us-cn", "USCN-1", "a row of its history cannot be read")


def test_a_row_without_a_line_is_named(world: World, issue: Issue) -> None:
    row = issue.status_changes.get(seq=3)
    row.pk, row.seq = None, 5
    row.save(force_insert=True)
    assert verify_history(world.home) == Fault("us-cn", "USCN-1-H5", "no line recorded this row")


@pytest.mark.parametrize("is_redacted", [False, True])
def test_a_line_without_its_row_is_named_even_if_it_was_redacted(world: World, issue: Issue, is_redacted: bool) -> None:
    line = line_of(issue, "USCN-1-H4")
    if is_redacted:
        redacted(world, line)
    triggers.uninstall()
    issue.status_changes.filter(seq=4)._raw_delete("default")
    told = f"line {line.seq} recorded this row, and it is not there"
    assert verify_ledger(world.home) == Fault("us-cn", "USCN-1-H4", told)


def test_lines_without_their_issue_name_it(world: World, issue: Issue) -> None:
    line = line_of(issue, "USCN-1-H1")
    triggers.uninstall()
    execute(f"UPDATE tracker_issue SET key = 'USCN-9', number = 9 WHERE id = {issue.pk}")
    told = Fault("us-cn", "USCN-1", f"line {line.seq} tells of it, and it is not there")
    faults = [verify_history(world.home)]
    issue.status_changes.order_by("-seq")._raw_delete("default")
    faults.append(verify_history(world.home))
    assert faults == [Fault("us-cn", "USCN-9-H1", "no line recorded this row"), told]


def test_a_row_that_was_rightly_redacted_is_no_fault(world: World, issue: Issue) -> None:
    deed = redacted(world, line_of(issue, "USCN-1-H3"))
    redacted(world, deed)
    assert issue.status_changes.get(seq=3).reason == "[redacted]"
    assert isinstance(verify_ledger(world.home), Head)


def test_a_permit_with_any_event_is_a_fault_and_so_is_the_row_that_it_emptied(world: World, issue: Issue) -> None:
    row, event = issue.status_changes.get(seq=3), line_of(issue, "USCN-1-H1")
    permit(row, event)
    execute(f"UPDATE tracker_statuschange SET reason = '[redacted]' WHERE id = {row.pk}")
    assert isinstance(verify_chain(world.home), Head), "the control: the chain alone tells nothing"
    assert verify_ledger(world.home) == Fault("us-cn", event.seq, Check.PERMIT)
    fault = verify_history(world.home)
    assert fault is not None
    assert fault.place == "USCN-1-H3"


def test_a_permit_that_borrows_a_true_redaction_does_not_excuse_another_row(world: World, issue: Issue) -> None:
    deed = redacted(world, line_of(issue, "USCN-1-H1"))
    row = issue.status_changes.get(seq=3)
    permit(row, deed)
    execute(f"UPDATE tracker_statuschange SET reason = '[redacted]' WHERE id = {row.pk}")
    fault = verify_ledger(world.home)
    assert isinstance(fault, Fault)
    assert fault.place == "USCN-1-H3"


@pytest.mark.parametrize("what", ["another line", "a permit of another redaction"])
def test_a_permit_is_for_what_its_redaction_names(world: World, issue: Issue, what: str) -> None:
    first = redacted(world, line_of(issue, "USCN-1-H1"))
    deed = redacted(world, line_of(issue, "USCN-1-H2"))
    assert verify_permits(world.home) is None
    permit(line_of(issue, "USCN-1-H3") if what == "another line" else first.redactions.earliest("pk"), deed)
    assert verify_permits(world.home) == Fault("us-cn", deed.seq, Check.PERMIT)


def test_a_row_written_while_it_reads_is_looked_up(world: World, issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = verification._rows
    late = iter([rows().none()])
    monkeypatch.setattr(verification, "_rows", lambda: next(late, rows()))
    assert verify_history(world.home) is None


def test_the_number_of_queries_does_not_grow_with_the_history(
    world: World, issue: Issue, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        world.issue()
    with django_assert_num_queries(5):
        verify_history(world.home)


def test_issues_beyond_those_held_in_memory_are_read(
    world: World, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "CHUNK", 2)
    last = [world.issue() for _ in range(4)][-1]
    assert verify_history(world.home) is None
    forge(last, 1, "reason = 'forged'")
    fault = verify_history(world.home)
    assert fault is not None
    assert fault.place == f"{last.key}-H1"
