"""Notes of the desk on an issue, the word that nothing has changed among them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.safestring import SafeString

from core.access import Access, Right
from tracker.admin.tones import handling_badge, note_badge
from tracker.models import Issue, Note

MOST = 50
FIRST = 4


@dataclass(frozen=True)
class ShownNote:
    note: Note
    badge: SafeString
    handling: SafeString | str
    others: int
    who: str
    url: str
    withdraw_url: str


def notes_of(issue: Issue, access: Access) -> list[ShownNote]:
    """The newest ones. One statement, which also says how many issues each covers besides."""
    rows = Note.objects.visible_to(access).filter(pk__in=Note.issues.through.objects.filter(issue=issue).values("note"))
    counted = rows.select_related("by").annotate(covers=Count("issues")).order_by("-noted_on", "-pk")
    withdraws = access.may(Right.WITHDRAW, issue.relationship_id)
    return [_shown(row, withdraws) for row in counted[:MOST]]


def _shown(row: Note, withdraws: bool) -> ShownNote:
    return ShownNote(
        note=row,
        badge=note_badge(row.kind),
        handling=handling_badge(row.handling),
        others=row.covers - 1,  # type: ignore[attr-defined]
        who=row.author_name or str(row.by or "The system"),
        url=reverse("admin:tracker_note_change", args=[row.pk]),
        withdraw_url=reverse("admin:tracker_note_withdraw", args=[row.pk])
        if withdraws and not row.is_withdrawn
        else "",
    )
