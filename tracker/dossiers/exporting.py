"""A relationship as a dossier: the same record gives the same bytes."""

from __future__ import annotations

from django.db import transaction

from core.access import Access, Right
from core.errors import NotFound
from tracker.dossiers.sections import sections
from tracker.dossiers.values import Plain
from tracker.dossiers.writing import write
from tracker.models import Relationship

VERSION = 1


@transaction.atomic
def export_dossier(*, slug: str, by: Access) -> bytes:
    """What this reader may see of the relationship, restricted rows only if cleared. NotFound where it is not there
    for them."""
    found = Relationship.objects.visible_to(by).select_related("home_party").filter(slug=slug).first()
    if found is None:
        raise NotFound(field="relationship", value=slug)
    by.require(Right.EXPORT, found.pk)
    data: dict[str, Plain] = {"dossier": VERSION}
    for section in sections():
        part = section.export(found, by)
        if part is not None:
            data[section.name] = part
    return write(data)
