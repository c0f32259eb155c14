"""System checks: `manage.py check --database default` and `check --deploy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from core import triggers


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
