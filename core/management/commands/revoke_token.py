"""`manage.py revoke_token anna "Nightly export"`: of no use from the next request on."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from core import clock
from core.access import Access
from core.actions.tokens import revoke_token
from core.management.base import DomainCommand
from core.queries import get_token, get_user


class Command(DomainCommand):
    help = "Revoke a token. It stays on record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER")
        parser.add_argument("name", metavar="NAME", help="the token's name")

    def handle(self, *args: Any, **options: Any) -> None:
        token = get_token(get_user(options["user"]), options["name"])
        revoke_token(token=token, by=Access.system(), at=clock.now())
        self.stdout.write(f"{token.name} of {token.user.username} is revoked.")
