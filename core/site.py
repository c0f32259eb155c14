"""The compartment of the site itself: deeds that belong to no relationship (a person added, a token made) stand on
its ledger. It has no members, so only operators read it."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction

from core import clock

SLUG = "site"


def site_id() -> int:
    from core.models import Compartment

    return Compartment.objects.values_list("pk", flat=True).get(slug=SLUG)


def open_site_ledger(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """After every migrate, so that an emptied database has it too."""
    from core.models import Compartment, LedgerHead

    with transaction.atomic(using=using):
        site, _ = Compartment.objects.using(using).get_or_create(
            slug=SLUG, defaults={"name": "The site", "created_at": clock.now()}
        )
        LedgerHead.objects.using(using).get_or_create(compartment=site)
