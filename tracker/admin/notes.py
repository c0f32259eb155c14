from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from unfold.decorators import display

from core import clock
from core.admin.requests import access_of, todays_date
from core.admin.show import day, words
from tracker.actions.notes import NoteDraft, add_note
from tracker.admin.issue_records import RecordAdmin, answered, given, issue_address, issue_link
from tracker.admin.notes_forms import Asked, NoteForm
from tracker.admin.tones import note_badge
from tracker.models import Note

SECTION = "notes"


@admin.register(Note)
class NoteAdmin(RecordAdmin):
    list_display = ("key_column", "kind_column", "day_column", "text_column", "searched_column", "issues_column")
    related = ()
    section = SECTION

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("issues")

    @display(description="Kind")
    def kind_column(self, row: Note) -> str:
        return note_badge(row.kind)

    @display(description="Day")
    def day_column(self, row: Note) -> str:
        return day(row.noted_on)

    @display(description="Note")
    def text_column(self, row: Note) -> str:
        return words(row.text)

    @display(description="Searched")
    def searched_column(self, row: Note) -> str:
        return words(row.searched)

    @display(description="Issues")
    def issues_column(self, row: Note) -> str:
        return ", ".join(issue.key for issue in row.issues.all())

    def facts(self, request: HttpRequest, obj: Note) -> list[tuple[str, object]]:
        links = [(issue_link(issue),) for issue in obj.issues.all()]
        return [
            ("Kind", note_badge(obj.kind)),
            ("Day", day(obj.noted_on)),
            ("Note", words(obj.text)),
            ("Searched", words(obj.searched)),
            ("Issues", format_html_join("", "<p>{}</p>", links)),
        ]

    def back_to(self, row: Note) -> str:
        first = next(iter(row.issues.all()), None)
        return issue_address(first.pk, SECTION) if first else self.to("change", row.pk)

    def summary(self, row: Note) -> str:
        return row.text or f"Searched: {row.searched}"

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        asked = Asked.of(request.GET, access_of(request))
        form = NoteForm(given(request), asked=asked, access=access_of(request), today=todays_date())

        def deed(values: dict[str, Any]) -> Note:
            return add_note(draft=NoteDraft(**values), by=access_of(request), at=clock.now())

        alone = [issue for issue in form.offered.values() if asked.keys == [issue.key]]
        back = issue_address(alone[0].pk, SECTION) if alone else reverse("admin:tracker_issue_changelist")
        return answered(
            self,
            request,
            form,
            deed,
            obj=None,
            told=_told,
            back=back,
            title=f"New note, {asked.relationship.name}",
            submit="Record the note",
        )


def _told(note: Note) -> str:
    number = note.issues.count()
    return f"{note.key} is on the record of {number} issue{'' if number == 1 else 's'}."
