"""The two clocks over random histories of moves, late rows, corrections and voids."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, chain, pairwise
from random import Random
from typing import Any, NamedTuple

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from tracker.history import (
    IllegalHistory,
    Move,
    check_append,
    effective,
    first_illegal,
    following,
    offered_moves,
    predecessor,
    status_at,
)
from tracker.statuses import Status, pairs


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def instant(hour: int) -> datetime:
    return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=hour)


class Attempt(NamedTuple):
    kind: str
    choice: int
    day: int
    target: int
    wait: int
    stated: bool


History = list[list[Move]]  # the rows of each accepted action
KINDS = ["move", "late", "correct", "void", "restore", "wild"]
ATTEMPT = st.builds(
    Attempt, st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 12), st.integers(0, 9), st.integers(0, 2),
    st.booleans(),
)  # fmt: skip
ATTEMPTS = st.lists(ATTEMPT, min_size=1, max_size=14)
FIRST_FOUND = settings(phases=[Phase.generate], max_examples=5000, database=None)  # any example will do
DAYS = [day(n) for n in range(-1, 14)]


def rows_for(rows: list[Move], attempt: Attempt, known: datetime) -> list[Move]:
    """What a person might enter next: mostly sensible, so that histories grow; "wild" is anything at all."""
    kind, seq, on = attempt.kind, len(rows) + 1, day(attempt.day)
    taken = {move.supersedes for move in rows}
    voids = [move for move in rows if move.is_void and move.seq not in taken]
    pool = {"correct": effective(rows), "void": effective(rows), "restore": voids}.get(kind, [])
    old = pool[attempt.target % len(pool)].seq if pool else None
    if kind == "wild":
        status, old = (
            [*Status.values, "", "vexed"][attempt.choice + attempt.target % 3],
            attempt.target or None,
        )
    elif kind == "void":
        status = ""
    else:
        offered = offered_moves(predecessor(rows, on, seq, without=[old] if old else []))
        status = offered[attempt.choice % len(offered)].value
    new = [Move(seq, "", status, on, known, old)]
    rest = following(rows, on) if kind == "late" else []
    return new + [Move(seq + n, "", "", on, known, move.seq) for n, move in enumerate(rest, 1)]


def grow(attempts: list[Attempt], *, backfill: bool) -> History:
    """Enter one attempt after the other, and keep what is accepted. A backfill states an earlier known_at."""
    history: History = []
    for attempt, hour in zip(attempts, accumulate(a.wait for a in attempts), strict=True):
        rows = flat(history)
        known = instant(hour - 5 * attempt.target) if backfill and attempt.stated else instant(hour)
        new = rows_for(rows, attempt, known)
        if accepts(rows, new):
            history.append(new)
    return history


def flat(history: History) -> list[Move]:
    return list(chain.from_iterable(history))


def accepts(rows: list[Move], new: list[Move]) -> bool:
    try:
        check_append(rows, new)
    except IllegalHistory:
        return False
    return True


def allowed_by_hand(rows: list[Move], new: list[Move]) -> bool:
    """The rules of an append, said a second time and in another way."""
    whole = [*rows, *new]
    by_seq = {move.seq: move for move in whole}
    undone = [(move, by_seq.get(move.supersedes)) for move in whole if move.supersedes is not None]
    stands = [m for m in whole if m.to_status and m.seq not in {x.supersedes for x in whole}]
    names = ["", *(move.to_status for move in sorted(stands, key=lambda m: (m.occurred_on, m.seq)))]
    return (
        [move.seq for move in whole] == list(range(1, len(whole) + 1))
        and all(old and old.seq < by.seq and old.known_at <= by.known_at for by, old in undone)
        and not any(old and old.to_status == "" == by.to_status for by, old in undone)
        and len({by.supersedes for by, _ in undone}) == len(undone)
        and all(move.supersedes is not None for move in whole if move.to_status == "")
        and len(names) > 1
        and {move.to_status for move in whole} <= {"", *Status.values}
        and set(pairwise(names)) <= set(pairs())
    )


LIVE = ATTEMPTS.map(lambda attempts: grow(attempts, backfill=False))
BACKFILLED = ATTEMPTS.map(lambda attempts: grow(attempts, backfill=True))
ANY = st.one_of(LIVE, BACKFILLED)
Reading = Callable[[list[Move], datetime], Any]


def instants(rows: list[Move]) -> list[datetime]:
    return sorted({move.known_at for move in rows} | {instant(-100)})


def past_readings_hold(read: Reading, history: History) -> bool:
    """Whether no action changed a reading of what was known before any of its rows was."""
    rows: list[Move] = []
    for new in history:
        past = [known for known in instants(rows) if known < min(move.known_at for move in new)]
        if any(read(rows, known) != read(rows + new, known) for known in past):
            return False
        rows = rows + new
    return True


def ignores_known_when_superseding(moves: list[Move], known: datetime) -> list[Move]:
    """The tempting mistake: what is superseded today is left out of what we thought then."""
    superseded = {move.supersedes for move in moves}
    return [move for move in effective(moves, known=known) if move.seq not in superseded]


@given(ANY)
def test_what_we_thought_is_never_changed_by_what_we_learn(history: History) -> None:
    assert past_readings_hold(lambda rows, known: effective(rows, known=known), history)
    assert past_readings_hold(lambda rows, known: [status_at(rows, happened=d, known=known) for d in DAYS], history)


@given(ANY, ATTEMPT)
def test_an_append_is_accepted_exactly_if_the_rules_said_by_hand_allow_it(history: History, attempt: Attempt) -> None:
    whole = flat(history)
    new = rows_for(whole, attempt, instant(12 - 5 * attempt.wait))
    assert accepts(whole, new) == allowed_by_hand(whole, new)


def test_that_property_catches_a_supersession_that_reaches_into_the_past() -> None:
    caught = find(
        LIVE,
        lambda history: not past_readings_hold(ignores_known_when_superseding, history),
        settings=FIRST_FOUND,
    )
    assert any(move.supersedes for new in caught for move in new)


@given(ANY)
def test_the_current_status_is_the_one_kept_by_hand_after_each_action(history: History) -> None:
    rows: list[Move] = []
    standing: dict[int, Move] = {}
    for move in flat(history):
        rows.append(move)
        standing.pop(move.supersedes or 0, None)
        standing |= {} if move.is_void else {move.seq: move}
        last = max(standing.values(), key=lambda m: (m.occurred_on, m.seq), default=None)
        assert status_at(rows) == (last.to_status if last else None)


@given(LIVE)
def test_what_was_known_at_an_instant_is_the_record_as_it_stood_then(history: History) -> None:
    whole = flat(history)
    for known in instants(whole):
        then = [move for move in whole if move.known_at <= known]
        assert effective(whole, known=known) == effective(then)
        assert [status_at(whole, happened=d, known=known) for d in DAYS] == [status_at(then, happened=d) for d in DAYS]


@given(ANY)
def test_an_accepted_history_is_legal_after_each_action(history: History) -> None:
    for count in range(1, len(history) + 1):
        rows = flat(history[:count])
        assert first_illegal(rows) is None
        assert effective(rows)


@given(LIVE)
def test_where_knowledge_came_in_order_every_past_reading_is_legal_too(history: History) -> None:
    """Where it did not, there may be gaps: see the story of the backfilled row in `test_history.py`."""
    whole = flat(history)
    assert all(first_illegal(whole, known=known) is None for known in instants(whole))


@given(ANY, st.randoms(use_true_random=False))
def test_the_order_of_entry_matters_only_among_moves_of_one_day(history: History, random: Random) -> None:
    whole = flat(history)
    shuffled = list(whole)
    random.shuffle(shuffled)
    number: dict[int | None, int] = {move.seq: n for n, move in enumerate(shuffled, 1)}
    renumbered = [replace(m, seq=number[m.seq], supersedes=number.get(m.supersedes)) for m in whole]
    for known in instants(whole):
        assert effective(shuffled, known=known) == effective(whole, known=known)
        readings = [
            sorted((m.occurred_on, m.to_status) for m in effective(rows, known=known)) for rows in (whole, renumbered)
        ]
        assert readings[0] == readings[1]


@given(ANY, st.sampled_from(DAYS))
def test_a_new_row_stands_between_its_predecessor_and_what_follows(history: History, on: date) -> None:
    whole = flat(history)
    before = predecessor(whole, on, len(whole) + 1)
    assert before == (status_at(whole, happened=on) or "")
    stands = effective(whole)
    assert following(whole, on) == stands[sum(move.occurred_on <= on for move in stands) :]


@given(ANY, st.sampled_from(Status.values))
def test_at_the_end_exactly_the_offered_moves_are_accepted(history: History, status: str) -> None:
    whole = flat(history)
    new = Move(len(whole) + 1, "", status, day(13), instant(999))
    current = status_at(whole) or ""
    assert accepts(whole, [new]) == (status in offered_moves(current))


def test_random_histories_are_rich_enough_to_mean_something() -> None:
    """Else the properties above would hold of nothing: there are long ones with chains, voids and late batches."""

    def is_rich(history: History) -> bool:
        whole = flat(history)
        chained = any(move.supersedes and whole[move.supersedes - 1].supersedes for move in whole)
        return len(history) > 4 and len(whole) > len(history) and chained and any(m.is_void for m in whole)

    assert find(LIVE, is_rich, settings=FIRST_FOUND)
    assert find(BACKFILLED, is_rich, settings=FIRST_FOUND)
