from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.appendonly import AppendOnlyModel
from core.visibility import CompartmentQuerySet, not_blank, one_of
from tracker.evidence import Reliability, SourceKind
from tracker.models.record import Numbered

LONGEST_TEXT = 1_000_000


class Sources(CompartmentQuerySet["Source"]):
    compartment_path = "relationship_id"
    handling_paths = ("handling",)


class SourceTexts(CompartmentQuerySet["SourceText"]):
    compartment_path = "source__relationship_id"
    handling_paths = ("source__handling",)


class Source(Numbered):
    """A document in which something was said, as one relationship holds it. The same document in two relationships is
    two rows, which know nothing of each other."""

    letter = "S"

    kind = models.CharField(max_length=24, choices=SourceKind, default=SourceKind.OUTLET)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    issued_by = models.ForeignKey(
        "tracker.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="issued_sources",
        help_text="The party whose own text it is. Empty for the press.",
    )
    url = models.CharField(max_length=2000, blank=True)
    url_normalised = models.CharField(max_length=2000, blank=True, help_text="By which the same page is known again.")
    published_on = models.DateField(null=True, blank=True)
    retrieved_on = models.DateField()
    language = models.CharField(max_length=12, default="en")
    reliability = models.CharField(max_length=1, choices=Reliability)
    reliability_reason = models.CharField(max_length=500, blank=True, help_text="Empty where the rule gave it.")
    derives_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="rewrites", help_text="It rewrites that."
    )
    translation_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="translations"
    )
    text_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the text that is held, if one is.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = Sources.as_manager()

    class Meta(Numbered.Meta):
        constraints = [
            *Numbered.Meta.constraints,
            # With the handling: else the refusal of an open row would tell of a restricted one.
            models.UniqueConstraint(
                fields=["relationship", "handling", "url_normalised"],
                condition=~Q(url_normalised=""),
                name="source_address_once_in_relationship",
            ),
            models.UniqueConstraint(
                fields=["relationship", "handling", "text_sha256"],
                condition=~Q(text_sha256=""),
                name="source_text_once_in_relationship",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(published_on__lte=F("retrieved_on")),
                name="source_published_before_retrieval",
            ),
            models.CheckConstraint(condition=~Q(derives_from=F("pk")), name="source_derives_from_another"),
            models.CheckConstraint(condition=~Q(translation_of=F("pk")), name="source_translates_another"),
            models.CheckConstraint(
                condition=Q(derives_from=None) | Q(translation_of=None), name="source_rewrites_or_translates"
            ),
            one_of("kind", SourceKind.values, "source_kind_is_known"),
            one_of("reliability", Reliability.values, "source_reliability_is_known"),
            not_blank("title", "source_title_not_blank"),
        ]
        indexes = [models.Index(fields=["relationship", "published_on", "id"], name="source_by_publication")]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def origin_id(self) -> int | None:
        """The source of which it is a rewrite or a translation: the two count as one."""
        return self.derives_from_id or self.translation_of_id


class SourceText(AppendOnlyModel):
    """The text of a source as it was read, unchanged. Apart from the source, so that a list of sources is light."""

    source = models.OneToOneField(Source, on_delete=models.PROTECT, primary_key=True, related_name="held_text")
    text = models.TextField(max_length=LONGEST_TEXT)
    sha256 = models.CharField(max_length=64)
    held_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    redactable: ClassVar = {"text": ""}

    objects = SourceTexts.as_manager()

    class Meta:
        ordering = ["source"]
        constraints = [not_blank("sha256", "sourcetext_sha256_not_blank")]

    def __str__(self) -> str:
        return f"{len(self.text)} characters"
