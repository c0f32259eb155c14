"""Small pieces of HTML that several pages show; everything that comes from a record is escaped."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.fuzzydates import MONTHS

EMPTY = "–"


def badge(text: str, tone: str) -> SafeString:
    """A coloured word. The tones, for light and dark, are defined in static/parley/tones.css and nowhere else."""
    return format_html('<span class="badge tone-{}">{}</span>', tone, text)


def link(url: str, text: object) -> SafeString:
    return format_html('<a class="link" href="{}">{}</a>', url, text)


def day(value: dt.date | None) -> str:
    return EMPTY if value is None else f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def moment(value: dt.datetime | None) -> str:
    """An instant in the reader's own time."""
    if value is None:
        return EMPTY
    local = timezone.localtime(value)
    return f"{day(local.date())}, {local:%H:%M}"


def words(value: Any) -> str:
    return str(value) if value not in (None, "") else EMPTY
