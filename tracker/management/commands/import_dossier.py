from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from core import clock
from core.management.base import DomainCommand
from tracker.dossiers.importing import Imported, import_dossier
from tracker.dossiers.reading import LIMIT
from tracker.dossiers.report import DossierRefused
from tracker.management.people import access_of, add_person

KINDS = ("relationships", "parties", "issues", "history rows")
OUTCOMES = ("created", "changed", "unchanged")


class Command(DomainCommand):
    help = "Bring a relationship up to a dossier (YAML): all of it, or nothing where anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path, dry_run = Path(options["file"]), options["dry_run"]
        data, by = read_file(path), access_of(options["as"])
        try:
            done = import_dossier(data=data, by=by, at=clock.now(), dry_run=dry_run)
        except DossierRefused as refused:
            raise CommandError(told(path, refused)) from refused
        self.stdout.write(summary(done, dry_run=dry_run))


def read_file(path: Path) -> bytes:
    """Its bytes; a file that is too large is refused by its size, and an endless one at the limit."""
    try:
        if path.stat().st_size > LIMIT:
            raise CommandError(f"{path} has more than {LIMIT // 1024 // 1024} MB.")
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(f"{str(path)!a}: {reason}") from error


def told(path: Path, refused: DossierRefused) -> str:
    total = "1 problem" if refused.count == 1 else f"{refused.count} problems"
    unseen = refused.count - len(refused.problems)
    last = [f"... and {unseen} more."] if unseen else []
    return "\n".join([f"{path}: {total}, nothing was imported.", *map(str, refused.problems), *last])


def summary(done: Imported, *, dry_run: bool) -> str:
    found = [kind for kind, _ in done.counts]
    lines = [
        f"  {kind:16}" + ", ".join(f"{done.counts.get((kind, outcome), 0)} {outcome}" for outcome in OUTCOMES)
        for kind in dict.fromkeys((*KINDS, *found))
    ]
    head = f"{done.slug}: nothing to change" if not done.changed else f"{done.slug}:"
    tail = ["Dry run: nothing was written."] if dry_run else []
    return "\n".join([head, *lines, *tail])
