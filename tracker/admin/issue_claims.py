"""Claims as the page of an issue shows them: who said it, how firmly, in which source, and whether it still stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from core.access import Access
from core.admin.show import day
from tracker.admin.claim_fates import Fate, Fates, claim_url, source_label
from tracker.admin.tones import firm_badge, handling_badge
from tracker.corroboration import Corroboration
from tracker.models import Claim, Issue
from tracker.sides import Sides

SHOWN = 5
MOST_OFFERED = 200
LONGEST_LABEL = 180


@dataclass(frozen=True)
class ShownClaim:
    """`counted` says how many sources have it, where that is more than one; `firm` how firmly it was said, where that
    is more than discussed."""

    claim: Claim
    speaker: str
    counted: str
    handling: SafeString | str
    firm: SafeString | str
    url: str
    source: str
    source_url: str
    fate: Fate


@dataclass(frozen=True)
class Panel:
    """The newest claims of an issue; `counted` speaks of all of them, `more` of those that are not shown."""

    claims: list[ShownClaim]
    counted: str
    more: int


class Shower:
    """Makes claims ready to be shown: a few statements for all of them. `rested_on` are those that are only
    named, under what rests on them."""

    def __init__(self, claims: Iterable[Claim], sides: Sides, access: Access, rested_on: Iterable[Claim] = ()) -> None:
        known = {claim.pk: claim for claim in claims}
        self.sides = sides
        self.corroboration = Corroboration.of(known.values(), access)
        self.fates = Fates([*known.values(), *rested_on], access)

    def shown(self, claim: Claim) -> ShownClaim:
        sources = self.corroboration.sources.get(claim.repeats_id or claim.pk, frozenset())
        return ShownClaim(
            claim=claim,
            speaker=speaker_of(claim, self.sides),
            counted=self.counted(sources) if len(sources) > 1 else "",
            handling=handling_badge(claim.handling),
            firm=firm_badge(claim.modality),
            url=claim_url(claim),
            source=source_label(claim.source),
            source_url=reverse("admin:tracker_source_change", args=[claim.source_id]),
            fate=self.fates.of(claim),
        )

    def counted(self, sources: Iterable[int]) -> str:
        """`2 sources, 1 independent`: ten rewrites of one report are one source."""
        different = set(sources)
        if len(different) < 2:
            return f"{len(different)} source" if different else ""
        return f"{len(different)} sources, {self.corroboration.count(different)} independent"


def readable(access: Access) -> QuerySet[Claim]:
    """Claims with what a line about them names."""
    return Claim.objects.visible_to(access).select_related("source", "speaker", "responds_to")


def newest_of(issue: Issue, access: Access, most: int) -> list[Claim]:
    """The claims of an issue that are in force, those said last first."""
    rows = readable(access).filter(issue=issue, withdrawn_at=None)
    return list(rows.order_by("-happened_on", "-pk")[:most])


def panel_of(issue: Issue, recent: Sequence[Claim], shower: Shower, access: Access) -> Panel:
    sources = Claim.objects.visible_to(access).in_force().filter(issue=issue).values_list("source", flat=True)
    every = list(sources)
    shown = [shower.shown(claim) for claim in recent[:SHOWN]]
    number = f"{len(every)} claim{'' if len(every) == 1 else 's'}"
    counted = f"{number} from {shower.counted(every)}" if every else ""
    return Panel(shown, counted, len(every) - len(shown))


def speaker_of(claim: Claim, sides: Sides) -> str:
    """Name and office as the source has them, with the party; what kind of voice it was where nobody is named."""
    party = sides.name(claim.speaker_id)
    named = ", ".join(part for part in (claim.speaker_name, claim.speaker_office) if part)
    if named and party:
        return f"{named} ({party})"
    return named or party or str(claim.get_capacity_display())


def claim_label(claim: Claim) -> str:
    """A claim in one line, to be chosen from a list."""
    who = claim.speaker_shown or str(claim.get_capacity_display())
    line = f"{claim.key} · {who}, {day(claim.happened_on)}: {claim.summary}"
    line = line if len(line) <= LONGEST_LABEL else f"{line[:LONGEST_LABEL]}…"
    return f"{line} (restricted)" if claim.handling == "restricted" else line
