"""Which claims the moves of issues cite. Rows of a history come before the claims, so that this comes after both."""

from __future__ import annotations

from collections.abc import Iterable

from core.access import Access
from tracker.actions.citations import cite
from tracker.dossiers.history import RowEntry
from tracker.dossiers.work import Work
from tracker.models import Claim, Relationship, StatusChange


def citations(relationship: Relationship, access: Access) -> dict[int, list[str]]:
    """By the id of the move, the keys of the claims that this reader may see, in the order of their numbers."""
    through = StatusChange.claims.through._default_manager
    claims = Claim.objects.visible_to(access).filter(relationship=relationship).order_by()
    pairs = through.filter(claim__in=claims).order_by("claim__number").values_list("statuschange", "claim__key")
    found: dict[int, list[str]] = {}
    for change, key in pairs:
        found.setdefault(change, []).append(key)
    return found


def write_citations(work: Work) -> None:
    """A move that is on record gets the claims that it lacks, and loses none."""
    citing = [(key, row) for key, row in work.citing if row.claims]
    unknown = [row for _, row in citing if not _check(row, work)]
    if work.relationship is None or unknown or not citing:
        return
    moves = _moves({key for key, _ in citing}, work.relationship)
    cited = citations(work.relationship, work.by)
    for key, row in citing:
        move = moves.get((key, row.seq))
        if move is not None:
            _cite(row, move, cited.get(move.pk, []), work)


def _check(row: RowEntry, work: Work) -> bool:
    missing = [key for key in row.claims if not work.knows(key)]
    for key in missing:
        row.fields.refuse("claims", "there is no such claim", key)
    return not missing


def _moves(keys: Iterable[str], relationship: Relationship) -> dict[tuple[str, int], StatusChange]:
    rows = StatusChange.objects.filter(issue__relationship=relationship).select_related("issue")
    wanted = set(keys)
    return {(row.issue.key, row.seq): row for row in rows if row.issue.key in wanted}


def _cite(row: RowEntry, move: StatusChange, known: Iterable[str], work: Work) -> None:
    lacking = [work.records[key] for key in row.claims if key not in known and key in work.records]
    with work.reporting(row.fields):
        new = cite(change=move, claims=lacking, by=work.by, at=work.at) if lacking else []
        if new:
            work.count("citations", "created", len(new))
        if len(row.claims) > len(new):
            work.count("citations", "unchanged", len(row.claims) - len(new))
