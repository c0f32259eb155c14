"""How many sources say so independently of each other, and how credible that makes it that it was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.access import Access
from tracker.evidence import Credibility, SourceKind, credibility_of, roots
from tracker.models import Claim, Party, Source

# A text that speaks for whoever issued it.
OWN_TEXT = (
    SourceKind.LEGAL_TEXT,
    SourceKind.OFFICIAL_STATISTICS,
    SourceKind.JOINT_STATEMENT,
    SourceKind.GOVERNMENT_READOUT,
    SourceKind.GOVERNMENT_STATEMENT,
)


@dataclass(frozen=True)
class Corroboration:
    """Of some claims, as one reader sees them: what is hidden from a reader does not count for them.

    `sources` are those of a claim and of its repetitions, `origins` the source of which another is a rewrite or a
    translation, `whole` the party of which another is a part.
    """

    sources: Mapping[int, frozenset[int]]
    origins: Mapping[int, int | None]
    whole: Mapping[int, int | None]

    @classmethod
    def of(cls, claims: Iterable[Claim], access: Access) -> Corroboration:
        """Three queries, however many claims."""
        claims = list(claims)
        roots = {claim.repeats_id or claim.pk for claim in claims}
        relationships = {claim.relationship_id for claim in claims}
        repeated = Claim.objects.visible_to(access).in_force().filter(repeats__in=roots)
        found = defaultdict(set)
        for root, source in repeated.values_list("repeats_id", "source_id"):
            found[root].add(source)
        for claim in claims:
            found[claim.repeats_id or claim.pk].add(claim.source_id)
        first = Claim.objects.visible_to(access).filter(pk__in=roots - {claim.pk for claim in claims})
        for root, source in first.values_list("pk", "source_id"):
            found[root].add(source)
        parties = Party.objects.filter(relationship__in=relationships, parent__isnull=False)
        return cls(
            sources={root: frozenset(sources) for root, sources in found.items()},
            origins=origins_in(relationships, access),
            whole=dict(parties.values_list("pk", "parent_id")),
        )

    def independent(self, claim: Claim) -> int:
        """The number of independent sources that have this statement."""
        return self.count(self.sources.get(claim.repeats_id or claim.pk, frozenset()))

    def count(self, sources: Iterable[int]) -> int:
        """The number of independent ones among these sources."""
        asked = set(sources)
        originals = roots({**dict.fromkeys(asked), **self.origins})
        return len({originals[source] for source in asked})

    def credibility(self, claim: Claim) -> Credibility:
        """As stated, else by rule. The claim comes with its source."""
        if claim.stated_credibility is not None:
            return Credibility(claim.stated_credibility)
        return credibility_of(
            own_text=self._is_own_text(claim),
            attributed=claim.is_attributed,
            independent_sources=self.independent(claim),
        )

    def _is_own_text(self, claim: Claim) -> bool:
        issuer, speaker = claim.source.issued_by_id, claim.speaker_id
        if claim.source.kind not in OWN_TEXT or issuer is None or speaker is None:
            return False
        return self._top(issuer) == self._top(speaker)

    def _top(self, party: int) -> int:
        above = self.whole.get(party)
        return party if above is None else self._top(above)


def origins_in(relationships: Iterable[int], access: Access) -> dict[int, int | None]:
    """Of the sources that are rewrites or translations of another: that other one."""
    rows = Source.objects.visible_to(access).filter(relationship__in=list(relationships))
    derived = rows.exclude(derives_from=None, translation_of=None).values_list(
        "pk", "derives_from_id", "translation_of_id"
    )
    return {pk: derives_from or translation_of for pk, derives_from, translation_of in derived}
