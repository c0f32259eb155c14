"""The words and rules of evidence: who said it, how firmly, and how well we know that it was said.

Sources and claims are judged apart, on the Admiralty scale (NATO's STANAG 2511, kept in AJP-2.1): a letter for how
reliable a source is, a figure for how credible it is that this was said. Both are filled in by rule and overridden
only with a reason. They judge whether it was *said*, never whether it is true: a government's false statement, read
in its own text, is A1.

Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices


class Modality(TextChoices):
    """How firm a claim is about what is to be done, from the loosest to the firmest."""

    DISCUSSED = "discussed", "Discussed"
    CONSIDERING = "considering", "Considering"
    INTENDS = "intends", "Intends"
    ANNOUNCED = "announced", "Announced"
    COMMITTED = "committed", "Committed"
    LEGALLY_BOUND = "legally_bound", "Legally bound"


class Stance(TextChoices):
    """What a claim does with an earlier one that it answers."""

    AFFIRMS = "affirms", "Affirms"
    AFFIRMS_VAGUELY = "affirms_vaguely", "Affirms vaguely"
    DECLINES_TO_CONFIRM = "declines_to_confirm", "Declines to confirm"
    DENIES = "denies", "Denies"
    CHALLENGES = "challenges", "Challenges"
    ALLEGES_BREACH = "alleges_breach", "Alleges a breach"


class Capacity(TextChoices):
    """As what somebody spoke. The narrator is the source's own author, who names nobody."""

    GOVERNMENT = "government", "For a government"
    LEGISLATOR = "legislator", "Legislator"
    EXPERT = "expert", "Expert"
    ANONYMOUS = "anonymous", "Anonymous"
    NARRATOR = "narrator", "Narrator"
    OTHER = "other", "Other"


class SourceKind(TextChoices):
    """What sort of document a source is."""

    LEGAL_TEXT = "legal_text", "Legal text"
    OFFICIAL_STATISTICS = "official_statistics", "Official statistics"
    JOINT_STATEMENT = "joint_statement", "Joint statement"
    GOVERNMENT_READOUT = "government_readout", "Government readout"
    GOVERNMENT_STATEMENT = "government_statement", "Government statement"
    OUTLET = "outlet", "Named outlet"
    ANONYMOUS = "anonymous", "Anonymous sourcing"
    HEADLINE = "headline", "Headline only (a lead)"


class Reliability(TextChoices):
    """The Admiralty letter of a source."""

    A = "A", "A – Completely reliable"
    B = "B", "B – Usually reliable"
    C = "C", "C – Fairly reliable"
    D = "D", "D – Not usually reliable"
    E = "E", "E – Unreliable"
    F = "F", "F – Reliability cannot be judged"


class Credibility(IntegerChoices):
    """The Admiralty figure of a claim."""

    CONFIRMED = 1, "1 – Confirmed by other sources"
    PROBABLE = 2, "2 – Probably true"
    POSSIBLE = 3, "3 – Possibly true"
    DOUBTFUL = 4, "4 – Doubtful"
    IMPROBABLE = 5, "5 – Improbable"
    CANNOT_BE_JUDGED = 6, "6 – Truth cannot be judged"


class Translator(TextChoices):
    """Whose words a translation is in."""

    OFFICIAL = "official", "Official"
    OURS = "ours", "Ours"
    MACHINE = "machine", "Machine"


class PositionKind(TextChoices):
    """What a line of a party is to it."""

    INTEREST = "interest", "Interest"
    POSITION = "position", "Position"
    OFFER = "offer", "Offer"
    DEMAND = "demand", "Demand"
    RED_LINE = "red_line", "Red line"
    FALLBACK = "fallback", "Fallback"


class Disclosure(TextChoices):
    """Who has heard a line."""

    PUBLIC = "public", "Public"
    TOLD_TO_THEM = "told_to_them", "Told to them"
    INTERNAL = "internal", "Internal"


class DeadlineKind(TextChoices):
    """What makes a day a deadline."""

    LEGAL = "legal", "Legal"
    AGREED = "agreed", "Agreed"
    SELF_SET = "self_set", "Self-set"


class DeadlineOutcome(TextChoices):
    """How a deadline ended."""

    MET = "met", "Met"
    MISSED = "missed", "Missed"
    MOVED = "moved", "Moved"
    DROPPED = "dropped", "Dropped"


class LinkKind(TextChoices):
    """How one issue bears on another."""

    RELATED = "related", "Related"
    PART_OF = "part_of", "Part of"
    TRADED_FOR = "traded_for", "Traded for"


class NoteKind(TextChoices):
    """A note, or the finding that there is nothing new."""

    NOTE = "note", "Note"
    NO_CHANGE = "no_change", "Verified, no change"


# A government's own text is A since it carries the government's words without fail, whatever those are worth.
_BY_KIND: dict[SourceKind, Reliability] = {
    SourceKind.LEGAL_TEXT: Reliability.A,
    SourceKind.OFFICIAL_STATISTICS: Reliability.A,
    SourceKind.JOINT_STATEMENT: Reliability.A,
    SourceKind.GOVERNMENT_READOUT: Reliability.A,
    SourceKind.GOVERNMENT_STATEMENT: Reliability.A,
    SourceKind.ANONYMOUS: Reliability.F,
    SourceKind.HEADLINE: Reliability.F,
}
# That they pass on what was said as it was said; whose they are is seen from their names. Casefolded, without "the".
AGENCIES = frozenset({
    "afp", "agence france-presse", "anadolu", "anadolu agency", "ansa", "ap", "associated press", "bloomberg",
    "bloomberg news", "dow jones", "dow jones newswires", "dpa", "efe", "interfax", "kyodo", "kyodo news",
    "press trust of india", "pti", "reuters", "tass", "xinhua", "xinhua news agency", "yonhap", "yonhap news agency",
    "共同社", "共同通信", "新华社", "新华网", "新華社", "연합뉴스", "интерфакс", "тасс",
})  # fmt: skip
PAPERS_OF_RECORD = frozenset({
    "el país", "financial times", "frankfurter allgemeine zeitung", "guardian", "le monde", "neue zürcher zeitung",
    "new york times", "nikkei", "nikkei asia", "south china morning post", "süddeutsche zeitung", "times",
    "wall street journal", "washington post", "日本経済新聞", "日经亚洲",
})  # fmt: skip


def firmness(modality: str) -> int:
    """The place in the order, 0 for the loosest: what is firmer than what."""
    return list(Modality).index(Modality(modality))


def attests(capacity: str) -> bool:
    """Whether it speaks for a government: only governments attest."""
    return Capacity(capacity) is Capacity.GOVERNMENT


def may_carry_claims(kind: str) -> bool:
    """A headline of which nobody has read the text is a lead: something to look up, never a claim."""
    return SourceKind(kind) is not SourceKind.HEADLINE


def reliability_of(kind: str, publisher: str) -> Reliability:
    """The letter by rule: official texts A, the big agencies and papers of record B, other outlets C, and F where
    nobody can be judged, because nobody is named or nothing was read.

    A government's own statement or readout is A for what that government says, and for nothing else.
    """
    source = SourceKind(kind)
    if source is not SourceKind.OUTLET:
        return _BY_KIND[source]
    name = " ".join(publisher.casefold().split()).removeprefix("the ")
    return Reliability.B if name in AGENCIES or name in PAPERS_OF_RECORD else Reliability.C


def credibility_of(*, own_text: bool, attributed: bool, independent_sources: int) -> Credibility:
    """The figure by rule: 1 for the speaker's own text, 6 for what nobody is named for, 2 for what two or more
    independent sources have, 3 for what one outlet has.

    It judges whether it was said, not whether it is true (STANAG 2511 asks for the truth of an information; here
    the information is that they said so). 4 and 5 are a person's judgement and come from no rule.
    """
    if own_text:
        return Credibility.CONFIRMED
    if not attributed:
        return Credibility.CANNOT_BE_JUDGED
    return Credibility.PROBABLE if independent_sources >= 2 else Credibility.POSSIBLE


def default_capacity(*, named: bool, of_government: bool, anonymous_source: bool = False) -> Capacity:
    """The capacity where none was given.

    `named`: the source says who spoke, be it a person or a party. `of_government`: their party is a state or an
    agency of one, so that they are taken to speak for it; a legislator or an expert is marked as such by whoever
    reads. `anonymous_source`: the source relies on people it does not name. Where nobody speaks, the narrator does.
    """
    if not named:
        return Capacity.ANONYMOUS if anonymous_source else Capacity.NARRATOR
    return Capacity.GOVERNMENT if of_government else Capacity.OTHER


def independent(sources: Mapping[int, int | None]) -> int:
    """How many of the sources are independent: those that go back to one original count once.

    Each is given with what it rewrites or translates, None for an original. The original itself need not be given:
    two rewrites of one wire report are one source even if nobody has the report.
    """
    return len(set(roots(sources).values()))


def roots(sources: Mapping[int, int | None]) -> dict[int, int]:
    """The original of each source. Should sources derive from each other in a circle, its smallest id stands for it."""
    return {source: _root(source, sources) for source in sources}


def _root(source: int, sources: Mapping[int, int | None]) -> int:
    path = [source]
    while (parent := sources.get(path[-1])) is not None:
        if parent in path:
            return min(path[path.index(parent) :])
        path.append(parent)
    return path[-1]
