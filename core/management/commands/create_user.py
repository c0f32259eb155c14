"""`manage.py create_user anna`: somebody who may sign in."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from core import clock
from core.access import Access
from core.actions.users import create_user
from core.management.base import DomainCommand


class Command(DomainCommand):
    help = (
        "Add a person. The password is asked for, unless PARLEY_PASSWORD holds it or --generate makes one. "
        "They see nothing before `add_member`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="NAME", help="what they sign in with")
        parser.add_argument("--name", default="", help="as colleagues know them")
        parser.add_argument("--email", default="", help="where letters go")
        parser.add_argument("--time-zone", default="UTC", help="such as Asia/Tokyo (%(default)s)")
        parser.add_argument("--operator", action="store_true", help="keeps people and relationships; reads no record")
        parser.add_argument("--generate", action="store_true", help="make a password and print it, this once")

    def handle(self, *args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(18) if options["generate"] else _given_password()
        user = create_user(
            username=options["username"],
            password=password,
            display_name=options["name"],
            email=options["email"],
            time_zone=options["time_zone"],
            is_superuser=options["operator"],
            by=Access.system(),
            at=clock.now(),
        )
        if options["generate"]:
            self.stdout.write(f"{user.username} {password}")
        else:
            self.stdout.write(f"{user.username} may sign in.")


def _given_password() -> str:
    given = os.environ.get("PARLEY_PASSWORD")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask on: set PARLEY_PASSWORD, or use --generate.")
    given = getpass.getpass("Password: ")
    if given != getpass.getpass("Again: "):
        raise CommandError("The two are not the same.")
    return given
