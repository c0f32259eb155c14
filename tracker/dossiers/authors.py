"""Who is credited with the rows of an import."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.access import Access
from core.models import User
from tracker.actions.history import Author


def authors_of(names: Collection[str], by: Access) -> Mapping[str, Author]:
    """The users among them. An operator's import finds all; a person can claim rows for nobody but themselves, and
    what others wrote stays credited to a name."""
    if not by.is_system:
        return {by.user.username: Author(by.user)} if by.user else {}
    return {user.username: Author(user) for user in User.objects.filter(username__in=sorted(set(names) - {""}))}
