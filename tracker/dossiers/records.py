"""What rests on claims in a dossier: positions, deadlines, notes and links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core.access import Access
from tracker.actions.deadlines import DeadlineDraft, set_deadline
from tracker.actions.links import LinkDraft, link_issues
from tracker.actions.notes import NoteDraft, add_note
from tracker.actions.positions import PositionDraft, add_position
from tracker.dossiers.authors import authors_of
from tracker.dossiers.endings import CLOSED, ENDED, WITHDRAWN
from tracker.dossiers.parts import Choice, Day, Fuzzy, IssueRefs, PartyRef, Ref, Text
from tracker.dossiers.row_writing import Ready, Task, Writer, names
from tracker.dossiers.rows import Entry, Shape
from tracker.dossiers.succession import check_moved
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work
from tracker.evidence import DeadlineKind, Disclosure, LinkKind, NoteKind, PositionKind
from tracker.models import Deadline, IssueLink, Note, Position, Relationship

ISSUE, CLAIM = Ref("issue", required=True), Ref("claim", noun="claim", letter="Q")
STAMPS = ("by", "withdrawn_by", "replaces")
POSITIONS = Shape(
    section="positions",
    noun="position",
    letter="P",
    parts=(
        ISSUE,
        PartyRef("party", required=True),
        Choice("kind", required=True, allowed=PositionKind.values),
        Text("text", required=True, limit=2000, lines=True),
        Choice("disclosure", allowed=Disclosure.values),
        Day("since"),
        CLAIM,
        Ref("replaces", noun="position", letter="P"),
    ),
    endings=(ENDED, WITHDRAWN),
)
DEADLINES = Shape(
    section="deadlines",
    noun="deadline",
    letter="D",
    parts=(
        ISSUE,
        Text("what", required=True, limit=300),
        Choice("kind", allowed=DeadlineKind.values),
        Fuzzy("due", required=True),
        CLAIM,
        Ref("replaces", noun="deadline", letter="D"),
    ),
    endings=(CLOSED, WITHDRAWN),
)
NOTES = Shape(
    section="notes",
    noun="note",
    letter="N",
    parts=(
        IssueRefs("issues", required=True),
        Choice("kind", allowed=NoteKind.values),
        Text("text", limit=5000, lines=True),
        Text("searched", limit=2000, lines=True),
        Day("noted_on"),
        Ref("replaces", noun="note", letter="N"),
    ),
)
LINKS = Shape(
    section="links",
    noun="link",
    letter="L",
    parts=(
        Ref("from", "from_issue", required=True),
        Choice("kind", required=True, allowed=LinkKind.values),
        Ref("to", "to_issue", required=True),
        PartyRef("asserted_by"),
        CLAIM,
        Text("text", limit=500),
        Ref("replaces", noun="link", letter="L"),
    ),
)


def _position(one: Ready, work: Work) -> Position:
    return add_position(draft=PositionDraft(**one.values, entered=one.entered), by=work.by, at=work.at)


def _deadline(one: Ready, work: Work) -> Deadline:
    return set_deadline(draft=DeadlineDraft(**one.values, entered=one.entered), by=work.by, at=work.at)


def _note(one: Ready, work: Work) -> Note:
    return add_note(draft=NoteDraft(**one.values, entered=one.entered), by=work.by, at=work.at)


def _link(one: Ready, work: Work) -> IssueLink:
    return link_issues(draft=LinkDraft(**one.values, entered=one.entered), by=work.by, at=work.at)


class _DeadlineWriter(Writer):
    def rows(self, relationship: Any, access: Access) -> QuerySet[Any]:
        successors = Deadline.objects.visible_to(access).filter(replaces=OuterRef("pk"))
        rows: QuerySet[Any] = super().rows(relationship, access).annotate(has_successor=Exists(successors))
        return rows

    def _check(self, tasks: Sequence[Task], work: Work) -> None:
        super()._check(tasks, work)
        check_moved(tasks, work)


class _LinkWriter(Writer):
    """A link may stand where the same one was withdrawn. So these come first, and go out of force at once, which they
    may since nothing rests on a link."""

    def create(self, ready: Sequence[Ready], work: Work) -> Iterator[tuple[Entry, Any]]:
        ended_first = sorted(ready, key=lambda one: "withdrawn" not in one.entry.ends)
        for entry, row in super().create(ended_first, work):
            end = entry.ends.get("withdrawn")
            if end is not None:
                WITHDRAWN.write(end, row, authors_of(names([entry]), work.by), work)
            yield entry, row


class RecordsSection:
    """The section of one shape, written by one writer."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.name = writer.shape.section

    def export(self, relationship: Relationship, access: Access) -> Plain:
        rows = self.writer.rows(relationship, access)
        if self.name == "notes":
            rows = rows.prefetch_related("issues")
        return [self.writer.shape.export(row) for row in rows] or None

    def read(self, value: Value | None, work: Work) -> list[Entry]:
        return self.writer.shape.read(value, work)

    def write(self, entries: list[Entry], work: Work) -> None:
        self.writer.write(entries, work)


SECTIONS = (
    RecordsSection(Writer(POSITIONS, Position, _position, "issue", "party", "claim", *STAMPS)),
    RecordsSection(_DeadlineWriter(DEADLINES, Deadline, _deadline, "issue", "claim", *STAMPS)),
    RecordsSection(Writer(NOTES, Note, _note, *STAMPS)),
    RecordsSection(_LinkWriter(LINKS, IssueLink, _link, "from_issue", "to_issue", "asserted_by", "claim", *STAMPS)),
)
