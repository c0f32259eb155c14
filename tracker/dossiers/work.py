"""What the parts of one import share: who imports, what they have found so far, and where to report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from core.access import Access
from core.errors import ParleyError, Problems
from core.visibility import Handling
from tracker.dossiers.fields import Fields
from tracker.dossiers.report import Report
from tracker.models import Issue, Party, Relationship

# The fields of a dossier where they are called otherwise than those of the models and actions.
NAMES = {
    "to_status": "to",
    "author_name": "by",
    "user": "assignee",
    "number": "key",
    "from_issue": "from",
    "to_issue": "to",
    "speaker_name": "speaker",
    "speaker_office": "speaker",
    "translated_by": "translation",
    "stated_credibility": "credibility",
    "credibility_reason": "credibility",
    "reliability_reason": "reliability",
    "closed_on": "on",
}


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
    record_keys: set[str] = field(default_factory=set)
    # What is in the database by now.
    relationship: Relationship | None = None
    parties: dict[str, Party] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    # Sources and records of every kind, by their keys.
    records: dict[str, Any] = field(default_factory=dict)
    # Rows of a history, each with the key of its issue, for the claims that they cite.
    citing: list[tuple[str, Any]] = field(default_factory=list)
    # What must wait until everything that may rest on a record has been written: taking it out of force.
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    handling: str = Handling.OPEN

    def count(self, kind: str, outcome: str, number: int = 1) -> None:
        """`outcome` is created, changed or unchanged."""
        self.counts[kind, outcome] += number

    @property
    def home(self) -> Relationship:
        """The relationship, for those parts that write only where there is one."""
        if self.relationship is None:
            raise ValueError("the relationship could not be written")
        return self.relationship

    def finds(self, key: str) -> Any:
        """The issue or the record of that key, if it is on record for whoever imports."""
        return self.issues.get(key) or self.records.get(key)

    def knows(self, key: str) -> bool:
        """Whether it is on record, or stands in the file."""
        return self.finds(key) is not None or key in self.issue_keys or key in self.record_keys

    def note_handling(self, handling: str) -> None:
        """The line that tells of the import is restricted once anything in it is."""
        if handling == Handling.RESTRICTED:
            self.handling = handling

    @contextmanager
    def reporting(self, fields: Fields, names: Mapping[str, str] | None = None) -> Iterator[None]:
        """What an action refuses becomes a problem of this entry, and nothing of the action stays. `names` are those of
        its fields where they are called otherwise than elsewhere."""
        called = {**NAMES, **(names or {})}
        try:
            with transaction.atomic():
                yield
        except Problems as error:
            for problem in error.problems:
                fields.refuse(called.get(problem.field, problem.field), problem.reason, problem.value)
        except ParleyError as error:
            fields.refuse(called.get(error.field, error.field), error.reason, error.value)

    @property
    def changed(self) -> bool:
        return any(number for (_, outcome), number in self.counts.items() if outcome != "unchanged")
