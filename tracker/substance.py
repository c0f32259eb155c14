"""What starts an issue's clock of silence anew, beside a move of its status: a claim that is news, and the word that
somebody searched and found nothing new."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from core.visibility import Handling
from tracker.evidence import NoteKind
from tracker.models import Claim, Note
from tracker.models.claim import Claims
from tracker.models.note import Notes


def news(known: dt.datetime | None = None, *, open_alone: bool = False) -> Claims:
    """The claims in force (by what was known at an instant, if one is given) that are no news of yesterday: not made by
    a rewrite or a translation, and no repetition of what the same issue had already.

    A repetition of what was withdrawn is the first word again, unless that was replaced: then the words stand
    corrected, and repeat themselves still. `open_alone` leaves what is restricted out of both questions.
    """
    had = Claim.objects.filter(issue=OuterRef("issue"))
    claims = Claim.objects.in_force(known).filter(source__derives_from=None, source__translation_of=None)
    if open_alone:
        had, claims = had.filter(handling=Handling.OPEN), claims.filter(handling=Handling.OPEN)
    stands = had.in_force(known).filter(pk=OuterRef("repeats"))
    replaced = had.filter(replaces=OuterRef("repeats"), **({"known_at__lte": known} if known else {}))
    return claims.filter(Q(repeats=None) | ~Exists(stands) & ~Exists(replaced))


def searches(known: dt.datetime | None = None, *, open_alone: bool = False) -> Notes:
    """The notes in force that say what was searched, and that nothing has changed."""
    notes = Note.objects.in_force(known).filter(kind=NoteKind.NO_CHANGE)
    return notes.filter(handling=Handling.OPEN) if open_alone else notes
