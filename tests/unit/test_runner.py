"""The runner of `make test` counts what really happened, and takes nothing that is missing for a success."""

import sys
from pathlib import Path

import pytest

from tests import servers
from tests.__main__ import Count, Suite, read_report

TESTS = """
import pytest
def test_passes(): pass
def test_fails(): raise AssertionError
def test_skips(): pytest.skip("as an example")
@pytest.fixture
def broken(): raise RuntimeError
def test_errs(broken): pass
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Suite("example", (str(tmp_path / "test_example.py"),), tmp_path / "suite")


def run(suite: Suite) -> Count:
    suite.start(["-p", "no:cacheprovider", "-c", "/dev/null"])
    return suite.finish()


def test_errors_count_as_failures(suite: Suite) -> None:
    Path(suite.paths[0]).write_text(TESTS)
    assert str(run(suite)) == "1 passed, 2 failed, 1 skipped"


def test_a_suite_without_a_test_is_a_failure(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["tests"])
    Path(suite.paths[0]).write_text("")
    assert run(suite) == Count(failed=1)


def test_a_suite_that_cannot_be_read_is_a_failure(suite: Suite) -> None:
    Path(suite.paths[0]).write_text("this is not Python")
    assert run(suite) == Count(failed=1)


def test_a_run_that_ends_before_its_first_test_is_a_failure(suite: Suite) -> None:
    """pytest then ends with 1, as it does for a failed test, but without a report."""
    (Path(suite.paths[0]).parent / "conftest.py").write_text("raise RuntimeError")
    Path(suite.paths[0]).write_text(TESTS)
    assert run(suite) == Count(failed=1)


def test_no_report_counts_nothing(tmp_path: Path) -> None:
    assert read_report(tmp_path / "none.xml") == Count()


def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "POSTGRES_SPEED", ("no_such_setting=1",))
    with pytest.raises(servers.CannotStart, match="no_such_setting"), servers.postgres():
        pass
