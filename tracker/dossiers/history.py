"""The history of one issue in its entry: reading its rows, and holding them against those on record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from core.errors import InvalidInput
from tracker.actions.history import Author, NewRow, checked_row
from tracker.dossiers.fields import Fields
from tracker.dossiers.parts import not_a_key
from tracker.dossiers.work import Work
from tracker.history import IllegalHistory, Move, check_row, effective, illegal_pair, illegal_pairs, predecessor
from tracker.models import StatusChange
from tracker.statuses import Status, Trend, may_move

# Each row is judged against those before it, so that the work grows with the square of their number.
MOST = 1000
UNREADABLE, LONG_AGO = "?", dt.datetime.min.replace(tzinfo=dt.UTC)
STATUSES, TRENDS = tuple(Status.values), tuple(Trend.values)
ROW_ID = re.compile(r"(.{1,40})-H([1-9][0-9]{0,8})\Z", re.ASCII)


@dataclass
class RowEntry:
    fields: Fields
    seq: int
    to: str
    trend: str
    reason: str
    occurred_on: dt.date | None
    known_at: dt.datetime | None
    by: str
    supersedes: int | None
    claims: list[str]

    @property
    def sound(self) -> bool:
        return not self.fields.broken

    @property
    def has_place(self) -> bool:
        """Whether its place among the other rows can be told, whatever else is wrong with it."""
        return self.fields.is_table and not self.fields.wrong & {"id", "to", "occurred_on", "supersedes"}

    def move(self, rows: Sequence[Move], at: dt.datetime) -> Move:
        """The row as the rules of history see it, after those entered before it."""
        if self.occurred_on is None:
            raise ValueError("a row without its day is no move")
        without = () if self.supersedes is None else (self.supersedes,)
        before = predecessor(rows, self.occurred_on, self.seq, without=without)
        return Move(self.seq, before, self.to, self.occurred_on, self.known_at or at, self.supersedes)

    def new_row(self, authors: Mapping[str, Author]) -> NewRow:
        if self.occurred_on is None:
            raise ValueError("a row without its day is no row")
        return NewRow(
            to=self.to,
            reason=self.reason,
            occurred_on=self.occurred_on,
            trend=self.trend,
            supersedes=self.supersedes,
            known_at=self.known_at,
            author=authors.get(self.by, Author(name=self.by)),
        )


def export_row(row: StatusChange, key: str, claims: Sequence[str] = ()) -> dict[str, object]:
    data: dict[str, object] = {"id": f"{key}-H{row.seq}", "to": row.to_status or None}
    if row.trend:
        data["trend"] = row.trend
    data |= {"reason": row.reason, "occurred_on": row.occurred_on, "known_at": row.known_at}
    if author_of(row):
        data["by"] = author_of(row)
    if row.supersedes:
        data["supersedes"] = f"{key}-H{row.supersedes.seq}"
    if claims:
        data["claims"] = list(claims)
    return data


def author_of(row: StatusChange) -> str:
    return row.by.username if row.by else row.author_name


def read_history(fields: Fields, key: str, work: Work) -> list[RowEntry]:
    rows = fields.rows("history", required=False)
    if len(rows) > MOST:
        fields.refuse("history", f"has more than {MOST} rows")
        return []
    entries = [_read_row(row, key, work) for row in rows]
    for before, entry in pairwise(entry for entry in entries if entry.seq):
        if entry.seq <= before.seq:
            twice = "stands twice" if entry.seq == before.seq else "is out of order"
            entry.fields.refuse("id", f"{twice}: line {before.fields.mark.line} has H{before.seq}")
    for entry in entries:
        _check_alone(entry, work.at)
    work.citing += [(key, entry) for entry in entries if entry.claims]
    return entries


def _read_row(fields: Fields, key: str, work: Work) -> RowEntry:
    entry = RowEntry(
        fields,
        seq=_number(fields, "id", key) or 0,
        to="",
        trend=fields.choice("trend", TRENDS, required=False),
        reason=fields.text("reason", limit=2000, lines=True),
        occurred_on=fields.date("occurred_on"),
        known_at=fields.instant("known_at", required=False),
        by=fields.text("by", limit=150, required=False),
        supersedes=_number(fields, "supersedes", key, required=False),
        claims=_claims(fields, work),
    )
    entry.to = fields.choice("to", STATUSES, required=False)
    if not fields.has("to"):
        fields.refuse("to", "is missing; a row that voids another says null")
    fields.finish()
    return entry


def _claims(fields: Fields, work: Work) -> list[str]:
    """The keys of the claims that it cites, each once."""
    keys = list(dict.fromkeys(fields.words("claims", limit=24)))
    for key in keys:
        reason = not_a_key(key, "claim", "Q", work)
        if reason:
            fields.refuse("claims", reason, key)
    return [] if "claims" in fields.wrong else keys


def _number(fields: Fields, name: str, key: str, *, required: bool = True) -> int | None:
    """The number of a row by its external id, which must be one of this issue."""
    text = fields.text(name, limit=60, required=required)
    found = ROW_ID.match(text)
    if not text:
        return None
    if found is None:
        fields.refuse(name, "must be the id of a row, such as USCN-7-H1", text)
    elif key and found[1] != key:
        fields.refuse(name, f"is a row of another issue than {key}", text)
    else:
        return int(found[2])
    return None


def _check_alone(entry: RowEntry, at: dt.datetime) -> None:
    """What the action would refuse of the row by itself, asked here for every row."""
    if entry.occurred_on is None:
        return
    try:
        checked_row(entry.new_row({}), at)
    except InvalidInput as error:
        if error.field in ("occurred_on", "known_at"):
            entry.fields.refuse(error.field, error.reason, error.value)


def new_rows(entries: Sequence[RowEntry], existing: Sequence[StatusChange], work: Work) -> list[RowEntry]:
    """Those that are not on record yet. Reports those that are, with other content, and what would be illegal."""
    by_seq = {row.seq: row for row in existing}
    for entry in entries:
        if entry.seq in by_seq:
            _check_same(entry, by_seq[entry.seq])
    new = [entry for entry in entries if entry.seq not in by_seq]
    check_whole(new, [row.as_move() for row in existing], work.at)
    return new


def _check_same(entry: RowEntry, row: StatusChange) -> None:
    """History cannot be rewritten. What the file leaves out may be anything: when it was known, and by whom."""
    on_record = {
        "to": (row.to_status, entry.to),
        "trend": (row.trend, entry.trend),
        "reason": (row.reason, entry.reason),
        "occurred_on": (row.occurred_on, entry.occurred_on),
        "supersedes": (row.supersedes.seq if row.supersedes else None, entry.supersedes),
        "known_at": (row.known_at, entry.known_at or row.known_at),
        "by": (author_of(row), entry.by or author_of(row)),
    }
    if not entry.sound:
        return
    for name, (old, new) in on_record.items():
        if old != new:
            entry.fields.refuse(
                name,
                f"H{entry.seq} is on record otherwise; history is not rewritten, a later row corrects it",
            )


def check_whole(new: Sequence[RowEntry], existing: Sequence[Move], at: dt.datetime) -> None:
    """Reports what the new rows may not be after the existing ones: all of it, where the action names the first.

    A row that cannot be placed keeps its number, and nothing is said of a move from it, to it or across it.
    """
    if not new or not all(entry.seq for entry in new):
        return
    rows, astray = list(existing), [entry.seq for entry in new if not entry.has_place]
    for entry in new:
        move = entry.move(rows, at) if entry.has_place else Move(entry.seq, "", UNREADABLE, dt.date.min, LONG_AGO)
        try:
            if entry.has_place:
                check_row(rows, move)
        except IllegalHistory as error:
            _refuse(entry, error)
            move = replace(move, supersedes=None) if error.field == "supersedes" else move
        rows.append(move)
    _check_moves(new, [row for row in rows if not row.is_void or row.supersedes], astray)


def _check_moves(new: Sequence[RowEntry], rows: list[Move], astray: Sequence[int]) -> None:
    entries = {entry.seq: entry for entry in new}
    added = [row for row in rows if row.seq in entries]
    if not effective(rows):
        new[-1].fields.refuse("supersedes", "an issue always has a status: these rows would leave it none")
    for before, after in illegal_pairs(rows):
        first = before.seq if before else 0
        if not any(min(first, after.seq) <= seq <= max(first, after.seq) for seq in astray):
            entry = entries.get(after.seq) or entries.get(first) or new[-1]
            _refuse(entry, illegal_pair(before, after, added))
    for move in added:
        entry = entries[move.seq]
        if entry.sound and not astray and not move.is_void and not may_move(move.from_status, move.to_status):
            seen = Status(move.from_status).label
            entry.fields.refuse("to", f"may not follow {seen}, which stood there when it was entered", entry.to)


def _refuse(entry: RowEntry, error: IllegalHistory) -> None:
    name = {"to_status": "to", "seq": "id"}.get(error.field, error.field)
    entry.fields.refuse(name, error.reason)
