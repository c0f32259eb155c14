"""From a line of the ledger to the record that it is about, for this reader."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from django.contrib import admin
from django.http import HttpRequest

from core.admin.filters import memberships_seen
from core.admin.show import link
from core.models import Event

PERSON = re.compile(r"U([0-9]{1,18})")


def put_subjects(request: HttpRequest, events: Iterable[Event]) -> None:
    """`shown_subject`: a person by name, a record with the address of its page where the reader may open it. One
    statement for each kind of record on the page."""
    events = list(events)
    ids: dict[str, set[str]] = defaultdict(set)
    for event in events:
        ids[event.subject_type].add(event.subject_id)
    urls = {kind: _addresses(request, kind, names) for kind, names in ids.items()}
    people = {f"U{row.user.pk}": str(row.user) for row in memberships_seen(request)}
    for event in events:
        text = (
            people.get(event.subject_id, event.subject_id) if PERSON.fullmatch(event.subject_id) else event.subject_id
        )
        url = urls[event.subject_type].get(event.subject_id)
        event.shown_subject = link(url, text) if url else text  # type: ignore[attr-defined]


def _addresses(request: HttpRequest, kind: str, names: set[str]) -> dict[str, str]:
    """External id -> address, of the records that this reader sees and whose page says how they are named."""
    from core.admin.base import ParleyModelAdmin

    for model, page in admin.site._registry.items():
        if model._meta.label_lower == kind and isinstance(page, ParleyModelAdmin) and page.named_by:
            rows = page.get_queryset(request).filter(**{f"{page.named_by}__in": names})
            return {name: page.to("change", pk) for name, pk in rows.values_list(page.named_by, "pk")}
    return {}
