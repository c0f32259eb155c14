"""What became of claims once they were on record: withdrawn, replaced, challenged, denied.

Whatever rests on a claim names it with this, so that nobody takes for standing what is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.access import Access
from core.admin.show import day, link
from tracker.evidence import Stance
from tracker.models import Claim, Source

# What a claim is, by what an answer does with it; those that leave a doubt first.
ANSWERED: dict[str, str] = {
    Stance.DENIES: "denied by",
    Stance.CHALLENGES: "challenged by",
    Stance.ALLEGES_BREACH: "breach alleged by",
    Stance.DECLINES_TO_CONFIRM: "not confirmed by",
    Stance.AFFIRMS: "affirmed by",
    Stance.AFFIRMS_VAGUELY: "affirmed vaguely by",
}
WORDS = list(ANSWERED)


@dataclass(frozen=True)
class Fate:
    """`replaced_by` and `answers` are claims that this reader may see."""

    replaced_by: Claim | None = None
    answers: list[Claim] = field(default_factory=list)

    @property
    def replaced_link(self) -> SafeString | str:
        return link(claim_url(self.replaced_by), self.replaced_by.key) if self.replaced_by else ""

    @property
    def answered(self) -> SafeString | str:
        """`denied by USCN-Q37, affirmed by USCN-Q40`."""
        rows = sorted(self.answers, key=lambda row: (WORDS.index(row.stance), row.pk))
        said = [(ANSWERED[row.stance], link(claim_url(row), row.key)) for row in rows]
        return format_html_join(", ", "{} {}", said) if said else ""


class Fates:
    """One statement for all the claims of a page, and none where it has none."""

    def __init__(self, claims: Iterable[Claim], access: Access) -> None:
        known = {claim.pk for claim in claims}
        self.replaced: dict[int | None, Claim] = {}
        self.answers: dict[int | None, list[Claim]] = {}
        if known:
            self._read(known, access)

    def of(self, claim: Claim) -> Fate:
        later = self.replaced.get(claim.pk) if claim.is_withdrawn else None
        return Fate(later, self.answers.get(claim.pk, []))

    def _read(self, known: set[int], access: Access) -> None:
        answering = Q(responds_to__in=known, withdrawn_at=None)
        for row in Claim.objects.visible_to(access).filter(answering | Q(replaces__in=known)).order_by("pk"):
            if row.replaces_id in known:
                self.replaced[row.replaces_id] = row
            if row.responds_to_id in known and not row.is_withdrawn:
                self.answers.setdefault(row.responds_to_id, []).append(row)


@dataclass(frozen=True)
class CitedClaim:
    """The claim on which a record rests, as a line about that record names it."""

    claim: Claim
    url: str
    source: str
    fate: Fate


def cited(claim: Claim | None, fates: Fates) -> CitedClaim | None:
    return CitedClaim(claim, claim_url(claim), source_label(claim.source), fates.of(claim)) if claim else None


def named(claim: Claim, access: Access) -> SafeString:
    """The same for a page of facts: its key, struck where it was withdrawn, and what became of it."""
    fate = Fates([claim], access).of(claim)
    said = [link(claim_url(claim), claim.key)]
    if claim.is_withdrawn:
        said = [format_html('<span class="struck">{}</span>', said[0])]
        said.append(format_html('<span class="withdrawn">withdrawn: {}</span>', claim.withdrawal_reason))
        said += [format_html("replaced by {}", fate.replaced_link)] if fate.replaced_by else []
    said += [fate.answered] if fate.answered else []  # type: ignore[list-item]
    return format_html_join(" · ", "{}", [(one,) for one in said])


def source_label(source: Source) -> str:
    """Publisher and date; the title where no publisher is known."""
    name = source.publisher or source.title
    return f"{name}, {day(source.published_on)}" if source.published_on else name


def claim_url(claim: Claim) -> str:
    return reverse("admin:tracker_claim_change", args=[claim.pk])
