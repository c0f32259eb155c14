"""`manage.py redact us-cn:42`: empty a text that should never have been recorded."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from core import clock
from core.access import Access
from core.actions.redaction import redact
from core.errors import InvalidInput
from core.ledger import REDACTED
from core.management.base import DomainCommand
from core.models import Event
from core.queries import get_compartment, get_user


class Command(DomainCommand):
    help = (
        "Empty the changes of one line of the ledger and the text that it put into the history. The line stays, the "
        "chain still verifies, and who did it and why is a line of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("line", metavar="SLUG:SEQ", help="ledger and number of the line, such as us-cn:42")
        parser.add_argument("--reason", required=True, help="why; read by all who read the ledger")
        parser.add_argument("--as", required=True, dest="operator", metavar="OPERATOR", help="who does it")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, seq = _parsed(options["line"])
        by = Access.of(get_user(options["operator"]))
        by.require_operator()
        compartment = get_compartment(slug, Access.system())
        deed = redact(compartment=compartment, seq=seq, reason=options["reason"], by=by, at=clock.now())
        self.stdout.write(f"{slug}:{seq} is emptied; {slug}:{deed.seq} says so.")
        event = Event.objects.get(compartment=compartment, seq=seq)
        if event.kind not in {REDACTED, *settings.REDACTORS}:
            record = f"{event.subject_type} {event.subject_id}"
            self.stdout.write(f"If {record} itself still holds the text, edit it, and redact that line as well.")


def _parsed(line: str) -> tuple[str, int]:
    slug, _, seq = line.rpartition(":")
    if not (slug and seq.isascii() and seq.isdigit() and len(seq) <= 18):
        raise InvalidInput("must be a ledger and the number of a line, such as us-cn:42", field="line", value=line)
    return slug, int(seq)
