from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core.visibility import CompartmentQuerySet, not_blank, one_of


class Parties(CompartmentQuerySet["Party"]):
    compartment_path = "relationship_id"


class PartyNames(CompartmentQuerySet["PartyName"]):
    compartment_path = "party__relationship_id"


class Party(models.Model):
    """A state, an agency, an organisation or a person that one relationship knows. Each team keeps its own list, for
    who is on it tells what is followed."""

    class Kind(models.TextChoices):
        STATE = "state", "State"
        AGENCY = "agency", "Agency"
        ORGANISATION = "organisation", "Organisation"
        PERSON = "person", "Person"

    relationship = models.ForeignKey("tracker.Relationship", on_delete=models.PROTECT, related_name="parties")
    code = models.CharField(max_length=40, help_text="ISO 3166-1 alpha-2 for states, such as US.")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.STATE)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    side = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 or 2 for the two parties of the relationship, empty for all others."
    )

    objects = Parties.as_manager()

    class Meta:
        verbose_name_plural = "parties"
        ordering = ["relationship", "side", "code"]
        constraints = [
            models.UniqueConstraint(fields=["relationship", "code"], name="party_code_unique_in_relationship"),
            models.UniqueConstraint(fields=["relationship", "side"], name="party_one_per_side"),
            models.CheckConstraint(condition=Q(side=None) | Q(side__in=[1, 2]), name="party_side_is_one_or_two"),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="party_is_not_its_own_parent"),
            one_of("kind", ["state", "agency", "organisation", "person"], "party_kind_is_known"),
            not_blank("code", "party_code_not_blank"),
        ]

    def __str__(self) -> str:
        return self.code


class PartyName(models.Model):
    """What a party is called, in one language and spelling. The display name is the team's choice."""

    class Kind(models.TextChoices):
        DISPLAY = "display", "Display name"
        NATIVE = "native", "Native name"
        TRANSLITERATION = "transliteration", "Transliteration"
        MISSPELLING = "misspelling", "Misspelling"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="names")
    text = models.CharField(max_length=200)
    folded = models.TextField(blank=True, help_text="The text as searches compare it.")
    language = models.CharField(max_length=12, default="en")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.DISPLAY)
    since = models.DateField(null=True, blank=True)

    objects = PartyNames.as_manager()

    class Meta:
        ordering = ["party", "kind", "language", "text"]
        constraints = [
            models.UniqueConstraint(fields=["party", "language", "kind", "text"], name="partyname_unique"),
            one_of("kind", ["display", "native", "transliteration", "misspelling"], "partyname_kind_is_known"),
            not_blank("text", "partyname_text_not_blank"),
        ]

    def __str__(self) -> str:
        return self.text
