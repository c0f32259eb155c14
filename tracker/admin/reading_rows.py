"""What was entered from a source so far, as the rows of its reading page: one for each passage, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.access import Access
from tracker.admin.tones import status_badge
from tracker.models import Claim, Position, Source, StatusChange

MOST_ROWS = 300


@dataclass
class EnteredClaim:
    claim: Claim
    lines: list[Position] = field(default_factory=list)
    moves: list[tuple[StatusChange, str]] = field(default_factory=list)


@dataclass
class Row:
    """The claims of one deed: the same words, for each of its issues."""

    claims: list[EnteredClaim]

    @property
    def first(self) -> Claim:
        return self.claims[0].claim


def claims_of(source: Source, access: Access) -> list[Claim]:
    rows = Claim.objects.visible_to(access).filter(source=source).select_related("issue", "speaker", "by")
    return list(rows.defer("issue__summary").order_by("-id")[:MOST_ROWS])


def rows_of(claims: Sequence[Claim], access: Access) -> list[Row]:
    """Two more statements, however many claims."""
    found = {claim.pk: EnteredClaim(claim) for claim in claims}
    lines = Position.objects.visible_to(access).in_force().filter(claim__in=found).select_related("party")
    for line in lines:
        found[line.claim_id].lines.append(line)  # type: ignore[index]
    for change, claim_id in _moves(list(found), access):
        found[claim_id].moves.append((change, status_badge(change.to_status)))
    rows: dict[tuple[object, ...], Row] = {}
    for claim in claims:
        deed = (claim.recorded_at, claim.quote, claim.quote_start, claim.speaker_name, claim.speaker_id)
        rows.setdefault(deed, Row([])).claims.insert(0, found[claim.pk])
    return list(rows.values())


def _moves(claims: list[int], access: Access) -> list[tuple[StatusChange, int]]:
    through = StatusChange.claims.through._default_manager.filter(claim__in=claims)
    cited: dict[int, list[int]] = defaultdict(list)
    for change, claim in through.values_list("statuschange_id", "claim_id"):
        cited[change].append(claim)
    changes = StatusChange.objects.visible_to(access).filter(pk__in=cited).select_related("issue").order_by("pk")
    return [(change, claim) for change in changes for claim in cited[change.pk]]
