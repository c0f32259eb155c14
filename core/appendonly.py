"""Rows that are written once. The database itself refuses to change or remove them: see core/triggers/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.apps import apps
from django.db import models


class AppendOnlyModel(models.Model):
    """What an UPDATE may do nevertheless; a column is in one of these or in none.

    - `redactable` names the columns that `manage.py redact` may empty, each with what is left in its place;
    - `changeable` those that say who may read the row, and not what it says;
    - `closing` those that are empty at first (NULL, or '' where there is no NULL) and are written once, later.
    """

    redactable: ClassVar[Mapping[str, str | None]] = {}
    changeable: ClassVar[tuple[str, ...]] = ()
    closing: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True


def append_only_models() -> list[type[AppendOnlyModel]]:
    """In a fixed order, by label."""
    found = [model for model in apps.get_models() if issubclass(model, AppendOnlyModel)]
    return sorted(found, key=lambda model: model._meta.label_lower)
