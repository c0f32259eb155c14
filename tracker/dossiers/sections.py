"""The parts of a dossier. Rooms above add theirs through settings.DOSSIER_SECTIONS; tracker knows none of them."""

from __future__ import annotations

from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from core.access import Access
from tracker.dossiers.claims import ClaimsSection
from tracker.dossiers.issue_writing import write_issues
from tracker.dossiers.issues import IssueEntry, export_issues, read_issues
from tracker.dossiers.records import SECTIONS
from tracker.dossiers.relationship import RelationshipSection
from tracker.dossiers.sources import SourcesSection
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work
from tracker.models import Relationship


class Section(Protocol):
    """One field of the document. All sections are read before the first is written; both in their fixed order."""

    name: str

    def export(self, relationship: Relationship, access: Access) -> Plain:
        """What this reader may see, as plain data in a fixed order. None leaves the section out."""

    def read(self, value: Value | None, work: Work) -> Any:
        """What the file says, for `write`; None where it has no such section. Asks no database.

        Reports every problem, and adds what others may refer to, to what is declared in `work`.
        """

    def write(self, entries: Any, work: Work) -> None:
        """Brings the record up to the file by actions, under `work.reporting`, and counts what it did.

        Called even where there are problems, to find the others; `work.relationship` is None then, if that could not
        be written. Everything is undone afterwards. An entry that is there as the file has it is not touched.
        """


class IssuesSection:
    name = "issues"

    def export(self, relationship: Relationship, access: Access) -> Plain:
        return export_issues(relationship, access)

    def read(self, value: Value | None, work: Work) -> list[IssueEntry]:
        return [] if value is None else read_issues(value, work)

    def write(self, entries: list[IssueEntry], work: Work) -> None:
        write_issues(entries, work)


def sections() -> tuple[Section, ...]:
    others = [import_string(path)() for path in settings.DOSSIER_SECTIONS]
    return (RelationshipSection(), SourcesSection(), IssuesSection(), ClaimsSection(), *SECTIONS, *others)
