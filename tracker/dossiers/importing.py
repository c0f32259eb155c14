"""A dossier into the record: all of it or nothing, and every problem at once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from core import ledger, locks
from core.access import Access
from core.errors import Conflict
from core.ledger import Entry
from tracker.dossiers.exporting import VERSION
from tracker.dossiers.fields import Fields
from tracker.dossiers.reading import read
from tracker.dossiers.sections import sections
from tracker.dossiers.work import Work


@dataclass(frozen=True)
class Imported:
    """What was done, or would have been: (kind, outcome) -> how many."""

    slug: str
    counts: Mapping[tuple[str, str], int]
    changed: bool


def import_dossier(*, data: bytes, by: Access, at: dt.datetime, dry_run: bool = False) -> Imported:
    """Brings the record up to the dossier: what is not there is created, what is there otherwise is edited, new rows
    of a history are appended. Nothing is removed.

    DossierRefused names every problem with its line; then nothing is written. TooLarge before anything is read,
    NotFound for a relationship that is not theirs, Conflict where another writer was between.
    """
    work = Work(by=by, at=at)
    try:
        with transaction.atomic():
            _import(data, work)
            if dry_run:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise Conflict("Somebody else has written in this relationship meanwhile; import once more.") from error
    slug = work.relationship.slug if work.relationship else ""
    return Imported(slug, dict(work.counts), work.changed)


def _import(data: bytes, work: Work) -> None:
    locks.wait_lock("tracker.dossier")
    entries = _read(data, work)
    for section in sections():
        if entries.get(section.name) is not None:
            section.write(entries[section.name], work)
    for step in work.afterwards:
        step()
    if work.report.count:
        raise work.report.refusal()
    if work.changed:
        _record(data, work)


def _read(data: bytes, work: Work) -> dict[str, Any]:
    """What each section says, in its own terms."""
    document = Fields(read(data, work.report), "", work.report)
    version = document.integer("dossier")
    if version not in (None, VERSION):
        document.refuse("dossier", f"is not a version that can be read; this is {VERSION}", version)
    values = {section.name: document.take(section.name) for section in sections()}
    document.finish()
    if values["relationship"] is None and document.is_table:
        document.refuse("relationship", "is missing")
    return {section.name: section.read(values[section.name], work) for section in sections()}


def _record(data: bytes, work: Work) -> None:
    """One line that tells where the lines before it come from."""
    if work.relationship is None:
        return
    changes: dict[str, list[object]] = {"sha256": [None, hashlib.sha256(data).hexdigest()]}
    for (kind, outcome), number in sorted(work.counts.items()):
        if number and outcome != "unchanged":
            changes[f"{kind} {outcome}"] = [None, number]
    entry = Entry("dossier.imported", "tracker.relationship", work.relationship.slug, changes, work.handling)
    ledger.record(work.relationship.pk, [entry], by=work.by, at=work.at)
