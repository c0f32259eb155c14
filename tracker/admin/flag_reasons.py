"""Why a flag stands, in words: since when nothing happened, which rows rest on which withdrawn claims, which quotes are
not in their texts; and why one was cleared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.access import Access
from core.admin.show import day, link, words
from tracker.evidence_rules import moves_citing, unmatched
from tracker.models import Claim, Deadline, Flag, IssueLink, Position, StatusChange

MOST_NAMED = 5
SILENT = "Nothing since {}."
RESTS = "Something in force rests on a claim that was withdrawn."
UNMATCHED = "A quote is not in the held text of its source."


class Reasons:
    """Of the flags of one page: five statements where something rests on a withdrawn claim or a quote is not found, and
    none where all are about silence. Names only what this reader may see."""

    def __init__(self, flags: Iterable[Flag], access: Access) -> None:
        standing = [flag for flag in flags if flag.cleared_at is None and flag.subject_kind == Flag.Subject.ISSUE]
        self.access = access
        self.rows: dict[tuple[str, int], list[SafeString]] = {}
        if resting := {flag.subject_id for flag in standing if flag.rule == Flag.Rule.WITHDRAWN_CLAIM}:
            self._read_resting(resting)
        if quoting := {flag.subject_id for flag in standing if flag.rule == Flag.Rule.UNMATCHED_QUOTE}:
            self._read_quotes(quoting)

    def of(self, flag: Flag) -> SafeString | str:
        if flag.cleared_at is not None:
            return words(flag.cleared_why)
        if flag.rule == Flag.Rule.SILENCE:
            return SILENT.format(day(flag.since))
        general = {Flag.Rule.WITHDRAWN_CLAIM.value: RESTS, Flag.Rule.UNMATCHED_QUOTE.value: UNMATCHED}
        return self._named(general.get(flag.rule, ""), self.rows.get((flag.rule, flag.subject_id), []))

    def _named(self, general: str, rows: list[SafeString]) -> SafeString | str:
        if not rows:
            return words(general)
        more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
        named = format_html_join(", ", "{}", [(row,) for row in rows[:MOST_NAMED]])
        return format_html("{} {}{}", general, named, more)

    def _put(self, rule: str, issue: int, said: SafeString) -> None:
        self.rows.setdefault((rule, issue), []).append(said)

    def _read_resting(self, issues: set[int]) -> None:
        of_issue: tuple[tuple[str, QuerySet[Any]], ...] = (
            ("position", Position.objects.visible_to(self.access).held().filter(issue__in=issues)),
            ("deadline", Deadline.objects.visible_to(self.access).standing().filter(issue__in=issues)),
        )
        for model, rows in of_issue:
            for row in rows.filter(claim__withdrawn_at__isnull=False).select_related("claim").order_by("pk"):
                self._rests(row.issue_id, _page(model, row), row.claim)
        ends = Q(from_issue__in=issues) | Q(to_issue__in=issues)
        links = IssueLink.objects.visible_to(self.access).in_force().filter(ends, claim__withdrawn_at__isnull=False)
        for one in links.select_related("claim").order_by("pk"):
            for issue in {one.from_issue_id, one.to_issue_id} & issues:
                self._rests(issue, _page("issuelink", one), one.claim)
        self._read_moves(issues)

    def _read_moves(self, issues: set[int]) -> None:
        withdrawn = Q(claim__withdrawn_at__isnull=False, claim__in=Claim.objects.visible_to(self.access))
        moves = StatusChange.objects.visible_to(self.access).filter(issue__in=issues)
        cited = moves_citing(withdrawn).filter(statuschange__in=moves)
        for row in cited.select_related("statuschange__issue", "claim").order_by("pk"):
            change = row.statuschange
            page = reverse("admin:tracker_issue_change", args=[change.issue_id])
            self._rests(change.issue_id, link(f"{page}#{change.external_id}", change.external_id), row.claim)

    def _read_quotes(self, issues: set[int]) -> None:
        for claim in unmatched(Claim.objects.visible_to(self.access).filter(issue__in=issues)).order_by("pk"):
            self._put(Flag.Rule.UNMATCHED_QUOTE, claim.issue_id, _page("claim", claim))

    def _rests(self, issue: int, row: SafeString, claim: Claim | None) -> None:
        if claim is not None:
            self._put(Flag.Rule.WITHDRAWN_CLAIM, issue, format_html("{} on {}", row, _page("claim", claim)))


def _page(model: str, row: Any) -> SafeString:
    return link(reverse(f"admin:tracker_{model}_change", args=[row.pk]), row.key)
