"""The parties of one relationship as a page needs them: what each is called, and on which side it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from core.access import Access
from tracker.models import Party, PartyName


@dataclass(frozen=True)
class Sides:
    parties: Mapping[int, Party]
    names: Mapping[int, str]

    @classmethod
    def of(cls, relationship_id: int, access: Access) -> Sides:
        """One query, however many parties. By the names that the team shows, by their codes where there is none."""
        shown = PartyName.objects.filter(party=OuterRef("pk"), kind=PartyName.Kind.DISPLAY).order_by("language", "pk")
        rows = Party.objects.visible_to(access).filter(relationship=relationship_id)
        parties = {row.pk: row for row in rows.annotate(shown=Subquery(shown.values("text")[:1]))}
        names = {pk: str(row.shown or row.code) for pk, row in parties.items()}  # type: ignore[attr-defined]
        return cls(parties, names)

    def name(self, party_id: int | None) -> str:
        return self.names.get(party_id, "") if party_id is not None else ""

    def side(self, party_id: int | None) -> int | None:
        """1 or 2, which a ministry or a minister has from the state of which they are a part; None for all others."""
        seen: set[int] = set()
        while party_id is not None and party_id not in seen:
            seen.add(party_id)
            party = self.parties.get(party_id)
            if party is None or party.side is not None:
                return party.side if party else None
            party_id = party.parent_id
        return None

    def head(self, side: int) -> Party | None:
        return next((party for party in self.parties.values() if party.side == side), None)

    def in_order(self) -> list[Party]:
        """The two sides first, then the others by name."""
        return sorted(self.parties.values(), key=lambda party: (party.side or 3, self.names[party.pk].casefold()))
