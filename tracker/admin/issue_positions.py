"""What each side holds on an issue, side by side, and what it held before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString

from core.access import Access, Right
from tracker.admin.claim_fates import CitedClaim, Fates, cited
from tracker.admin.tones import disclosure_badge, handling_badge
from tracker.evidence import PositionKind
from tracker.models import Issue, Position
from tracker.sides import Sides

KINDS = list(PositionKind)


@dataclass(frozen=True)
class ShownPosition:
    """`party` is named where it is a part of the column's party, such as a ministry."""

    position: Position
    party: str
    disclosure: SafeString
    handling: SafeString | str
    url: str
    cited: CitedClaim | None
    deeds: list[tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """One side, or all third parties together."""

    title: str
    held: list[ShownPosition] = field(default_factory=list)
    before: list[ShownPosition] = field(default_factory=list)


@dataclass(frozen=True)
class Positions:
    sides: list[Column]
    others: Column
    number: int


def read_positions(issue: Issue, access: Access) -> list[Position]:
    """One statement."""
    return list(Position.objects.visible_to(access).filter(issue=issue).select_related("claim__source"))


def positions_of(issue: Issue, rows: Iterable[Position], sides: Sides, access: Access, fates: Fates) -> Positions:
    """A column lists interests before demands, and so on in the order of the kinds."""
    found = sorted(rows, key=lambda row: (KINDS.index(PositionKind(row.kind)), -row.since.toordinal(), row.pk))
    columns = {side: Column(_title(sides, side, issue)) for side in (1, 2)}
    others = Column("Third parties")
    offered = _offers(access, issue)
    for row in found:
        column = columns.get(sides.side(row.party_id) or 0, others)
        stands = row.ended_at is None and not row.is_withdrawn
        party = sides.parties.get(row.party_id)
        named = "" if party is not None and party.side else sides.name(row.party_id)
        (column.held if stands else column.before).append(_shown(row, named, offered(row), fates))
    for column in (*columns.values(), others):
        column.before.sort(key=lambda shown: shown.position.since, reverse=True)
    return Positions(list(columns.values()), others, sum(len(one.held) for one in (*columns.values(), others)))


def _title(sides: Sides, side: int, issue: Issue) -> str:
    party = sides.head(side)
    if party is None:
        return f"Side {side}"
    ours = party.pk == issue.relationship.home_party_id
    return f"{sides.name(party.pk)} (our side)" if ours else sides.name(party.pk)


def _shown(row: Position, party: str, deeds: list[tuple[str, str]], fates: Fates) -> ShownPosition:
    return ShownPosition(
        position=row,
        party=party,
        disclosure=disclosure_badge(row.disclosure),
        handling=handling_badge(row.handling),
        url=reverse("admin:tracker_position_change", args=[row.pk]),
        cited=cited(row.claim, fates),
        deeds=deeds,
    )


def _offers(access: Access, issue: Issue) -> Callable[[Position], list[tuple[str, str]]]:
    writes = access.may(Right.WRITE, issue.relationship_id)
    withdraws = access.may(Right.WITHDRAW, issue.relationship_id)
    return lambda row: deeds_on(row, writes=writes, withdraws=withdraws)


def deeds_on(row: Position, *, writes: bool, withdraws: bool) -> list[tuple[str, str]]:
    """Label and address of what this reader may do with it."""
    names: list[tuple[str, str]] = []
    if not row.is_withdrawn:
        if writes and row.ended_at is None:
            names += [("Change", "replace"), ("End", "end")]
        if withdraws:
            names.append(("Withdraw", "withdraw"))
    return [(label, reverse(f"admin:tracker_position_{name}", args=[row.pk])) for label, name in names]
