"""On whose behalf a command at the shell acts."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management import CommandError

from core.access import Access
from core.models import User


def add_person(parser: ArgumentParser) -> None:
    parser.add_argument("--as", metavar="USER", help="with this person's rights; else with the operator's")


def access_of(username: str | None) -> Access:
    """The operator's, who may do everything, or the person's."""
    if username is None:
        return Access.system()
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {username!r}.")
    return Access.of(user)
