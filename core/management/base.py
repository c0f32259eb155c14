"""What Parley's commands have in common: they say in a line what was refused, and show no traceback for it."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from core.errors import ParleyError, Problems


class DomainCommand(BaseCommand):
    """A command that calls one action or query. What the domain refuses ends it with exit code 1 and a line on stderr
    that names field and reason; several problems at once are a line each."""

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute(*args, **options)
        except ParleyError as error:
            raise CommandError(told(error)) from error


def told(error: ParleyError) -> str:
    """The refusal as a person at a terminal reads it."""
    if isinstance(error, Problems):
        return "\n".join(str(problem) for problem in error.problems)
    return str(error)
