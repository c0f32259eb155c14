"""`manage.py flag_stale`: what it writes, and what it only says."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from time_machine import TimeMachineFixture

from core.models import Event, JobRun
from tests.world import NOW, World
from tracker.actions.flags import JOB, run_pass
from tracker.actions.statuses import change_status, correct_status
from tracker.models import Flag, Issue

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def flag_stale(*arguments: str) -> str:
    out = StringIO()
    call_command("flag_stale", *arguments, stdout=out)
    return out.getvalue()


def as_of(day: dt.date) -> str:
    return flag_stale(f"--as-of={day}")


def named(text: str) -> set[str]:
    return set(re.findall(r"US[A-Z]+-[0-9]+", text))


def written() -> tuple[object, ...]:
    return list(Flag.objects.values()), Event.objects.count(), JobRun.objects.count()


def test_without_a_date_it_is_the_pass_of_today(world: World) -> None:
    world.issue(status="negotiating", occurred_on=TODAY - 22 * DAY)
    world.issue(status="negotiating", occurred_on=TODAY - 21 * DAY)
    assert flag_stale() == (
        "Stale as of 2026-02-09:\n  USCN-1         Negotiating      22 days silent\nFlags raised: 1, cleared: 0.\n"
    )
    assert Flag.objects.standing().count() == 1
    assert JobRun.objects.get().as_of == TODAY


def test_the_most_silent_comes_first(world: World) -> None:
    for days in (30, 300, 100):
        world.issue(status="negotiating", occurred_on=TODAY - days * DAY)
    assert re.findall(r"([0-9]+) days", flag_stale()) == ["300", "100", "30"]


def test_restricted_issues_are_counted_and_not_named(world: World) -> None:
    world.issue(status="negotiating", occurred_on=TODAY - 22 * DAY, handling="restricted")
    for told in (flag_stale(), as_of(TODAY - DAY)):
        assert not named(told)
    assert "  and 1 restricted\n" in flag_stale()
    assert Flag.objects.count() == 1


def test_a_later_date_writes_and_the_passes_after_it_keep_to_it(world: World) -> None:
    world.issue(status="negotiating", occurred_on=TODAY - 10 * DAY)
    later = TODAY + 12 * DAY
    told = as_of(later)
    assert "Flags raised: 1, cleared: 0." in told
    assert f"Until {later} the worker's passes keep to that date" in told
    run = run_pass(slot="the next minute", at=NOW, as_of=TODAY)
    assert run is not None
    assert (run.as_of, run.outcome) == (later, {"raised": 0, "cleared": 0})
    assert Flag.objects.standing().count() == 1


def test_a_date_before_the_last_pass_only_prints(world: World) -> None:
    world.issue(status="negotiating", occurred_on=TODAY - 30 * DAY, at=NOW - 30 * DAY)
    world.issue(status="negotiating", occurred_on=TODAY - 25 * DAY, at=NOW - 25 * DAY)
    flag_stale()
    before = written()
    told = as_of(TODAY - 5 * DAY)
    assert told == (
        "Stale on 2026-02-04, by what was known at its end. Flags stand as of 2026-02-09: none written.\n"
        "  USCN-1         Negotiating      25 days silent\n"
    )
    assert written() == before


def test_a_correction_of_today_does_not_change_what_was_stale_by_what_was_known(world: World) -> None:
    issue = world.issue(status="raised", occurred_on=TODAY - 100 * DAY, at=NOW - 100 * DAY)
    flag_stale()
    assert named(as_of(TODAY - DAY)) == {issue.key}
    correct_status(
        issue=issue,
        version=issue.version,
        seq=1,
        to="closed",
        reason="It was over.",
        occurred_on=TODAY - 90 * DAY,
        by=world.access("editor"),
        at=NOW,
    )
    assert named(as_of(TODAY - DAY)) == {issue.key}
    assert named(flag_stale()) == set()


def test_a_past_day_knows_nothing_of_an_issue_entered_later(world: World) -> None:
    world.issue(status="raised", occurred_on=TODAY - 100 * DAY, at=NOW)
    assert named(flag_stale()) == {"USCN-1"}
    assert named(as_of(TODAY - DAY)) == set()


def test_every_past_day_reads_as_the_pass_of_that_day_did(world: World, time_machine: TimeMachineFixture) -> None:
    """Ninety days with moves, late entries, a correction and sub-issues, told every third day and then from today."""
    begin = NOW - 90 * DAY
    parent = world.issue("Trade", status="negotiating", occurred_on=begin.date(), at=begin)
    child = world.issue("Soybeans", status="agreed", parent=parent, occurred_on=begin.date(), at=begin)
    alone = world.issue("Taiwan", status="raised", priority="high", occurred_on=begin.date(), at=begin)
    by = world.access("editor")
    moves = {
        10: (child, "implementing", 10),
        40: (alone, "negotiating", 20),
        50: (child, "stalled", 45),
        70: (alone, "agreed", 70),
        80: (parent, "agreed", 30),
    }
    then: dict[dt.date, set[str]] = {}
    for number in range(90):
        at = begin + number * DAY
        time_machine.move_to(at, tick=False)
        if number in moves:
            issue, to, happened = moves[number]
            issue.refresh_from_db()
            day = (begin + happened * DAY).date()
            change_status(issue=issue, version=issue.version, to=to, reason="Said.", occurred_on=day, by=by, at=at)
        if number == 60:
            row = Issue.objects.get(pk=alone.pk)
            correct_status(
                issue=row, version=row.version, seq=2, to="discussing", reason="No offer.", by=by, at=at,
                occurred_on=(begin + 25 * DAY).date(),
            )  # fmt: skip
        if number % 3:
            continue
        flag_stale()
        pks = Flag.objects.standing().values("subject_id")
        then[at.date()] = set(Issue.objects.filter(pk__in=pks).values_list("key", flat=True))
    time_machine.move_to(NOW, tick=False)
    flag_stale()
    assert {day: named(as_of(day)) for day in then} == then
    assert len(set(map(frozenset, then.values()))) > 4


def test_a_date_more_than_a_year_ahead_is_taken_for_a_slip(world: World) -> None:
    world.issue(status="negotiating", occurred_on=TODAY - 22 * DAY)
    with pytest.raises(CommandError, match=r"^--as-of: 2062-02-09 is more than a year ahead of 2026-02-09\.$"):
        flag_stale("--as-of=2062-02-09")
    assert not JobRun.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30", "0000-01-01", "99999-01-01", "2026-2-9", "20260209", "2026-W07-1", "tomorrow", "", " ",
        "٢٠٢٦-٠٢-٠٩", "2026-02-09T07:00", "2026-02-09\x00", "-1", "\ud800", "9" * 5000,
    ],
    ids=lambda text: ascii(text[:12]),
)  # fmt: skip
def test_what_is_no_date_is_a_plain_error_and_nothing_is_written(world: World, text: str) -> None:
    with pytest.raises(CommandError) as refused:
        flag_stale(f"--as-of={text}")
    assert "is no date; write it like 2026-02-09" in str(refused.value)
    assert len(str(refused.value)) < 200
    assert not JobRun.objects.exists()


@pytest.mark.parametrize("text", ["0001-01-01", "1800-01-01"])
def test_the_first_days_of_the_calendar_are_days_on_which_nothing_was_stale(world: World, text: str) -> None:
    world.issue(status="negotiating", occurred_on=TODAY - 22 * DAY)
    flag_stale()
    assert named(flag_stale(f"--as-of={text}")) == set()


def test_the_job_has_the_name_by_which_its_runs_are_found(world: World) -> None:
    flag_stale()
    assert JobRun.objects.of(JOB).last_date() == TODAY
