"""The database tests run where they are said to run."""

import os

import pytest
import redis
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_named() -> None:
    named = os.environ.get("TEST_DATABASE_URL")
    assert connection.vendor == ("postgresql" if named else "sqlite")


@pytest.mark.django_db
def test_sqlite_is_a_file_with_a_write_ahead_log() -> None:
    """Races between connections need a file; a test database in memory would hide them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)


def test_the_redis_compatible_server_answers_where_one_was_named() -> None:
    if address := os.environ.get("TEST_REDIS_URL"):
        with redis.Redis.from_url(address) as client:
            assert client.ping()
