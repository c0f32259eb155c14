"""Everything on record in which the words of a query stand, as one reader sees it.

Every word has to stand somewhere in the row. Names of parties are compared folded, in whatever script and spelling, so
that a misspelling finds the person and what the person said; all other texts as the database compares them, which on
SQLite knows the two cases of ASCII alone: other letters are asked for in each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Replace

from core.access import Access
from core.errors import InvalidInput
from core.text import clean
from tracker.models import Claim, Issue, Note, Party, PartyName, Position, Source
from tracker.models.party import Parties
from tracker.names import joined

MOST_WORDS = 10
LONGEST_WORD = 200
MOST_FOUND = 100


@dataclass(frozen=True)
class Found:
    """Rows of one kind, the first so many; `more` where there are others that the reader may see, too."""

    kind: str
    rows: Sequence[Any]
    more: bool

    @property
    def count(self) -> str:
        return f"{len(self.rows)}+" if self.more else str(len(self.rows))


@dataclass(frozen=True)
class Results:
    words: tuple[str, ...]
    groups: tuple[Found, ...]

    @property
    def nothing(self) -> bool:
        return not any(group.rows for group in self.groups)


def search(query: str, access: Access, *, limit: int = 20) -> Results:
    """At most `limit` rows of each kind. InvalidInput for a query of more than ten words, one that is too long, or what
    is no text. No words find nothing."""
    words = words_of(query)
    if not 1 <= limit <= MOST_FOUND:
        raise InvalidInput(f"must be from 1 to {MOST_FOUND}", field="limit", value=limit)
    found = _found(words, access) if words else ()
    return Results(words, tuple(_first(kind, rows, limit) for kind, rows in found))


def words_of(query: str) -> tuple[str, ...]:
    longest = MOST_WORDS * (LONGEST_WORD + 1)
    words = clean(query, field="q", limit=longest, required=False, lines=True).split()
    if len(words) > MOST_WORDS:
        raise InvalidInput(f"has {len(words)} words; at most {MOST_WORDS} are searched for", field="q")
    if any(len(word) > LONGEST_WORD for word in words):
        raise InvalidInput(f"has a word of more than {LONGEST_WORD} characters", field="q")
    return tuple(dict.fromkeys(words))


def parties_named(words: Sequence[str], parties: Parties) -> Parties:
    """Those of which each word stands in the code or in any name."""
    for word in words:
        names = _names_with(word).filter(party=OuterRef("pk"))
        parties = parties.filter(Q(code__icontains=word) | Exists(names))
    return parties


def _found(words: Sequence[str], access: Access) -> Iterator[tuple[str, QuerySet[Any]]]:
    """The kinds in the order in which they are shown, each with its latest rows first."""
    issues = _with(words, Issue.objects, ("key", "title", "summary"))
    sources = _with(words, Source.objects, ("key", "title", "publisher", "url"))
    texts = ("key", "summary", "quote", "translation", "speaker_name")
    claims = _with(words, Claim.objects.select_related("source", "issue", "speaker"), texts, party="speaker")
    positions = _with(words, Position.objects.select_related("issue", "party"), ("key", "text"), party="party")
    notes = _with(words, Note.objects, ("key", "text", "searched"))
    parties = parties_named(words, Party.objects.select_related("relationship"))
    yield "issues", issues.visible_to(access).order_by("-last_substantive_on", "-pk")
    yield "parties", parties.visible_to(access).order_by("relationship", "side", "code")
    yield "claims", claims.visible_to(access).order_by("-happened_on", "-pk")
    yield "positions", positions.visible_to(access).order_by("-since", "-pk")
    yield "sources", sources.visible_to(access).order_by(F("published_on").desc(nulls_last=True), "-pk")
    yield "notes", notes.visible_to(access).order_by("-noted_on", "-pk")


def _with(words: Sequence[str], rows: Any, columns: Sequence[str], party: str = "") -> Any:
    """The rows in which each word stands: in one of the columns, or in a name of that party."""
    for word in words:
        somewhere = Q()
        for column in columns:
            for spelling in spellings(word):
                somewhere |= Q(**{f"{column}__icontains": spelling})
        if party:
            somewhere |= Q(**{f"{party}__in": _names_with(word).values("party")})
        rows = rows.filter(somewhere)
    return rows


def spellings(word: str) -> set[str]:
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.title()}


def _names_with(word: str) -> QuerySet[PartyName]:
    """What has no letter and no figure is in no name."""
    wanted = joined(word)
    if not wanted:
        return PartyName.objects.none()
    together = Replace(F("folded"), Value(" "), Value(""), output_field=TextField())
    return PartyName.objects.order_by().alias(together=together).filter(together__contains=wanted)


def _first(kind: str, rows: QuerySet[Any], limit: int) -> Found:
    found = list(rows[: limit + 1])
    return Found(kind, found[:limit], more=len(found) > limit)
