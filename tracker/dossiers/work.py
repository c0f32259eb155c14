"""What the parts of one import share: who imports, what they have found so far, and where to report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction

from core.access import Access
from core.errors import ParleyError, Problems
from core.visibility import Handling
from tracker.dossiers.fields import Fields
from tracker.dossiers.report import Report
from tracker.models import Issue, Party, Relationship

# The fields of a dossier where they are called otherwise than those of the models and actions.
NAMES = {"to_status": "to", "by": "by", "author_name": "by", "user": "assignee", "number": "key"}


@dataclass
class Work:
    """One import. The parts read everything first, and then write one after the other, in one transaction."""

    by: Access
    at: dt.datetime
    report: Report = field(default_factory=Report)
    # What is declared in the file, whether or not it can be written: a reference to it is no second problem.
    key_prefix: str = ""
    party_codes: set[str] = field(default_factory=set)
    issue_keys: set[str] = field(default_factory=set)
    # What is in the database by now.
    relationship: Relationship | None = None
    parties: dict[str, Party] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    handling: str = Handling.OPEN

    def count(self, kind: str, outcome: str, number: int = 1) -> None:
        """`outcome` is created, changed or unchanged."""
        self.counts[kind, outcome] += number

    def note_handling(self, handling: str) -> None:
        """The line that tells of the import is restricted once anything in it is."""
        if handling == Handling.RESTRICTED:
            self.handling = handling

    @contextmanager
    def reporting(self, fields: Fields) -> Iterator[None]:
        """What an action refuses becomes a problem of this entry, and nothing of the action stays."""
        try:
            with transaction.atomic():
                yield
        except Problems as error:
            for problem in error.problems:
                fields.refuse(NAMES.get(problem.field, problem.field), problem.reason, problem.value)
        except ParleyError as error:
            fields.refuse(NAMES.get(error.field, error.field), error.reason, error.value)

    @property
    def changed(self) -> bool:
        return any(number for (_, outcome), number in self.counts.items() if outcome != "unchanged")
