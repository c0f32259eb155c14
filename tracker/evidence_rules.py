"""The flags about evidence: an issue on which something in force rests on a withdrawn claim, and one with a quote that
the held text of its source does not have.

Each looks for what is wrong first, which is little, and only then at the issues on which it is. A flag is open if one
can be shown to everybody who sees the issue; then its day is that of what is open, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least, TruncDate

from core.visibility import Handling
from tracker.flag_rules import FlagRule, Subjects
from tracker.models import Claim, Deadline, Flag, Issue, IssueLink, Position, StatusChange
from tracker.models.claim import Claims
from tracker.models.status_change import VOID

NEVER = dt.date.max
Cited = StatusChange.claims.through


@dataclass(frozen=True)
class Finding:
    """Rows in which something is wrong: the path to their issue, the path to the instant since when, and which of them
    are open."""

    rows: QuerySet[Any, Any]
    issue: str
    at: str
    is_open: Q

    def first_day(self, *, open_alone: bool) -> Coalesce:
        """The first day on which it was wrong with the issue of the outer row."""
        rows = self.rows.filter(self.is_open) if open_alone else self.rows
        days = rows.filter(**{self.issue: OuterRef("pk")}).order_by(self.at).values(day=TruncDate(self.at))
        return Coalesce(Subquery(days[:1]), Value(NEVER), output_field=DateField())


def _on_withdrawn_claims() -> list[Finding]:
    withdrawn, at, own = Q(claim__withdrawn_at__isnull=False), "claim__withdrawn_at", Q(handling=Handling.OPEN)
    return [
        Finding(moves_citing(withdrawn), "statuschange__issue", at, Q(claim__handling=Handling.OPEN)),
        Finding(Position.objects.held().filter(withdrawn), "issue", at, own),
        Finding(Deadline.objects.standing().filter(withdrawn), "issue", at, own),
        Finding(IssueLink.objects.in_force().filter(withdrawn), "from_issue", at, own),
        Finding(IssueLink.objects.in_force().filter(withdrawn), "to_issue", at, own),
    ]


def moves_citing(withdrawn: Q) -> QuerySet[Any, Any]:
    """What moves in force cite. A citation is never taken away: so one of a claim that was replaced is in order again
    once the move cites the later one, too."""
    superseded = StatusChange.objects.filter(supersedes=OuterRef("statuschange"))
    replaced = Cited._default_manager.filter(statuschange=OuterRef("statuschange"), claim__replaces=OuterRef("claim"))
    cited = Cited._default_manager.filter(withdrawn).exclude(statuschange__to_status=VOID)
    return cited.filter(~Exists(superseded), ~Exists(replaced))


def unmatched(claims: Claims) -> Claims:
    """Those in force whose quote the held text does not have. A text that was redacted has no quotes to look for."""
    without = claims.in_force().filter(quote_start=None).exclude(quote="")
    return without.exclude(source__text_sha256="").exclude(source__held_text__text="")


def _unmatched_quotes() -> list[Finding]:
    held = unmatched(Claim.objects.all())
    return [Finding(held, "issue", "source__held_text__held_at", Q(handling=Handling.OPEN))]


def _flagged(findings: Sequence[Finding]) -> Subjects:
    """The issues of what was found."""
    concerned = reduce(or_, (Q(pk__in=found.rows.order_by().values(found.issue)) for found in findings))
    days = {
        name: _earliest([found.first_day(open_alone=open_alone) for found in findings])
        for name, open_alone in (("open_since", True), ("any_since", False))
    }
    is_open = Q(handling=Handling.OPEN, open_since__lt=NEVER)
    issues = Issue.objects.filter(concerned).annotate(**days)
    return issues.values(
        "relationship_id",
        subject_id=F("pk"),
        since=Case(When(is_open, then="open_since"), default="any_since", output_field=DateField()),
        flag_handling=Case(When(is_open, then=Value(Handling.OPEN)), default=Value(Handling.RESTRICTED)),
    )


def _earliest(days: list[Coalesce]) -> Any:
    return Least(*days) if len(days) > 1 else days[0]


def _resting(as_of: dt.date) -> Subjects:
    return _flagged(_on_withdrawn_claims())


def _unmatched(as_of: dt.date) -> Subjects:
    return _flagged(_unmatched_quotes())


def _why(subjects: Subjects, otherwise: str, done: str) -> Case:
    """Why a flag ended: another one takes its place, or there is nothing to flag any more."""
    goes_on = Exists(subjects.filter(subject_id=OuterRef("subject_id")))
    return Case(When(goes_on, then=Value(otherwise)), default=Value(done))


withdrawn_claim = FlagRule(
    name=Flag.Rule.WITHDRAWN_CLAIM,
    subject_kind=Flag.Subject.ISSUE,
    subjects=_resting,
    why_cleared=_why(
        _flagged(_on_withdrawn_claims()),
        "Something rests on another withdrawn claim.",
        "What rested on the withdrawn claim was corrected or replaced.",
    ),
)

unmatched_quote = FlagRule(
    name=Flag.Rule.UNMATCHED_QUOTE,
    subject_kind=Flag.Subject.ISSUE,
    subjects=_unmatched,
    why_cleared=_why(
        _flagged(_unmatched_quotes()),
        "A quote from another source is not in its text.",
        "The claim was withdrawn or replaced.",
    ),
)
