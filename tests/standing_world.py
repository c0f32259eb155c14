"""One world under many tests: it is made once, in a transaction that stays open, and each test works in a savepoint
above it. That is what most tests spend their time on otherwise.

A test that does not ask for it, or that commits, gets an empty database as ever: the transaction is rolled back before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from core.models import User
from tests.world import World, make_world
from tracker.models import Relationship


class StandingWorld:
    def __init__(self) -> None:
        self.blocker: Any = None
        self._open: transaction.Atomic | None = None

    def stand(self) -> None:
        """Does nothing before the databases are there: the first test makes a world for itself alone."""
        if self.blocker is None or self._open is not None:
            return
        with self.blocker.unblock():
            self._open = transaction.atomic()
            self._open.__enter__()
            make_world()

    def fall(self) -> None:
        if self._open is None:
            return
        with self.blocker.unblock():
            transaction.set_rollback(True)
            self._open.__exit__(None, None, None)
        self._open = None


STANDING = StandingWorld()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: the transaction of the test itself must lie above this one."""
    names = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    commits = {"transactional_db", "committed_world", "live_server"} & set(names)
    if "world" in names and not commits and not (marker and marker.kwargs.get("transaction")):
        STANDING.stand()
    else:
        STANDING.fall()


@pytest.fixture(scope="session")
def _world_falls_in_the_end(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    STANDING.blocker = django_db_blocker
    yield
    STANDING.fall()
    STANDING.blocker = None


@pytest.fixture
def world(_world_falls_in_the_end: None, db: None) -> World:
    """Read afresh, so that no test finds the objects that another one has changed."""
    home = Relationship.objects.filter(slug="us-cn").first()
    if home is None:
        return make_world()
    people = {person.username: person for person in User.objects.all()}
    return World(home, Relationship.objects.get(slug="us-ru"), people)
