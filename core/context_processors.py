from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core import clock


def demo_clock(request: HttpRequest) -> dict[str, Any]:
    """The demo's instant for the banner on every page; None on a site that lives in real time."""
    return {"demo_now": clock.now() if settings.PARLEY_CLOCK else None}
