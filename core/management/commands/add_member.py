"""`manage.py add_member us-cn anna --role lead`: opens one relationship to one person."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from core import clock
from core.access import Access, Role
from core.actions.members import add_member
from core.management.base import DomainCommand
from core.queries import get_compartment, get_user


class Command(DomainCommand):
    help = "Give a person a role in a relationship."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("relationship", metavar="SLUG", help="such as us-cn")
        parser.add_argument("user", metavar="NAME")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--cleared", action="store_true", help="may read what is restricted")

    def handle(self, *args: Any, **options: Any) -> None:
        access = Access.system()
        membership = add_member(
            compartment=get_compartment(options["relationship"], access),
            user=get_user(options["user"]),
            role=options["role"],
            cleared=options["cleared"],
            by=access,
            at=clock.now(),
        )
        self.stdout.write(f"{membership}{', cleared' if membership.cleared else ''}")
