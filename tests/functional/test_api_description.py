"""The API against its own description: Schemathesis makes requests from it, good and bad, and looks at the answers."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.api import Api, connection_kept
from tests.attempts import PARTS
from tests.attempts import operations as described
from tests.record_attempts import set_the_records
from tests.world import World
from tracker.models import Issue, Source

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]


@pytest.fixture
def api(world: World) -> Api:
    """A lead's, who may do all that the API knows."""
    set_the_records(world, world.issue())
    return Api(world.people["lead"])


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_one_that_the_description_promises(api: Api, mode: GenerationMode) -> None:
    with connection_kept():
        schema = schemathesis.openapi.from_wsgi("/api/schema/", application)
        # A tag that nobody was given is refused as the tag of a version that has passed.
        schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]
        operations = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
        assert len(operations) == len(described())
        for operation in operations:
            _try_out(operation, api, mode)


def test_an_answer_that_it_does_not_promise_is_noticed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("tracker.api.issues.narrowed", broken)
    with pytest.raises(FailureGroup, match="Server error"):
        test_every_answer_is_one_that_the_description_promises(api, GenerationMode.POSITIVE)


def _try_out(operation: Any, api: Api, mode: GenerationMode) -> None:
    """On an issue that is there, and on its current version, so that the request gets as far as it can."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def answers_as_described(case: Any) -> None:
        case.path_parameters = {name: PARTS[name] for name in case.path_parameters or {}}
        headers = {"Authorization": f"Bearer {api.text}"}
        if mode is GenerationMode.POSITIVE:
            model = Source if "source" in case.path_parameters else Issue
            headers["If-Match"] = f'"v{model._default_manager.earliest("pk").version}"'
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    answers_as_described()
