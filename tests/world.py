"""A small world for tests: two relationships that know nothing of each other, and people of every role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from core.access import Access
from core.actions.members import add_member
from core.actions.users import create_user
from core.models import User
from tracker.actions.history import NewRow
from tracker.actions.issues import Draft, create_issue
from tracker.actions.relationships import Side, create_relationship
from tracker.models import Issue, Relationship

NOW = dt.datetime(2026, 2, 9, 7, 0, tzinfo=dt.UTC)
A_WEEK_AGO = dt.date(2026, 2, 2)
PASSWORD = "correct horse battery"
ROLES = ("viewer", "editor", "lead", "auditor")


@dataclass
class World:
    """`home` is the relationship of the people named by their role; `foreign` has a lead of its own, the stranger."""

    home: Relationship
    foreign: Relationship
    people: dict[str, User] = field(default_factory=dict)

    def access(self, name: str) -> Access:
        return Access.of(self.people[name])

    def issue(self, title: str = "Soybeans", *, status: str = "raised", foreign: bool = False, **draft: Any) -> Issue:
        """A new issue at the world's NOW, or `at`; its one row of history happened on `occurred_on`."""
        occurred_on, at = draft.pop("occurred_on", A_WEEK_AGO), draft.pop("at", NOW)
        return create_issue(
            relationship=self.foreign if foreign else self.home,
            draft=Draft(title=title, **draft),
            history=[NewRow(to=status, reason="Seen in a statement.", occurred_on=occurred_on)],
            by=Access.system(),
            at=at,
        )


def make_world() -> World:
    """People: viewer, editor, lead, auditor; the same with `cleared_` before; stranger (lead of the foreign
    relationship, cleared); operator (superuser without any membership)."""
    system = Access.system()
    home = _relationship("us-cn", "United States – China", "USCN", "US", "CN")
    foreign = _relationship("us-ru", "United States – Russia", "USRU", "US", "RU")
    world = World(home, foreign)
    for role in ROLES:
        for name, cleared in ((role, False), (f"cleared_{role}", True)):
            world.people[name] = _person(name)
            add_member(compartment=home, user=world.people[name], role=role, cleared=cleared, by=system, at=NOW)
    world.people["stranger"] = _person("stranger")
    add_member(compartment=foreign, user=world.people["stranger"], role="lead", cleared=True, by=system, at=NOW)
    world.people["operator"] = _person("operator", is_superuser=True)
    return world


def _relationship(slug: str, name: str, prefix: str, first: str, second: str) -> Relationship:
    sides = [Side(first, first), Side(second, second)]
    return create_relationship(slug=slug, name=name, key_prefix=prefix, sides=sides, by=Access.system(), at=NOW)


def _person(username: str, **fields: Any) -> User:
    return create_user(username=username, password=PASSWORD, by=Access.system(), at=NOW, **fields)
