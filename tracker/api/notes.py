"""Remarks of the desk, and the word that somebody looked and found nothing new."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access
from core.api.fields import Choice, Day, StrictSerializer
from core.api.views import ApiView
from tracker.actions.notes import MOST_ISSUES, NoteDraft, add_note
from tracker.api.fields import HandlingChoice, Key, Keys, KeysOf, TextOrNull, Words
from tracker.api.narrowing import Condition, equal, in_relationship, let_through, on, visible_all
from tracker.api.record_serializers import RELATED, RecordSerializer
from tracker.api.records import BY_KEY, Because, RecordQuery, Shown, withdrawn, writes
from tracker.evidence import NoteKind
from tracker.models import Issue, Note

TAG = "notes"


class NoteSerializer(RecordSerializer):
    # A note rests on its issues: whoever sees it sees them.
    issues = KeysOf()
    kind = serializers.ChoiceField(NoteKind.choices)
    text = TextOrNull()
    searched = TextOrNull(help_text="Where one looked, and for what.")
    noted_on = serializers.DateField()


class NotePageSerializer(serializers.Serializer[Any]):
    results = NoteSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class NewNote(StrictSerializer):
    issues = Keys(max_length=MOST_ISSUES, help_text="The keys of its issues, all of one relationship.")
    kind = Choice(NoteKind.choices, required=False, default=NoteKind.NOTE.value)
    text = Words(max_length=5000, lines=True, required=False)
    searched = Words(max_length=2000, lines=True, required=False, help_text="Required where nothing has changed.")
    noted_on = Day(required=False, help_text="Today, if it is not said.")
    handling = HandlingChoice(help_text="As its issues, if it is not said.")


NOTES = Shown(Note, NoteSerializer, "note", "note", related=RELATED, prefetched=("issues",))


class NoteQuery(RecordQuery):
    issue = Key(required=False)
    kind = Choice(NoteKind.choices, required=False)


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {"relationship": in_relationship, "issue": on("issues", Issue, "issue"), "kind": equal("kind")}
)


class NoteList(ApiView):
    query = {"GET": NoteQuery}

    @extend_schema(operation_id="notes", summary="The notes", tags=[TAG], responses=NotePageSerializer)
    def get(self, request: Request) -> Response:
        rows = let_through(NOTES.rows(self.access), self.params, self.access, CONDITIONS)
        return NOTES.page(self, request, rows, BY_KEY[self.params["ordering"]])

    @writes(
        NoteSerializer,
        operation_id="add_note",
        summary="Note something, or that nothing has changed",
        tag=TAG,
        takes=NewNote,
    )
    def post(self, request: Request) -> Response:
        note = add_note(draft=_draft_of(self.body(NewNote), self.access), by=self.access, at=clock.now())
        return NOTES.written(self, request, note)


class NoteDetail(ApiView):
    @extend_schema(operation_id="note", summary="One note", tags=[TAG], responses=NoteSerializer)
    def get(self, request: Request, note: str) -> Response:
        return NOTES.one(self, NOTES.get(self, note))


class NoteWithdrawal(ApiView):
    @writes(NoteSerializer, operation_id="withdraw_note", summary="Withdraw a note", tag=TAG, takes=Because)
    def post(self, request: Request, note: str) -> Response:
        return NOTES.written(self, request, withdrawn(self, NOTES.get(self, note)))


def _draft_of(given: Mapping[str, Any], access: Access) -> NoteDraft:
    issues = visible_all(Issue, given["issues"], access, field="issues", related=("relationship",))
    return NoteDraft(**{**given, "issues": issues})
