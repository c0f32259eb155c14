from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.access import Role
from core.models.compartment import Compartment
from core.visibility import CompartmentQuerySet, one_of


class MembershipQuerySet(CompartmentQuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)


class Membership(models.Model):
    """One person's role in one compartment. Ended, never deleted, so that who could read what stays known."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    cleared = models.BooleanField(default=False, help_text="May read what is restricted.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["compartment", "user"]
        constraints = [
            one_of("role", Role.values, "membership_role_is_known"),
            models.UniqueConstraint(
                fields=["compartment", "user"], condition=Q(ended_at=None), name="membership_one_current_per_person"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at")), name="membership_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.compartment}"
