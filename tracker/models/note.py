from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.visibility import one_of
from tracker.evidence import NoteKind
from tracker.models.record import Record, Records


class Notes(Records["Note"]):
    pass


class Note(Record):
    """A remark of the desk on one issue or many. One that says what was searched, and that nothing has changed, starts
    their clocks of silence anew."""

    letter = "N"

    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.NOTE)
    text = models.TextField(max_length=5000, blank=True)
    searched = models.TextField(max_length=2000, blank=True, help_text="Where one looked, and for what.")
    noted_on = models.DateField(help_text="The day to which it speaks.")
    issues = models.ManyToManyField("tracker.Issue", related_name="notes")

    redactable: ClassVar = {"text": "[redacted]", "searched": "[redacted]"}

    objects = Notes.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(kind=NoteKind.NO_CHANGE, searched="") & ~Q(kind=NoteKind.NOTE, text=""),
                name="note_says_what_was_searched_or_noted",
            ),
            one_of("kind", NoteKind.values, "note_kind_is_known"),
        ]
