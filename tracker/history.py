"""The two clocks of an issue's status: when a thing happened, and when we knew it.

A history is a list of rows that is only ever appended to. A row says that a status began on a day
(`occurred_on`) and that we have known so since an instant (`known_at`). A mistake is not edited away: a later
row *supersedes* the wrong one, either with what is right (a correction) or with nothing (a *void*, whose
`to_status` is ""). Each row is superseded at most once, and what a superseding row took away stays away even
if that row is superseded in turn: to bring a voided row back, supersede the void with the row as it should
be.

So two questions have two answers. "What was its status on D?" is `happened=D`, known now: it changes with a
correction entered today. "What did we think on D?" is `happened=D, known=<end of D>`: no correction entered
today can change it. Both are readings of the same rows, and nothing else is stored.

Pure: no database, no clock. `Move` is the little of a StatusChange that these rules need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from tracker.statuses import Status, may_move


class IllegalHistory(ValueError):
    """Rows that no history may hold; `reason` is for the person who entered them, `field` what to look at."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True)
class Move:
    """One row of one issue's history.

    `from_status` is what its author saw when it was entered. A late row before it or a correction may make it
    outdated, so no rule here reads it: what truly came before is the row before it in `effective`.
    """

    seq: int
    from_status: str
    to_status: str
    occurred_on: date
    known_at: datetime
    supersedes: int | None = None

    def __post_init__(self) -> None:
        if self.known_at.utcoffset() is None:
            raise IllegalHistory("known_at is an instant and needs its time zone.", "known_at")

    @property
    def is_void(self) -> bool:
        """It takes a row away and puts nothing in its place."""
        return self.to_status == ""


def effective(moves: Iterable[Move], *, known: datetime | None = None) -> list[Move]:
    """The rows that stand, in the order in which they happened.

    A row stands if it was known at the instant `known` (at the latest; without one: ever) and no row known by
    then supersedes it; voids stand for nothing. Rows of one day keep the order of entry (`seq`). A correction
    has its own `seq`, so on a day with several moves it comes last: whoever corrects an earlier one of them
    supersedes those after it in the same action.

    The order of the argument does not matter.
    """
    seen = [move for move in moves if known is None or move.known_at <= known]
    superseded = {move.supersedes for move in seen}
    return sorted((move for move in seen if not move.is_void and move.seq not in superseded), key=_place)


def status_at(moves: Iterable[Move], *, happened: date | None = None, known: datetime | None = None) -> Status | None:
    """The status on the day `happened`, by what was known at the instant `known`.

    Each bound is inclusive, and left out it means "to this day". None where nothing had happened yet, or
    nothing of it was known. A reading with `known` is final as far as later knowledge goes: rows with a later
    `known_at` never change it. A row entered late that *states* an earlier `known_at` (a backfill) does, and
    that is its purpose: it says that we did know. Such rows are marked as stated where they are stored.
    """
    stood = [move for move in effective(moves, known=known) if happened is None or move.occurred_on <= happened]
    return Status(stood[-1].to_status) if stood else None


def first_illegal(moves: Iterable[Move], *, known: datetime | None = None) -> tuple[Move | None, Move] | None:
    """The first two neighbours of the effective rows that the table of moves does not allow; None if all is well.

    The first row may be in any status (an issue may be created in any); it is returned, with None before it,
    only if its status is no status at all.

    The rule is held for the present, by `check_append`. For what was known at an earlier instant it follows
    only where knowledge came in the order of entry: `known_at` not decreasing with `seq`, rows of one action
    sharing one. A backfilled row breaks that order, and then a past reading may show two neighbours that no
    move connects, since the row between them was not known yet. That is a gap in what we knew, not an error
    in the record.
    """
    return next(illegal_pairs(moves, known=known), None)


def illegal_pairs(moves: Iterable[Move], *, known: datetime | None = None) -> Iterator[tuple[Move | None, Move]]:
    """All such neighbours, in the order in which they happened: for those who want to hear of every one at once."""
    rows = effective(moves, known=known)
    if rows and not may_move("", rows[0].to_status):
        yield None, rows[0]
    for before, after in pairwise(rows):
        if not may_move(before.to_status, after.to_status):
            yield before, after


def check_append(moves: Sequence[Move], new: Sequence[Move]) -> None:
    """Raise IllegalHistory unless `new`, entered in one action, may follow `moves`.

    Each row must continue the numbering, and supersede, if anything, a row entered before it (in the same
    action, too), not yet superseded, and not known only later than itself. A void must supersede something,
    and not another void: that would bring nothing back. Then the whole must make sense: something still
    stands, and what stands is a sequence the table allows. The rows of one action are judged together, so a
    late row may come with those that supersede what follows it.

    Not judged here: whether a date lies in the future, and whether `known_at` may be stated. Those need the
    clock and the person, which are the action's.
    """
    rows = list(moves)
    for move in new:
        check_row(rows, move)
        rows.append(move)
    if not effective(rows):
        raise IllegalHistory("An issue always has a status: these rows would leave it none.", "supersedes")
    for move in new:
        _check_overtakes_nothing(rows, move)
    illegal = first_illegal(rows)
    if illegal is not None:
        raise illegal_pair(*illegal, new)


def predecessor(moves: Iterable[Move], occurred_on: date, seq: int, *, without: Collection[int] = ()) -> str:
    """The status just before the place of a new row: its `from_status`; "" where it would be the first.

    `without` names the rows that the same action supersedes: a correction does not come after what it
    corrects. An action of several rows may instead give them among `moves`, each then finds its neighbour by
    itself.
    """
    before = [move for move in _others(moves, without) if _place(move) < (occurred_on, seq)]
    return before[-1].to_status if before else ""


def following(moves: Iterable[Move], occurred_on: date, *, without: Collection[int] = ()) -> list[Move]:
    """The effective rows after a day: a row entered late for that day must leave them legal or supersede them.

    Rows of the same day are not among them, since a new row is the last of its day; but for those that were entered
    after a row of `without` on that day, which a correction would overtake.
    """
    rows = list(moves)
    corrected = min((row.seq for row in rows if row.seq in without and row.occurred_on == occurred_on), default=None)
    return [
        move
        for move in _others(rows, without)
        if move.occurred_on > occurred_on
        or (corrected is not None and move.occurred_on == occurred_on and move.seq > corrected)
    ]


def offered_moves(status: str) -> list[Status]:
    """What may be offered as the next status, in the order of `Status`; for "" (a new issue) every one."""
    return [to for to in Status if may_move(status, to.value)]


def _place(move: Move) -> tuple[date, int]:
    return move.occurred_on, move.seq


def _others(moves: Iterable[Move], without: Collection[int]) -> list[Move]:
    return [move for move in effective(moves) if move.seq not in without]


def check_row(rows: Sequence[Move], move: Move) -> None:
    """Raise IllegalHistory for what one row must satisfy whatever stands around it. `rows` are those entered before."""
    expected = max((row.seq for row in rows), default=0) + 1
    if move.seq != expected:
        raise IllegalHistory(f"The next row has the number {expected}, not {move.seq}.", "seq")
    if not move.is_void and move.to_status not in Status.values:
        raise IllegalHistory(f"{move.to_status!a} is not a status.", "to_status")
    if move.supersedes is not None:
        _check_supersession(rows, move, move.supersedes)
    elif move.is_void:
        raise IllegalHistory("A void row must say which row it voids.", "supersedes")


def _check_overtakes_nothing(rows: Sequence[Move], move: Move) -> None:
    """A correction is the last of its day: were a move of the same day left standing that came after the wrong row,
    the two would silently change places, and the status with them."""
    old = next((row for row in rows if row.seq == move.supersedes), None)
    if old is None or move.is_void or old.is_void or old.occurred_on != move.occurred_on:
        return
    for row in effective(rows):
        if row.occurred_on == move.occurred_on and old.seq < row.seq < move.seq:
            raise IllegalHistory(
                f"Row {row.seq} ({_label(row)}) came after row {old.seq} on the same day, and a correction is the last "
                f"of its day. Void row {row.seq} in the same action, then enter it again.",
                "supersedes",
            )


def _check_supersession(rows: Sequence[Move], move: Move, target: int) -> None:
    """A row is taken back once, by a row entered after it and known no earlier."""
    old = next((row for row in rows if row.seq == target), None)
    if old is None:
        raise IllegalHistory(f"There is no row {target} to supersede.", "supersedes")
    by = next((row for row in rows if row.supersedes == target), None)
    if by is not None:
        raise IllegalHistory(f"Row {target} is already superseded, by row {by.seq}.", "supersedes")
    if move.is_void and old.is_void:
        raise IllegalHistory(
            f"Row {target} is itself a void. To bring back what it voided, supersede it with the right status.",
            "supersedes",
        )
    if move.known_at < old.known_at:
        raise IllegalHistory(
            f"Row {target} was known at {old.known_at.isoformat()}: what supersedes it cannot be known earlier.",
            "known_at",
        )


def illegal_pair(before: Move | None, after: Move, new: Sequence[Move]) -> IllegalHistory:
    """Name both ends, and point at what the person entered: the status, the date, or what they took away."""
    if before is None:
        return IllegalHistory(f"{_label(after)} is not a status.", "to_status")
    field = "to_status" if after in new else "occurred_on" if before in new else "supersedes"
    return IllegalHistory(
        f"{_label(before)} on {before.occurred_on} may not be followed by {_label(after)} on {after.occurred_on}.",
        field,
    )


def _label(move: Move) -> str:
    known = move.to_status in Status.values
    return str(Status(move.to_status).label) if known else ascii(move.to_status)
