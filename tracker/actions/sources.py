"""The documents in which something was said: taking one up, correcting what we say of it, holding its text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from core import ledger
from core.access import Access, Right
from core.changes import created, difference
from core.errors import Conflict, InvalidInput
from core.text import clean
from core.validation import seals_as_conflicts, validated
from tracker.actions.handling import change_handling, issues_touched
from tracker.actions.holding import hold_issues, hold_relationship
from tracker.actions.records import (
    NOW_BY_HAND,
    Entered,
    belongs,
    choice,
    day,
    entry_of,
    follow,
    handling_for,
    numbered,
)
from tracker.corroboration import origins_in
from tracker.evidence import Reliability, SourceKind, may_carry_claims, reliability_of
from tracker.models import Issue, Party, Relationship, Source
from tracker.webaddresses import BadAddress, normalised

EDITABLE = (
    "kind",
    "title",
    "publisher",
    "issued_by",
    "url",
    "published_on",
    "retrieved_on",
    "language",
    "reliability",
    "reliability_reason",
    "derives_from",
    "translation_of",
    "handling",
)


@dataclass(frozen=True)
class SourceDraft:
    """What one says of a new source. Empty `reliability` and `handling` are filled in by rule; `retrieved_on` is today
    where it is not said."""

    title: str
    kind: str = SourceKind.OUTLET
    publisher: str = ""
    issued_by: Party | None = None
    url: str = ""
    published_on: dt.date | None = None
    retrieved_on: dt.date | None = None
    language: str = "en"
    reliability: str = ""
    reliability_reason: str = ""
    derives_from: Source | None = None
    translation_of: Source | None = None
    handling: str = ""


@transaction.atomic
def add_source(
    *,
    relationship: Relationship,
    draft: SourceDraft,
    by: Access,
    at: dt.datetime,
    entered: Entered = NOW_BY_HAND,
) -> Source:
    """A new source. Conflict where the same address stands on record already among those that are as open as this one,
    with its key; InvalidInput names the field that is wrong."""
    by.require(Right.WRITE, relationship.pk)
    hold_relationship(relationship)
    source = Source(created_at=at, relationship=relationship)
    values = {name: getattr(draft, name) for name in EDITABLE}
    bases = (draft.derives_from, draft.translation_of)
    values["handling"] = handling_for(draft.handling, bases, relationship, by)
    values["retrieved_on"] = draft.retrieved_on or max(at.date(), draft.published_on or at.date())
    _apply(source, values, at)
    with seals_as_conflicts():
        validated(numbered(source, relationship, entered)).save(force_insert=True)
    entry = entry_of(source, "added", created({name: getattr(source, name) for name in EDITABLE}))
    ledger.record(relationship.pk, [entry], by=by, at=at)
    return source


@transaction.atomic
def edit_source(*, source: Source, version: int, values: Mapping[str, Any], by: Access, at: dt.datetime) -> Source:
    """Corrects what we say of a source; its text and what it is cited for stay. Restricting it restricts all that rests
    on it. Conflict if another writer was faster. Nothing is written where nothing differs."""
    by.require(Right.WRITE, source.relationship_id)
    if set(values) - set(EDITABLE):
        raise InvalidInput("cannot be edited", field=min(set(values) - set(EDITABLE)))
    hold_relationship(source.relationship)
    _claim_version(source, version)
    # What it says may be news no longer, or be news after all. Issues are held before the ledger is written to.
    issues = list(Issue.objects.filter(claims__source=source).distinct())
    if values.keys() & {"derives_from", "translation_of", "handling"}:
        hold_issues([*issues, *issues_touched(source)])
    wanted = dict(values)
    handling = wanted.pop("handling", source.handling)
    former = source.handling
    if handling != former:
        change_handling(record=source, handling=handling, by=by, at=at)
    before = Source.objects.get(pk=source.pk)
    if not source.reliability_reason:
        wanted.setdefault("reliability", "")
    _check_lead(before, wanted)
    _apply(source, wanted, at)
    changes = difference(before, {name: getattr(source, name) for name in EDITABLE})
    if changes:
        with seals_as_conflicts():
            validated(source).save()
        if changes.keys() & {"derives_from", "translation_of"}:
            follow(issues)
        ledger.record(source.relationship_id, [entry_of(source, "edited", changes)], by=by, at=at)
    elif handling == former:
        Source.objects.filter(pk=source.pk).update(version=version)
        source.version = version
    return source


def _check_lead(source: Source, values: Mapping[str, Any]) -> None:
    """Whether or not a claim rests on it: the answer must not tell of one that is hidden."""
    if may_carry_claims(source.kind) and not may_carry_claims(values.get("kind", source.kind)):
        raise InvalidInput(
            "is a lead, which no source becomes that could carry claims; add the lead apart", field="kind"
        )


def _claim_version(source: Source, version: int) -> None:
    claimed = Source.objects.filter(pk=source.pk, version=version).update(version=F("version") + 1)
    source.refresh_from_db()
    if not claimed:
        raise Conflict(f"{source.key} is now in version {source.version}.", field="version", value=version)


def _apply(source: Source, values: Mapping[str, Any], at: dt.datetime) -> None:
    """Sets the cleaned values on the unsaved row, and refuses what concerns more than one of them."""
    for name, value in values.items():
        setattr(source, name, value)
    choice(source.kind, SourceKind, "kind")
    source.title = clean(source.title, field="title", limit=300)
    source.publisher = clean(source.publisher, field="publisher", limit=200, required=False)
    source.language = clean(source.language, field="language", limit=12)
    belongs(source.issued_by, source.relationship, "issued_by")
    _set_address(source)
    _check_days(source, at)
    _check_origin(source)
    _set_reliability(source)


def _set_address(source: Source) -> None:
    source.url = clean(source.url, field="url", limit=2000, required=False)
    try:
        source.url_normalised = normalised(source.url) if source.url else ""
    except BadAddress as error:
        raise InvalidInput(error.reason, field="url", value=source.url) from error
    same = Source.objects.filter(
        relationship=source.relationship, handling=source.handling, url_normalised=source.url_normalised
    ).exclude(pk=source.pk)
    known = same.first() if source.url_normalised else None
    if known is not None:
        raise Conflict(f"the same page is on record as {known.key}", field="url", value=source.url)


def _check_days(source: Source, at: dt.datetime) -> None:
    for field in ("published_on", "retrieved_on"):
        if getattr(source, field) is not None:
            day(getattr(source, field), field, at)
    if source.published_on is not None and source.published_on > source.retrieved_on:
        reason = f"is after the day on which it was retrieved, {source.retrieved_on}"
        raise InvalidInput(reason, field="published_on", value=source.published_on)


def _check_origin(source: Source) -> None:
    """A rewrite or a translation of another source of the relationship, and never of itself, at whatever remove. Read
    afresh, under the lock of the relationship: somebody may have given the other one an origin meanwhile."""
    if source.derives_from_id and source.translation_of_id:
        raise InvalidInput("is a rewrite or a translation, not both", field="translation_of")
    for field in ("derives_from", "translation_of"):
        belongs(getattr(source, field), source.relationship, field)
    field = "derives_from" if source.derives_from_id else "translation_of"
    origins = origins_in([source.relationship_id], Access.system())
    above, seen = source.origin_id, set[int]()
    while above is not None and above not in seen:
        if above == source.pk:
            raise InvalidInput("would make the source its own origin", field=field, value=source.key)
        seen.add(above)
        above = origins.get(above)


def _set_reliability(source: Source) -> None:
    """By rule, unless somebody says otherwise and why."""
    ruled = reliability_of(source.kind, source.publisher)
    source.reliability_reason = clean(
        source.reliability_reason, field="reliability_reason", limit=500, required=False, lines=True
    )
    source.reliability = choice(source.reliability or ruled, Reliability, "reliability")
    if source.reliability == ruled:
        source.reliability_reason = ""
    elif not source.reliability_reason:
        reason = f"the rule gives {ruled}; say why it should be {source.reliability}"
        raise InvalidInput(reason, field="reliability_reason")
