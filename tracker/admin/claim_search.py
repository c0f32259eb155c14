from __future__ import annotations

from django.db.models import Q, QuerySet

from tracker.models import Claim, Party
from tracker.search import parties_named, spellings

COLUMNS = ("key", "summary", "quote", "translation", "speaker_name")


def matching(rows: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """The claims in which each of the words stands: in the summary, the quote, the speaker as the source spells it, or
    any name of the speaker's party, whatever its script. A part of a word is enough, as in 中国."""
    for word in text.split():
        somewhere = Q(speaker__in=parties_named([word], Party.objects.all()).order_by().values("pk"))
        for column in COLUMNS:
            for spelling in spellings(word):
                somewhere |= Q(**{f"{column}__icontains": spelling})
        rows = rows.filter(somewhere)
    return rows
