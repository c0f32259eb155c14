"""The moves of an issue's status with the claims they cite, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from core.access import Access
from tracker.admin.issue_claims import Shower, ShownClaim, readable
from tracker.admin.tones import status_badge, trend_text
from tracker.models import Issue, StatusChange

if TYPE_CHECKING:
    from tracker.admin.issues import IssueAdmin


@dataclass(frozen=True)
class HistoryRow:
    """A row as shown: `replaced_by` is the later row that took it out of force, `counted` the number of sources that
    its claims in force have."""

    change: StatusChange
    before: str
    after: str
    trend: str
    replaced_by: StatusChange | None
    claims: list[ShownClaim]
    counted: str
    correct_url: str
    void_url: str
    cite_url: str

    @property
    def who(self) -> str:
        return self.change.author_name or str(self.change.by or "The system")

    @property
    def is_void(self) -> bool:
        return not self.change.to_status


def moves_of(issue: Issue, access: Access) -> list[StatusChange]:
    """Newest first by recording, so that what was entered last stands on top, corrections included; each with those of
    its claims that this reader may see. Two statements."""
    cited = Prefetch("claims", queryset=readable(access).order_by("happened_on", "pk"))
    return list(issue.status_changes.select_related("by", "supersedes").prefetch_related(cited).order_by("-seq"))


def history_rows(
    page: IssueAdmin, issue: Issue, changes: Sequence[StatusChange], shower: Shower, *, may_write: bool
) -> list[HistoryRow]:
    replaced = {change.supersedes_id: change for change in changes if change.supersedes_id}
    return [_row(page, issue, change, replaced.get(change.pk), shower, may_write=may_write) for change in changes]


def _row(
    page: IssueAdmin,
    issue: Issue,
    change: StatusChange,
    by: StatusChange | None,
    shower: Shower,
    *,
    may_write: bool,
) -> HistoryRow:
    change.issue = issue
    editable = may_write and by is None
    claims = list(change.claims.all())
    return HistoryRow(
        change=change,
        before=status_badge(change.from_status) if change.from_status else "",
        after=status_badge(change.to_status),
        trend=trend_text(change.trend) if change.trend else "",
        replaced_by=by,
        claims=[shower.shown(claim) for claim in claims],
        counted=shower.counted(claim.source_id for claim in claims if not claim.is_withdrawn),
        correct_url=page.to("correct", issue.pk, change.seq) if editable else "",
        void_url=page.to("void", issue.pk, change.seq) if editable and change.to_status else "",
        cite_url=page.to("cite", issue.pk, change.seq) if editable and change.to_status else "",
    )
