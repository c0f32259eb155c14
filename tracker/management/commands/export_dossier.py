from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from core.management.base import DomainCommand
from tracker.dossiers.exporting import export_dossier
from tracker.management.people import access_of, add_person


class Command(DomainCommand):
    help = "Write a relationship as a dossier (YAML), to stdout or a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("relationship", help="its slug, such as us-cn")
        parser.add_argument("-o", "--output", metavar="FILE", help="instead of stdout")
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        data = export_dossier(slug=options["relationship"], by=access_of(options["as"]))
        if not options["output"]:
            self.stdout.write(data.decode(), ending="")
            return
        try:
            Path(options["output"]).write_bytes(data)
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}") from error
