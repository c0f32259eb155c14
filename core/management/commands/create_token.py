"""`manage.py create_token anna --name "Nightly export"`: a key for a program, shown once."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from core import clock
from core.access import Access
from core.actions.tokens import ALL_SCOPES, LONGEST_LIFE, USUAL_LIFE, USUAL_SCOPES, create_token
from core.errors import InvalidInput
from core.management.base import DomainCommand
from core.queries import get_compartment, get_user


class Command(DomainCommand):
    help = "Make a token with which a program acts for USER, and print it. It is not stored and cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="whose rights it has, cut down by the options")
        parser.add_argument("--name", required=True, help="what it is for")
        parser.add_argument(
            "--scope",
            action="append",
            dest="scopes",
            choices=ALL_SCOPES,
            help=f"what it may do; may be repeated (without: {' and '.join(USUAL_SCOPES)})",
        )
        parser.add_argument(
            "--relationship",
            action="append",
            dest="slugs",
            default=[],
            metavar="SLUG",
            help="where it may do it; may be repeated (without: wherever its owner may)",
        )
        parser.add_argument("--days", type=int, default=USUAL_LIFE.days, help="how long it lives (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = get_user(options["user"])
        # Looked up as the owner sees them: it makes no difference here whether the others exist.
        theirs = Access.of(owner)
        token, text = create_token(
            user=owner,
            name=options["name"],
            scopes=options["scopes"] or USUAL_SCOPES,
            compartments=[get_compartment(slug, theirs) for slug in options["slugs"]],
            expires_in=_life(options["days"]),
            by=Access.system(),
            at=clock.now(),
        )
        self.stdout.write(text)
        self.stderr.write(
            f"{token.name}: {' '.join(token.scopes)}, until {token.expiry:%Y-%m-%d}. It is shown only now."
        )


def _life(days: int) -> dt.timedelta:
    if not 0 < days <= LONGEST_LIFE.days:
        raise InvalidInput(f"must lie between 1 and {LONGEST_LIFE.days}", field="days", value=days)
    return dt.timedelta(days=days)
