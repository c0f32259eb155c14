"""What a production site refuses: the demo's accounts, whose passwords everybody knows, and the demo's clock."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client
from pytest_django import Settings

from core.access import Access
from core.actions.tokens import create_token
from core.backends import PasswordBackend
from tests.world import NOW, PASSWORD, World

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "parley.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


@pytest.fixture
def demo_lead(world: World) -> World:
    lead = world.people["lead"]
    lead.is_demo = True
    lead.save(update_fields=["is_demo"])
    return world


def test_a_demo_account_opens_nothing_in_production(demo_lead: World, settings: Settings) -> None:
    lead = demo_lead.people["lead"]
    signed_in = Client()
    signed_in.force_login(lead, backend="core.backends.PasswordBackend")
    _, token = create_token(user=lead, name="t", scopes=["read"], by=demo_lead.access("lead"), at=NOW)
    bearer = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/issues/", headers=bearer).status_code == 200
    settings.PARLEY_PRODUCTION = True
    assert PasswordBackend().authenticate(None, username="lead", password=PASSWORD) is None
    assert signed_in.get("/admin/tracker/issue/").status_code == 302
    assert Client().get("/api/v1/issues/", headers=bearer).status_code == 401
    assert Access.of(lead).compartments == frozenset()


def test_the_same_account_signs_in_to_the_demo(demo_lead: World, rf: object) -> None:
    client = Client()
    answer = client.post("/admin/login/?next=/admin/", {"username": "lead", "password": PASSWORD})
    assert (answer.status_code, client.get("/admin/").status_code) == (302, 200)


@pytest.mark.once
@pytest.mark.parametrize(("name", "value"), [("PARLEY_CLOCK", "2026-02-09T07:00:00Z"), ("SECRET_KEY", None)])
def test_production_does_not_start_with_a_demo_clock_or_without_a_secret(name: str, value: str | None) -> None:
    environment = {**os.environ, **ENVIRONMENT, name: value}
    given = {key: text for key, text in environment.items() if text is not None}
    run = subprocess.run(
        [sys.executable, "manage.py", "check"], env=given, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode != 0
    assert name in run.stderr
