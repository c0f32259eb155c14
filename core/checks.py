"""System checks: `manage.py check --database default` and `check --deploy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from core import triggers
from core.models import User


@register(Tags.database, deploy=True)
def history_is_guarded(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Fails where a trigger is missing that keeps history from being rewritten. With --deploy alone, since migrate,
    which puts triggers back, would refuse to start on it."""
    return [
        Error(f"The trigger {name} is missing in {alias}.", hint="manage.py migrate puts it back.", id="core.E001")
        for alias in databases or ()
        for name in triggers.missing(alias)
    ]


@register(Tags.security, deploy=True)
def clock_is_real(**_: Any) -> list[CheckMessage]:
    if not (settings.PARLEY_PRODUCTION and settings.PARLEY_CLOCK):
        return []
    return [Error("PARLEY_CLOCK is set; a production site lives in real time.", id="core.E002")]


@register(Tags.database, deploy=True)
def nobody_has_a_known_password(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Fails where somebody may sign in to a production site with a password of the demo. It asks a database, hence
    `check --deploy --database default`; one that has no table of users yet has no such user."""
    if not settings.PARLEY_PRODUCTION:
        return []
    return [
        Error(f"{user.username} is an active account of the demo.", hint="Deactivate it.", id="core.E003")
        for alias in databases or ()
        if "core_user" in connections[alias].introspection.table_names()
        for user in User.objects.using(alias).filter(is_demo=True, is_active=True)
    ]
