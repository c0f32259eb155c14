from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from knox.models import AbstractAuthToken

from core.models.compartment import Compartment


class ServiceToken(AbstractAuthToken):
    """A key for a program, of which only the digest is kept. It can do what its owner can, cut down to its scopes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    compartments: models.ManyToManyField[Compartment, models.Model] = models.ManyToManyField(
        Compartment, blank=True, related_name="+", help_text="None: all of its owner's."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=models.Q(revoked_at=None), name="token_name_unique_for_its_owner"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def external_id(self) -> str:
        """Tells tokens apart on the ledger, and tells nothing of the token itself."""
        return f"T-{self.digest[:12]}"

    def compartment_ids(self) -> frozenset[int]:
        return frozenset(self.compartments.values_list("pk", flat=True))
