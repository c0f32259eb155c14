from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from tracker.diagrams import render_states

PAGE = settings.BASE_DIR / "docs" / "states.md"


class Command(BaseCommand):
    help = "Write docs/states.md from the table of moves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is not up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        page = render_states()
        written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if options["check"] and page != written:
            raise CommandError("docs/states.md is not what the table of moves says; run: manage.py render_states")
        if page != written:
            PAGE.write_text(page, encoding="utf-8")
