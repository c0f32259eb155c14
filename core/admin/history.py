"""Lines of the ledger as people read them: as text, escaped, old → new."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.access import Access
from core.admin.show import EMPTY, moment
from core.models import Event

MOST_LINES = 200
SYSTEM = "The system"


@dataclass(frozen=True)
class Change:
    """One field of a line: from what to what, as text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    moment: str
    who: str
    what: str
    changes: SafeString | str


def changes_of(event: Event) -> list[Change]:
    """What the line changed; nothing where it was redacted."""
    if not isinstance(event.changes, dict):
        return []
    return [Change(name.replace("_", " ").capitalize(), *_pair(value)) for name, value in event.changes.items()]


def lines_shown(events: Iterable[Event]) -> list[Line]:
    return [Line(moment(event.at), who(event), spoken(event.kind), changes_shown(event)) for event in events]


def lines_of(subject_type: str, subject_id: str, compartment_id: int, access: Access) -> list[Line]:
    """The newest lines about one record that this reader may see."""
    lines = Event.objects.visible_to(access).filter(compartment=compartment_id, subject_type=subject_type)
    newest = lines.filter(subject_id=subject_id).select_related("actor").order_by("-seq")
    return lines_shown(newest[:MOST_LINES])


def who(event: Event) -> str:
    return str(event.actor or SYSTEM)


def spoken(kind: str) -> str:
    """`issue.status_changed` as people say it."""
    return kind.replace(".", " ").replace("_", " ").capitalize()


def changes_shown(event: Event, limit: int = 100_000) -> SafeString | str:
    """Old → new for each field, each shortened to the limit."""
    if event.changes is None:
        return "Redacted"
    lines = [(change.field, arrow(change, limit)) for change in changes_of(event)]
    return format_html_join("", '<div class="change"><span class="soft">{}:</span> {}</div>', lines) or EMPTY


def arrow(change: Change, limit: int = 100_000) -> SafeString:
    old, new = _shortened(change.old, limit), _shortened(change.new, limit)
    if not old:
        return format_html("{}", new or EMPTY)
    return format_html('{} <span class="soft">→</span> <span class="new">{}</span>', old, new or EMPTY)


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def _pair(value: Any) -> tuple[str, str]:
    old, new = value if isinstance(value, list) and len(value) == 2 else (None, value)
    return _text(old), _text(new)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
