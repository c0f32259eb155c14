"""What every test has; fixtures of one subject stand beside its tests."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from core.serving.processes import die_with_parent
from tests.browser import CHROMIUM, chromium_is_there, required

if "PYTEST_XDIST_WORKER" in os.environ:
    die_with_parent(signal.SIGKILL)  # a worker of xdist would finish its test before it noticed

pytest_plugins = ["tests.fixtures", "tests.standing_world"]

# Machines of CI differ in speed, so no example has a deadline; `make soak` looks at many more of them.
settings.register_profile("parley", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", settings.get_profile("parley"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "parley"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not chromium_is_there():
        if required():
            pytest.fail(f"PARLEY_REQUIRE_BROWSER is 1 and there is no {CHROMIUM}", pytrace=False)
        pytest.skip(f"there is no {CHROMIUM}")
