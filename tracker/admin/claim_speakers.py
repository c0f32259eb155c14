"""The parties of a relationship by whatever they are called: for lists to choose from, and from a name to its party."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from core.access import Access
from tracker.models import Party, PartyName
from tracker.names import folded

UNATTRIBUTED = "unattributed"
# Whoever means that nobody is named may say so in these words, too.
NOBODY = frozenset({UNATTRIBUTED, "unnamed", "nobody", "anonymous"})
MOST_PARTIES = 2000


@dataclass(frozen=True)
class Named:
    """A party with all its names, the one to show first."""

    party: Party
    names: list[str]

    @property
    def shown(self) -> str:
        return self.names[0] if self.names else self.party.code

    @property
    def label(self) -> str:
        return f"{self.shown} ({self.party.code})" if self.names else self.party.code


class Speakers:
    """Those of one relationship, read once: two queries."""

    def __init__(self, relationship: int, access: Access) -> None:
        rows = Party.objects.visible_to(access).filter(relationship=relationship).select_related("parent__parent")
        names: dict[int, list[str]] = defaultdict(list)
        known = PartyName.objects.visible_to(access).filter(party__relationship=relationship)
        for party, text in known.order_by("kind", "language", "pk").values_list("party_id", "text")[: 5 * MOST_PARTIES]:
            names[party].append(text)
        self.all = [
            Named(party, names[party.pk])
            for party in rows.order_by(F("side").asc(nulls_last=True), "code")[:MOST_PARTIES]
        ]
        # The two sides first, then the others by what they are called.
        self.all.sort(key=lambda named: (named.party.side or 3, named.shown.casefold()))
        self.by_code = {named.party.code: named.party for named in self.all}

    def of_name(self, text: str) -> Party | None:
        """The one party of that name, in whatever script or recorded misspelling; None where there is none, or two."""
        wanted = folded(text)
        found = [
            named.party
            for named in self.all
            if wanted and wanted in (folded(name) for name in [named.party.code, *named.names])
        ]
        return found[0] if len(found) == 1 else None

    def choices(self, empty: str) -> list[tuple[str, str]]:
        return [("", empty), *((named.party.code, named.label) for named in self.all)]

    def plain(self) -> list[dict[str, Any]]:
        """For the page's own list of suggestions."""
        return [{"code": row.party.code, "label": row.label, "names": row.names} for row in self.all]


def is_nobody(text: str) -> bool:
    return folded(text) in NOBODY
