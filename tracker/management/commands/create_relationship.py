"""`manage.py create_relationship us-cn …`: opens a record of what two parties have to do with each other."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from core import clock
from core.access import Access
from core.errors import InvalidInput
from core.management.base import DomainCommand
from tracker.actions.relationships import Side, create_relationship


class Command(DomainCommand):
    help = "Open a relationship between two parties. Nobody sees it before `add_member`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="its name in addresses, such as us-cn")
        parser.add_argument("--name", required=True, help='such as "United States and China"')
        parser.add_argument("--prefix", required=True, help="what the keys of its issues begin with, such as USCN")
        parser.add_argument(
            "--party",
            action="append",
            required=True,
            dest="parties",
            metavar="CODE=NAME",
            help='such as US="United States"; twice, one for each side',
        )
        parser.add_argument("--home", default="", metavar="CODE", help="the side that this team works for, if any")

    def handle(self, *args: Any, **options: Any) -> None:
        relationship = create_relationship(
            slug=options["slug"],
            name=options["name"],
            key_prefix=options["prefix"],
            sides=[_side(text) for text in options["parties"]],
            home=options["home"],
            by=Access.system(),
            at=clock.now(),
        )
        self.stdout.write(
            f"{relationship.slug} is open. Next: manage.py add_member {relationship.slug} NAME --role lead"
        )


def _side(text: str) -> Side:
    code, equals, name = text.partition("=")
    if not (code and equals and name):
        raise InvalidInput('must be written CODE=NAME, such as US="United States"', field="party", value=text)
    return Side(code, name)
