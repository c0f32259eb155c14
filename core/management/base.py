"""What Parley's commands have in common: they say in a line what was refused, and show no traceback for it."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection

from core.errors import ParleyError, Problems

UNPREPARED = "Start Parley once (make run), or run manage.py migrate; is PARLEY_DATA or DATABASE_URL what you meant?"


class DomainCommand(BaseCommand):
    """A command that calls one action or query. What the domain refuses ends it with exit code 1 and a line on stderr
    that names field and reason; several problems at once are a line each."""

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute(*args, **options)
        except ParleyError as error:
            raise CommandError(told(error)) from error
        except DatabaseError as error:
            if connection.introspection.table_names():
                raise
            raise CommandError(f"{connection.settings_dict['NAME']} is empty. {UNPREPARED}") from error


def told(error: ParleyError) -> str:
    """The refusal as a person at a terminal reads it."""
    if isinstance(error, Problems):
        return "\n".join(str(problem) for problem in error.problems)
    return str(error)
