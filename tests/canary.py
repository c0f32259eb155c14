"""A canary in every text of what a reader must not hear of, and a list of every address at which it might sing.

Rows are planted below the actions, field by field from the models, so that a new text field is planted by itself.
Addresses come from the URL resolver; one that takes an argument unknown to `Planted.arguments` fails the crawl.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Max
from django.urls import URLPattern, URLResolver, get_resolver

from core.access import Access
from core.ledger import Entry, record
from core.models import Event, Membership, User
from tests.planted_records import plant_records
from tests.world import NOW
from tracker.models import (
    Claim,
    Deadline,
    Flag,
    Issue,
    IssueLink,
    IssueParty,
    Note,
    Party,
    PartyName,
    Position,
    Relationship,
    SameMatter,
    Source,
    StatusChange,
)

ROOMS = ("core", "tracker")
LONG_AGO = dt.date(2025, 1, 1)
MISSING = 987_654
# The parts of addresses that are external ids.
KEYED: Mapping[str, type[models.Model]] = {
    "source": Source,
    "claim": Claim,
    "position": Position,
    "deadline": Deadline,
    "note": Note,
    "link": IssueLink,
}
_TEXTS = (models.CharField, models.TextField)
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def room_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ROOMS]


@dataclass
class Planted:
    """One row of each model in one relationship; `mark` begins each of their texts, followed by the model's name."""

    mark: str
    relationship: Relationship
    handling: str = "open"
    rows: dict[type[models.Model], models.Model] = field(default_factory=dict)

    def add(self, model: type[models.Model], **values: Any) -> Any:
        """A row with the mark in all its texts but those given, and but closed lists of words."""
        for column in model._meta.concrete_fields:
            free = isinstance(column, _TEXTS) and not column.choices and not column.primary_key
            if free and column.name not in values:
                values[column.name] = f"{self.mark}-{model._meta.model_name} {column.name}"[: column.max_length]
        row = model._default_manager.create(**values)
        self.rows[model] = row
        return row

    @property
    def issue(self) -> Issue:
        found = self.rows[Issue]
        assert isinstance(found, Issue)
        return found

    def pk(self, model: type[models.Model]) -> str:
        return str(self.rows[model].pk) if model in self.rows else str(MISSING)


def plant(relationship: Relationship, *, mark: str, handling: str = "open") -> Planted:
    planted = Planted(mark, relationship, handling)
    Relationship.objects.filter(pk=relationship.pk).update(name=f"{mark}-relationship name")
    person = planted.add(
        User, username=f"{mark}-user", password="!", time_zone="UTC", language="en", email="a@example.org"
    )
    planted.add(Membership, compartment=relationship, user=person, role="viewer", cleared=True, created_at=NOW)
    party = planted.add(Party, relationship=relationship, code=f"{mark}-party", kind="person")
    planted.add(PartyName, party=party, language="en", kind="native")
    number = max(6999, Issue.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    issue = planted.add(
        Issue,
        relationship=relationship,
        number=number,
        key=f"{relationship.key_prefix}-{number}",
        status="raised",
        handling=handling,
        assignee=person,
        created_at=NOW,
        last_substantive_on=LONG_AGO,
    )
    second = Issue.objects.create(
        relationship=relationship,
        number=number + 1,
        key=f"{relationship.key_prefix}-{number + 1}",
        title=f"{mark}-issue title",
        status="raised",
        handling=handling,
        created_at=NOW,
        last_substantive_on=LONG_AGO,
    )
    planted.add(IssueParty, issue=issue, party=party, role="affected")
    planted.add(
        StatusChange,
        issue=issue,
        seq=1,
        from_status="",
        to_status="raised",
        occurred_on=LONG_AGO,
        known_at=NOW,
        recorded_at=NOW,
    )
    plant_records(planted, issue, second, party)
    planted.add(
        Flag,
        relationship=relationship,
        subject_kind="issue",
        subject_id=issue.pk,
        rule="silence",
        since=LONG_AGO,
        raised_at=NOW,
        cleared_why="",
        handling=handling,
    )
    entry = Entry("issue.edited", "tracker.issue", issue.key, {"title": [None, f"{mark}-event changes"]}, handling)
    with transaction.atomic():
        planted.rows[Event] = record(relationship.pk, [entry], by=Access.of(person), at=NOW)[0]
    return planted


def addresses(planted: Planted | None) -> Iterator[str]:
    """Every address of the site, its arguments taken from the planted rows, or naming rows that are not there.

    KeyError for a route with an argument that nobody has taught this crawl.
    """
    for route, pattern in routes():
        names = [match[1] or match[2] for match in _ARGUMENT.findall(route)]
        choices = {name: _values(name, pattern, planted) for name in names}
        for values in itertools.product(*choices.values()):
            address = route
            for value in values:
                address = _ARGUMENT.sub(value, address, count=1)
            yield "/" + address.strip("^$")


def _key_of(model: type[models.Model], planted: Planted | None) -> str:
    """The external id of the planted row, or one that nobody has."""
    letter = getattr(model, "letter", "")
    row = planted.rows.get(model) if planted else None
    return str(getattr(row, "key", f"USRU-{letter}{MISSING}"))


def routes() -> list[tuple[str, URLPattern]]:
    return list(_walk("", get_resolver().url_patterns))


def _walk(prefix: str, entries: list[Any]) -> Iterator[tuple[str, URLPattern]]:
    for entry in entries:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(route, entry.url_patterns)
        else:
            yield route, entry


def _values(name: str, pattern: URLPattern, planted: Planted | None) -> list[str]:
    issue = planted.rows[Issue] if planted else None
    key = issue.key if isinstance(issue, Issue) else f"USRU-{MISSING}"
    model = getattr(getattr(pattern.callback, "model_admin", None), "model", Issue)
    if name in KEYED:
        return [_key_of(KEYED[name], planted)]
    known: Mapping[str, list[str]] = {
        "object_id": [planted.pk(model) if planted else str(MISSING)],
        "key": [key],
        "row_id": [f"{key}-H1"],
        "name_id": [planted.pk(PartyName) if planted else str(MISSING)],
        "same_matter": [planted.pk(SameMatter) if planted else str(MISSING)],
        "seq": ["1"],
        "to": ["discussing"],
        "app_label": ["tracker", "core"],
        "url": ["nothing/here/"],
        "content_type_id": ["1"],
    }
    return known[name]
