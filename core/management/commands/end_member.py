"""`manage.py end_member us-cn anna`: closes one relationship to one person."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from core import clock
from core.access import Access
from core.actions.members import end_membership
from core.management.base import DomainCommand
from core.queries import get_compartment, get_membership, get_user


class Command(DomainCommand):
    help = "End a person's membership of a relationship, from their next request on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("relationship", metavar="SLUG", help="such as us-cn")
        parser.add_argument("user", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        access = Access.system()
        compartment = get_compartment(options["relationship"], access)
        membership = get_membership(compartment, get_user(options["user"]))
        end_membership(membership=membership, by=access, at=clock.now())
        self.stdout.write(f"{membership.user} is no member of {compartment} any more.")
