"""What a supervisor is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from core import health, jobs, triggers
from tests.world import NOW

TELLING = ("postgres", "sqlite", "password", "127.0.0.1", "core_", "tracker_", "refused", "nowhere", "Error")


@pytest.fixture(autouse=True)
def _looked_at_afresh() -> None:
    health._is_migrated.cache_clear()


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    assert not [word for word in TELLING if word in answer.content.decode()]
    return answer.status_code, answer.json()


def test_healthz_touches_no_database(client: Client) -> None:
    """Without the mark `django_db` a query would be an error."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_site_that_can_work_is_ready(client: Client) -> None:
    status, told = ready(client)
    assert status == 200
    assert told["ready"] is True
    assert told["checks"] == {"database": True, "migrations": True, "triggers": True}
    assert told["seconds_since_last_run"] == {}
    assert "no-store" in client.get("/readyz")["Cache-Control"]


@pytest.mark.django_db
def test_a_missing_trigger_makes_it_unready(client: Client) -> None:
    triggers.uninstall()
    status, told = ready(client)
    assert (status, told["checks"]["triggers"]) == (503, False)
    triggers.install()
    assert ready(client)[0] == 200


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_makes_it_unready_until_it_is(client: Client) -> None:
    applied = MigrationRecorder.Migration.objects.filter(app="core").latest("id")
    applied.delete()
    status, told = ready(client)
    assert (status, told["checks"]) == (503, {"database": True, "migrations": False, "triggers": True})
    applied.save()
    assert ready(client)[0] == 200


@pytest.mark.django_db
def test_that_all_is_migrated_is_found_out_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    health._is_migrated(minute=1)
    monkeypatch.delattr(health, "MigrationExecutor")
    health._is_migrated(minute=1)
    with pytest.raises(NameError):
        health._is_migrated(minute=2)


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_503_and_no_other_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection to nowhere at 127.0.0.1 refused, password=secret")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        status, told = ready(client)
    assert status == 503
    assert told["checks"] == {"database": False, "migrations": False, "triggers": False}
    assert ready(client)[0] == 200


@pytest.mark.django_db
def test_it_tells_how_long_ago_each_job_last_came_to_its_end(client: Client, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    jobs.run_job(name="sweep", slot="1", at=NOW, as_of=NOW.date(), work=lambda at, as_of: {})
    time_machine.move_to(NOW + dt.timedelta(seconds=90), tick=False)
    assert ready(client)[1]["seconds_since_last_run"] == {"sweep": 90}


@pytest.mark.django_db
def test_the_broker_is_told_and_does_not_decide(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://:secret@127.0.0.1:1/0"
    status, told = ready(client)
    assert (status, told["broker"]) == (200, "does not answer")
    settings.CELERY_BROKER_URL = "filesystem://"
    assert ready(client)[1]["broker"] == "files"


@pytest.mark.django_db
def test_a_broker_that_is_there_answers(client: Client, settings: Settings) -> None:
    assert ready(client)[1]["broker"] == ("answers" if settings.REDIS_URL else "files")
