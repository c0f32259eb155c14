from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import transaction

from core import clock
from core.access import Access
from core.actions.members import add_member
from core.actions.users import create_user
from core.management.base import DomainCommand
from core.models import User
from tracker.actions.issues import edit_issue
from tracker.dossiers.importing import import_dossier
from tracker.models import Issue, Relationship

FOLDER = settings.BASE_DIR / "demo"
USERS = ("lead", "editor", "viewer", "auditor")
# Who is a member of what, as what, and cleared or not: as few as show that doors are closed.
MEMBERS: dict[str, dict[str, tuple[str, bool]]] = {
    "gr-mk": {"lead": ("lead", True)},
    "cn-ru": {"lead": ("lead", True)},
    "us-ru": {
        "lead": ("lead", True),
        "editor": ("viewer", False),
        "viewer": ("viewer", False),
        "auditor": ("auditor", False),
    },
    "us-cn": {
        "lead": ("lead", True),
        "editor": ("editor", True),
        "viewer": ("viewer", False),
        "auditor": ("auditor", False),
    },
}
# Users are not in a dossier, and so neither is who works on what.
ASSIGNED = {
    "lead": ("USCN-1", "USCN-2", "USCN-3", "USCN-11", "USRU-1", "CNRU-1"),
    "editor": ("USCN-4", "USCN-5", "USCN-7", "USCN-8", "USCN-9", "USCN-12"),
}


class Command(DomainCommand):
    help = "Load the demo register and its users. What is there already stays as it is, so this may run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PARLEY_PRODUCTION:
            raise CommandError("The demo has known passwords; a production site does not load it.")
        at = clock.now()
        with transaction.atomic():
            for username in USERS:
                _have_user(username, at)
            for slug in MEMBERS:
                _have_relationship(slug, at)
        self.stdout.write("\n".join(_table()))


def password_of(username: str) -> str:
    return f"parley-{username}"


def _have_user(username: str, at: dt.datetime) -> None:
    if not User.objects.filter(username=username).exists():
        create_user(
            username=username,
            password=password_of(username),
            display_name=f"Demo {username}",
            is_demo=True,
            by=Access.system(),
            at=at,
        )


def _have_relationship(slug: str, at: dt.datetime) -> None:
    """With its members, who are the demo's only if it is: of what people entered since, nothing is touched."""
    if Relationship.objects.filter(slug=slug).exists():
        return
    system = Access.system()
    import_dossier(data=_file(slug).read_bytes(), by=system, at=at)
    relationship = Relationship.objects.get(slug=slug)
    users = {user.username: user for user in User.objects.filter(username__in=USERS, is_demo=True)}
    for username, (role, cleared) in MEMBERS[slug].items():
        if username in users:
            add_member(compartment=relationship, user=users[username], role=role, cleared=cleared, by=system, at=at)
            _assign(relationship, users[username], at)


def _file(slug: str) -> Path:
    return FOLDER / f"{slug}.yaml"


def _assign(relationship: Relationship, user: User, at: dt.datetime) -> None:
    for issue in Issue.objects.filter(relationship=relationship, key__in=ASSIGNED.get(user.username, ())):
        edit_issue(issue=issue, version=issue.version, values={"assignee": user}, by=Access.system(), at=at)


def _table() -> Iterator[str]:
    """The accounts of the demo that may sign in."""
    users = User.objects.filter(username__in=USERS, is_demo=True, is_active=True)
    users_by_name = {user.username: user for user in users}
    yield f"{'user':<10}{'password':<18}member of"
    for username in USERS:
        if username in users_by_name:
            yield f"{username:<10}{password_of(username):<18}{_memberships(users_by_name[username])}"


def _memberships(user: User) -> str:
    rows = user.memberships.current().select_related("compartment").order_by("compartment__slug")
    return ", ".join(f"{row.compartment.slug} ({row.role}{', cleared' if row.cleared else ''})" for row in rows)
