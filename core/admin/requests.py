"""What a page asks of its request."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from core import clock
from core.access import Access


def access_of(request: HttpRequest) -> Access:
    """What the reader may see and do; set by AccessMiddleware."""
    return cast("Access", request.access)  # type: ignore[attr-defined]


def is_operator(request: HttpRequest) -> bool:
    return access_of(request).is_operator


def todays_date() -> dt.date:
    """Today where the reader is: the site activates their time zone for each of its pages."""
    return timezone.localdate(clock.now())
