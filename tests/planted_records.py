"""The canary in every text of sources and of what rests on them: of each record one that is in force, and one that is
withdrawn, closed or ended, so that the texts of these ends are planted too."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from core.models import User
from tests.world import NOW
from tracker.models import (
    Claim,
    Deadline,
    Issue,
    IssueLink,
    Note,
    Party,
    Position,
    SameMatter,
    Source,
    SourceText,
    StatusChange,
)

if TYPE_CHECKING:
    from tests.canary import Planted

STAMPS = {"known_at": NOW, "recorded_at": NOW}
EMPTY_ENDS = {"withdrawal_reason": "", "withdrawn_by_name": ""}
TAKEN_BACK = {"withdrawn_at": NOW}
A_DAY = dt.date(2025, 1, 2)


def plant_records(planted: Planted, issue: Issue, second: Issue, party: Party) -> None:
    """From the bottom up: nothing open rests on what is restricted."""
    person = planted.rows[User]
    add = Numbering(planted).add
    source = add(Source, kind="outlet", reliability="C", issued_by=party, retrieved_on=A_DAY, created_at=NOW)
    planted.add(SourceText, source=source, held_at=NOW, by=person)
    said: dict[str, Any] = {
        "source": source,
        "issue": issue,
        "speaker": party,
        "capacity": "narrator",
        "modality": "discussed",
        "happened_on": A_DAY,
        "stated_credibility": 5,
        "translated_by": "ours",
        "by": person,
    }
    add(Claim, **said, **TAKEN_BACK)
    claim = add(Claim, **said, **EMPTY_ENDS)
    held: dict[str, Any] = {"issue": issue, "party": party, "kind": "demand", "disclosure": "public", "since": A_DAY}
    add(Position, **held, claim=claim, until=A_DAY, ended_at=NOW, **TAKEN_BACK)
    add(Position, **held, claim=claim, end_reason="", **EMPTY_ENDS)
    due: dict[str, Any] = {"issue": issue, "kind": "legal", "claim": claim}
    add(Deadline, **due, outcome="met", closed_on=A_DAY, closed_at=NOW, **TAKEN_BACK)
    add(Deadline, **due, close_reason="", **EMPTY_ENDS)
    for ends in (TAKEN_BACK, EMPTY_ENDS):
        note = add(Note, kind="note", noted_on=A_DAY, **ends)
        note.issues.add(issue)
        add(IssueLink, from_issue=issue, to_issue=second, kind="related", asserted_by=party, claim=claim, **ends)
    planted.rows[StatusChange].claims.add(claim)  # type: ignore[attr-defined]


def plant_same_matter(planted: Planted, other: Issue) -> None:
    one, other = sorted((planted.issue, other), key=lambda issue: issue.pk)
    planted.add(SameMatter, one=one, other=other, noted_at=NOW)


class Numbering:
    """Records with numbers of their own, in the handling of the planting."""

    def __init__(self, planted: Planted) -> None:
        self.planted = planted

    def add(self, model: Any, **values: Any) -> Any:
        relationship, last = self.planted.relationship, model.objects.order_by("number").last()
        number = 7000 + (last.number - 6999 if last and last.number >= 7000 else 0)
        stamps = STAMPS if hasattr(model, "known_at") else {}
        return self.planted.add(
            model,
            relationship=relationship,
            number=number,
            key=f"{relationship.key_prefix}-{model.letter}{number}",
            handling=self.planted.handling,
            **stamps,
            **values,
        )
