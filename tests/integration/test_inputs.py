"""Each input of the catalogue, against every route that takes its kind: refused by name, nothing written, no fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.api import PROBLEM, counts
from tests.attempts import Stage, at_the_api, at_the_pages, operations, uncovered
from tests.inputs import CATALOGUE, Bad, Kind
from tests.routes import Route, all_routes
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """One world for all inputs: none of them may change it, so it need not be made again for each."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage(make_world())
        transaction.set_rollback(True)


@pytest.mark.parametrize("bad", CATALOGUE, ids=str)
def test_a_bad_input_is_refused_wherever_it_comes_in(stage: Stage, bad: Bad) -> None:
    before, tried = counts(), 0
    for where, answer in at_the_api(stage, bad):
        assert (answer.status_code in bad.statuses, answer["Content-Type"]) == (True, PROBLEM), (where, answer)
        tried += 1
    for where, answer in at_the_pages(stage, bad):
        assert answer.status_code < 500, where
        assert answer.status_code >= 300 or bad.kind is not Kind.PATH, where
        tried += 1
    assert counts() == before
    assert tried


def test_the_same_requests_are_answered_without_the_bad_input(stage: Stage) -> None:
    for route, method, _ in operations():
        with transaction.atomic():
            answer = stage.call_well(route, method)
            transaction.set_rollback(True)
        assert answer.status_code in (200, 201), (method, route, answer.content)


def test_the_pages_are_there_to_be_tried(stage: Stage) -> None:
    """Without this, a sign-in that fails or a form that is not found would look like a refusal."""
    assert stage.admin.get("/admin/").status_code == 200
    assert len(stage.forms) >= 8
    assert any("version" in form.hidden and "reason" in form.shown for form in stage.forms)


def test_the_catalogue_is_large_and_names_each_input_once() -> None:
    assert len(CATALOGUE) >= 60
    assert set(Counter(str(bad) for bad in CATALOGUE).values()) == {1}
    assert {bad.kind for bad in CATALOGUE} == set(Kind)


def test_every_route_is_covered() -> None:
    assert uncovered(all_routes(), operations()) == []


def test_a_new_route_that_is_not_covered_is_noticed() -> None:
    new = Route("/api/v1/commitments/{commitment}/", "commitments")
    assert uncovered([new], operations()) == [f"{new.template} is not described", f"{new.template} needs commitment"]
    described: list[tuple[Route, str, dict[str, Any]]] = [(new, "post", {"requestBody": {}})]
    assert f"post {new.template} needs a good body" in uncovered([new], described)
