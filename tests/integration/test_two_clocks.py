"""The two clocks, read from the database: its answers are those of the pure rules over any history."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Access
from core.errors import InvalidInput
from tests.world import World
from tracker.actions.history import NewRow, append_rows
from tracker.history import effective
from tracker.models import Issue
from tracker.models.status_change import VOID
from tracker.queries import status_of
from tracker.statuses import Status

FIRST_DAY = dt.date(2026, 1, 1)
START = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)

# One attempt: what, on which day, and which row it supersedes (0: none). Many are refused, as in life.
attempts = st.lists(
    st.tuples(st.sampled_from([VOID, *Status.values]), st.integers(0, 30), st.integers(0, 6)), max_size=8
)


def attempt(issue: Issue, what: tuple[str, int, int], at: dt.datetime) -> None:
    """A refused attempt leaves nothing."""
    to, day, target = what
    row = NewRow(to=to, reason="Said.", occurred_on=FIRST_DAY + dt.timedelta(day), supersedes=target or None)
    try:
        append_rows(issue=issue, version=issue.version, rows=[row], by=Access.system(), at=at)
    except InvalidInput:
        issue.refresh_from_db()


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(tries=attempts, day=st.integers(0, 31), minute=st.integers(0, 9))
def test_the_database_and_the_pure_rules_agree_and_learning_changes_no_former_reading(
    world: World, tries: list[tuple[str, int, int]], day: int, minute: int
) -> None:
    issue = world.issue("Soybeans", status="watch", occurred_on=FIRST_DAY, at=START)
    known, happened = START + dt.timedelta(minutes=minute), FIRST_DAY + dt.timedelta(day)
    instants = [START + dt.timedelta(minutes=number) for number in range(1, len(tries) + 1)]
    for what, at in zip(tries[:minute], instants, strict=False):
        attempt(issue, what, at)
    thought_then = status_of(issue, happened=happened, known=known)
    for what, at in zip(tries[minute:], instants[minute:], strict=True):
        attempt(issue, what, at)
    rows = issue.status_changes.all()
    standing = {move.seq for move in effective(rows.moves(), known=known)}
    assert set(rows.in_force(known).values_list("seq", flat=True)) == standing
    assert issue.status == effective(rows.moves())[-1].to_status
    assert status_of(issue, happened=happened, known=known) == thought_then
