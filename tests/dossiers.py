"""A small dossier for tests, and how they bring it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from core.access import Access
from core.models import Event
from tests.world import NOW
from tracker.dossiers.exporting import export_dossier
from tracker.dossiers.importing import Imported, import_dossier
from tracker.dossiers.report import DossierRefused
from tracker.models import (
    Claim,
    Deadline,
    Issue,
    IssueLink,
    IssueParty,
    Note,
    Party,
    PartyName,
    Position,
    Relationship,
    Source,
    SourceText,
    StatusChange,
)

RECORDS = (Claim, Position, Deadline, Note, IssueLink)

HEAD = """\
dossier: 1
relationship:
  slug: aa-bb
  name: Aland and Beland
  key_prefix: AABB
  home_party: AA
  parties:
    - {code: AA, side: 1, names: [{text: Aland}]}
    - {code: BB, side: 2, names: [{text: Beland}, {text: 贝国, language: zh, kind: native, since: 2020-01-01}]}
    - {code: CC, names: [{text: Celand}]}
    - {code: AA-MIN, kind: agency, parent: AA, names: [{text: Ministry}]}
"""
ISSUES = """\
issues:
  - key: AABB-1
    title: Grain
    summary: Sales of grain.
    category: trade
    priority: high
    next_review: 2026-03-01
    parties:
      - {party: AA, role: principal}
      - {party: CC, role: affected}
    history:
      - id: AABB-1-H1
        to: watch
        reason: In a report.
        occurred_on: 2025-10-01
        known_at: 2025-10-02T08:00:00Z
        by: an analyst
      - id: AABB-1-H2
        to: negotiating
        trend: easing
        reason: A number was put.
        occurred_on: 2025-11-01
        known_at: 2025-11-02T08:00:00Z
      - id: AABB-1-H3
        to: raised
        reason: The number was the other side's.
        occurred_on: 2025-11-01
        known_at: 2025-11-05T08:00:00Z
        supersedes: AABB-1-H2
  - key: AABB-2
    title: Wheat
    parent: AABB-1
    history:
      - {id: AABB-2-H1, to: watch, reason: In a report., occurred_on: 2025-12-01, known_at: 2025-12-02T08:00:00Z}
"""
SMALL = HEAD + ISSUES


def bring_in(text: str, *, by: Access | None = None, at: dt.datetime = NOW, dry_run: bool = False) -> Imported:
    return import_dossier(data=text.encode(), by=by or Access.system(), at=at, dry_run=dry_run)


def refusal(text: str, *, by: Access | None = None) -> list[str]:
    """The problems of a dossier that must be refused, in the order of the file; and nothing was written."""
    before = rows()
    with pytest.raises(DossierRefused) as error:
        bring_in(text, by=by)
    assert rows() == before
    return [str(problem) for problem in error.value.problems]


def changed(text: str, old: str, new: str) -> str:
    """The text with one passage replaced; a passage that is not in it once is a mistake of the test."""
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)


def export(slug: str = "aa-bb", by: Access | None = None) -> bytes:
    return export_dossier(slug=slug, by=by or Access.system())


def rows() -> dict[str, int]:
    of_their_own = (
        Relationship,
        Party,
        PartyName,
        Issue,
        IssueParty,
        StatusChange,
        Source,
        SourceText,
        *RECORDS,
        Event,
    )
    models = (*of_their_own, StatusChange.claims.through, Note.issues.through)
    return {model.__name__: model._default_manager.count() for model in models}


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is gone afterwards: history cannot be deleted, so a database is emptied by going back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
