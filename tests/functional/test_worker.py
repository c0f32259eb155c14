"""A real Celery worker with beat, started as `make run` starts it, over a broker of files or over Redis."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from core.management.commands import serve
from tests.served import REPOSITORY, Served

A_MINUTE_AND_SOME = 80

ENTER = """
import datetime as dt, sys
import django
django.setup()
from django.core.management import call_command
from core import clock
from core.access import Access
from tracker.actions.history import NewRow
from tracker.actions.issues import Draft, create_issue
from tracker.actions.relationships import Side, create_relationship
from tracker.models import Relationship

at, by = clock.now(), Access.system()
if sys.argv[1] == "first":
    call_command("migrate", verbosity=0)
    sides = [Side("US", "United States"), Side("CN", "China")]
    create_relationship(slug="us-cn", name="US - China", key_prefix="USCN", sides=sides, by=by, at=at)
history = [NewRow(to="negotiating", reason="Said.", occurred_on=at.date() - dt.timedelta(days=22))]
create_issue(relationship=Relationship.objects.get(), draft=Draft(title="Quiet"), history=history, by=by, at=at)
"""


class Place:
    """A database and a broker that no other test uses, and the workers on them."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder = folder
        self.env = {"DJANGO_SETTINGS_MODULE": "config.settings.local", **env}
        self.workers: list[Served] = []

    def enter(self, which: str) -> None:
        """Writes an issue that has been silent for too long."""
        env = {**os.environ, **self.env, "PARLEY_DATA": str(self.folder / "data")}
        subprocess.run([sys.executable, "-c", ENTER, which], cwd=REPOSITORY, env=env, check=True)

    def start(self, name: str) -> Served:
        worker = Served(self.folder / name, self.env, command=serve._worker({}).command)
        self.workers.append(worker)
        return worker

    def ask(self, question: str) -> list[Any]:
        if address := self.env.get("DATABASE_URL"):
            with psycopg.connect(address) as connection:
                return connection.execute(question).fetchall()
        with closing(sqlite3.connect(self.folder / "data" / "parley.sqlite3", timeout=20)) as file:
            return file.execute(question).fetchall()

    def standing(self) -> int:
        return int(self.ask("SELECT count(*) FROM tracker_flag WHERE cleared_at IS NULL")[0][0])


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """A database and a Redis number for these tests alone; nothing, for files, where no server was named."""
    server, broker = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if not server or not broker:
        yield {}
        return
    name = f"worker_{secrets.token_hex(4)}"
    address = f"{broker.rpartition('/')[0]}/8"
    with psycopg.connect(server, autocommit=True) as connection, redis.Redis.from_url(address) as queue:
        connection.execute(f"CREATE DATABASE {name}")
        queue.flushdb()
        try:
            yield {"DATABASE_URL": f"{server.rpartition('/')[0]}/{name}", "REDIS_URL": address}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with _servers() as env:
        found = Place(tmp_path, env)
        yield found
        for worker in found.workers:
            worker.close()


def test_flags_are_raised_when_a_worker_starts_and_then_whenever_beat_ticks(place: Place) -> None:
    """Over Redis two workers run, each with a beat of its own: still there is one run a slot, and one flag an issue."""
    place.enter("first")
    worker = place.start("data")
    if place.env.get("REDIS_URL"):
        place.start("another")
    worker.until(lambda: place.standing() == 1)
    place.enter("second")
    worker.until(lambda: place.standing() == 2, A_MINUTE_AND_SOME)
    slots = place.ask("SELECT slot, count(*) FROM core_jobrun GROUP BY slot")
    assert len(slots) >= 2
    assert {number for _, number in slots} == {1}
    assert place.ask("SELECT count(*) FROM tracker_flag") == [(2,)]
    assert place.ask("SELECT count(*) FROM core_event WHERE kind = 'flags.updated'") == [(2,)]
    assert worker.stop(signal.SIGTERM) == 0
