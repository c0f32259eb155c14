from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.access import Access
from core.visibility import one_of
from tracker.evidence import LinkKind
from tracker.models.issue import Issue
from tracker.models.record import Record, Records


class IssueLinks(Records["IssueLink"]):
    pass


class IssueLink(Record):
    """Two issues of one relationship that have to do with each other, and who says so.

    Traded for: `from_issue` is given, and `to_issue` is what is expected in return, as `asserted_by` has it. Part of:
    `from_issue` is the part. Related has no direction.
    """

    letter = "L"

    from_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="links_from")
    to_issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="links_to")
    kind = models.CharField(max_length=12, choices=LinkKind)
    asserted_by = models.ForeignKey(
        "tracker.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="asserted_links",
        help_text="Empty where the desk itself sees the link.",
    )
    claim = models.ForeignKey("tracker.Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="links")
    text = models.CharField(max_length=500, blank=True, help_text="In our own words.")

    redactable: ClassVar = {"text": "[redacted]"}

    objects = IssueLinks.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=~Q(from_issue=F("to_issue")), name="issuelink_joins_two_issues"),
            one_of("kind", LinkKind.values, "issuelink_kind_is_known"),
        ]


class SameMatters(models.QuerySet["SameMatter"]):
    def visible_to(self, access: Access) -> Self:
        """There only for those who may see both ends."""
        seen = Issue.objects.visible_to(access).order_by()
        return self.filter(one__in=seen, other__in=seen)

    def standing(self) -> Self:
        return self.filter(ended_at=None)


class SameMatter(models.Model):
    """The same matter in two relationships: the one row that reaches through the wall between them. It belongs to
    neither, and stands on the ledger of neither."""

    one = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SameMatters.as_manager()

    class Meta:
        verbose_name_plural = "same matters"
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="samematter_ends_in_order"),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(ended_at=None), name="samematter_once_per_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} and {self.other_id}"
