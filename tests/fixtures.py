"""Fixtures that several rooms share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase

from tests.world import World, make_world


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same as `world`, really committed: for tests with several connections."""
    return make_world()


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied_between_tests() -> Iterator[None]:
    """Django empties the tables after a test that commits, which is what the triggers refuse. They are taken away
    for that moment alone; the flush ends with post_migrate, which puts them back."""
    from core import triggers

    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: Any) -> None:
        triggers.uninstall()
        original(self)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[attr-defined]
