"""`manage.py verify_ledger`: is every ledger as it was written?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from core.access import Access
from core.management.base import DomainCommand
from core.models import Compartment
from core.queries import get_compartment
from core.verification import Fault, find_head, verify_ledger


class Command(DomainCommand):
    help = (
        "Read every line of each ledger again, and compare the histories with it. Prints the head of each, to be noted "
        "elsewhere; ends with 1 and names the first line or row that is not as it was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="HASH",
            help="a head noted earlier: it must still occur, else lines up to it were rewritten or cut off",
        )
        parser.add_argument("--compartment", metavar="SLUG", help="this ledger only, such as us-cn")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["compartment"]
        only = get_compartment(slug, Access.system()) if slug else None
        compartments = [only] if only else list(Compartment.objects.order_by("slug"))
        for compartment in compartments:
            found = verify_ledger(compartment)
            if isinstance(found, Fault):
                raise CommandError(str(found))
            self.stdout.write(str(found))
        for given in options["head"]:
            line = find_head(given.strip().lower(), only)
            self.stdout.write(f"{line.hash} is line {line.seq} of {line.slug}: all up to it is as it was then")
        count = len(compartments)
        self.stdout.write(
            "The ledger is as it was written." if count == 1 else f"All {count} ledgers are as they were written."
        )
