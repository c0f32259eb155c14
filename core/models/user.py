from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    from core.models.membership import MembershipQuerySet


# Reading the list looks at every file of it.
_zones = cache(zoneinfo.available_timezones)


def valid_time_zone(name: str) -> None:
    if name not in _zones():
        raise ValidationError(f"{name!r} is no time zone of the IANA list, such as Europe/Vienna.")


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """A person or a service. Has no rights of its own: these come from memberships alone, hence no groups.

    A superuser keeps people and compartments, and reads no record without being a member of it.
    """

    username = models.CharField(max_length=150, unique=True, validators=[ASCIIUsernameValidator()])
    display_name = models.CharField("name", max_length=150, blank=True, help_text="As colleagues know this person.")
    email = models.EmailField(blank=True, help_text="Where letters go.")
    time_zone = models.CharField(
        max_length=64, default="UTC", validators=[valid_time_zone], help_text="Of the IANA list, such as Asia/Tokyo."
    )
    language = models.CharField(max_length=12, default="en")
    is_active = models.BooleanField(
        "active", default=True, help_text="People who leave are deactivated, never deleted."
    )
    is_superuser = models.BooleanField("operator", default=False, help_text="Keeps people and compartments.")
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    memberships: MembershipQuerySet

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def external_id(self) -> str:
        """What the ledger calls this person: hashes cover it, and a name may have to be forgotten."""
        return f"U{self.pk}"

    @property
    def is_shut_out(self) -> bool:
        """Deactivated, or of the demo: those have passwords that everybody knows, and production opens to none."""
        return not self.is_active or (self.is_demo and settings.PARLEY_PRODUCTION)

    @property
    def is_staff(self) -> bool:
        """Django's word for whoever may open the admin: every member may, and sees there what the membership grants."""
        return not self.is_shut_out and (self.is_superuser or self.memberships.current().exists())

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_perms(self, perms: Any, obj: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_short_name(self) -> str:
        return str(self)

    def get_full_name(self) -> str:
        return str(self)
