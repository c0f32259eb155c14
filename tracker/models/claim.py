from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.fuzzycolumns import FuzzyColumns, both_days_in_order
from core.visibility import not_blank, one_of
from tracker.evidence import Capacity, Credibility, Modality, Stance, Translator
from tracker.models.record import Record, Records

LONGEST_QUOTE = 5000


class Claims(Records["Claim"]):
    pass


class Claim(Record):
    """Somebody said something, in a source, in these words, this firmly: the join between a fact and a source.

    One claim concerns one issue; a quote that serves three issues is three claims. Never edited: withdrawn, or
    replaced by a later row.
    """

    letter = "Q"

    source = models.ForeignKey("tracker.Source", on_delete=models.PROTECT, related_name="claims")
    issue = models.ForeignKey("tracker.Issue", on_delete=models.PROTECT, related_name="claims", db_index=False)
    summary = models.CharField(max_length=500, help_text="What was said, in our own words.")
    quote = models.TextField(max_length=LONGEST_QUOTE, blank=True, help_text="The exact words, as in the source.")
    quote_start = models.PositiveIntegerField(null=True, blank=True, help_text="In characters of the held text.")
    quote_end = models.PositiveIntegerField(null=True, blank=True)
    language = models.CharField(max_length=12, default="en", help_text="Of the quote.")
    only_in_translation = models.BooleanField(
        default=False, help_text="The source gives the words in translation; the original is not known."
    )
    translation = models.TextField(max_length=LONGEST_QUOTE, blank=True)
    translated_by = models.CharField(max_length=10, choices=Translator, blank=True)
    speaker = models.ForeignKey(
        "tracker.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="claims_made"
    )
    speaker_name = models.CharField(max_length=200, blank=True, help_text="As the source spells it.")
    speaker_office = models.CharField(max_length=200, blank=True)
    capacity = models.CharField(max_length=12, choices=Capacity)
    relayed_by = models.CharField(max_length=200, blank=True, help_text="Who passed the words on.")
    said_earliest = models.DateField(null=True, blank=True)
    said_latest = models.DateField(null=True, blank=True)
    said_words = models.CharField(max_length=200, blank=True, help_text="The date as stated.")
    happened_on = models.DateField(help_text="The day that stands for it in the timeline and for the clock of silence.")
    modality = models.CharField(max_length=16, choices=Modality, default=Modality.DISCUSSED)
    stance = models.CharField(max_length=20, choices=Stance, blank=True)
    responds_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="responses", help_text="What it is about."
    )
    repeats = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repetitions",
        help_text="The same statement, as another source has it.",
    )
    stated_credibility = models.PositiveSmallIntegerField(choices=Credibility, null=True, blank=True)
    credibility_reason = models.CharField(max_length=500, blank=True)

    said_on = FuzzyColumns("said")

    # The places of a quote are found once a text is held, which may be later.
    closing: ClassVar = (*Record.closing, "quote_start", "quote_end")
    redactable: ClassVar = {
        "summary": "[redacted]",
        "quote": "",
        "translation": "",
        "speaker_name": "",
        "speaker_office": "",
        "relayed_by": "",
        "said_words": "",
    }

    objects = Claims.as_manager()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(quote_start=None, quote_end=None)
                | Q(quote_start__isnull=False, quote_end__isnull=False, quote_end__gt=F("quote_start")),
                name="claim_quote_has_both_ends",
            ),
            # A redaction empties the translation and leaves who made it.
            models.CheckConstraint(
                condition=Q(translation="") | ~Q(translated_by=""), name="claim_translation_names_its_maker"
            ),
            models.CheckConstraint(
                condition=~Q(capacity=Capacity.GOVERNMENT) | Q(speaker__isnull=False),
                name="claim_government_is_named",
            ),
            models.CheckConstraint(
                condition=Q(stance="", responds_to=None) | (~Q(stance="") & Q(responds_to__isnull=False)),
                name="claim_stance_is_on_something",
            ),
            models.CheckConstraint(condition=~Q(responds_to=F("pk")), name="claim_responds_to_another"),
            models.CheckConstraint(condition=~Q(repeats=F("pk")), name="claim_repeats_another"),
            models.CheckConstraint(
                condition=Q(stated_credibility=None, credibility_reason="")
                | (Q(stated_credibility__isnull=False) & ~Q(credibility_reason="")),
                name="claim_credibility_overridden_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(stated_credibility=None) | Q(stated_credibility__range=(1, 6)),
                name="claim_credibility_is_on_the_scale",
            ),
            both_days_in_order("said", "claim_said_days_in_order"),
            one_of("modality", Modality.values, "claim_modality_is_known"),
            one_of("stance", ["", *Stance.values], "claim_stance_is_known"),
            one_of("capacity", Capacity.values, "claim_capacity_is_known"),
            one_of("translated_by", ["", *Translator.values], "claim_translator_is_known"),
            not_blank("summary", "claim_summary_not_blank"),
        ]
        # The last two are for the passes that look for what is flagged: few rows among all.
        indexes = [
            models.Index(fields=["issue", "happened_on", "id"], name="claim_of_issue"),
            models.Index(fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="claim_withdrawn"),
            models.Index(
                fields=["source", "issue"],
                condition=Q(withdrawn_at__isnull=True, quote_start__isnull=True) & ~Q(quote=""),
                name="claim_quote_without_place",
            ),
        ]

    @property
    def is_attributed(self) -> bool:
        return self.speaker_id is not None or self.speaker_name != ""

    @property
    def speaker_shown(self) -> str:
        """As the source has it; the party's code where it gives no name."""
        return self.speaker_name or (self.speaker.code if self.speaker else "")
