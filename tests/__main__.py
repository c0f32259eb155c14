"""`make test`: the pure tests once, the database tests on SQLite and again on PostgreSQL with Redis, side by side.

    python -m tests [options of pytest]      such as -k words, -x, --durations=10

Ends with one line for all runs together. What could not be started counts as failed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.serving.processes import ending_with_parent
from tests import servers
from tests.browser import CHROMIUM, chromium_is_there, required

# Two processes each, for much of their time they wait; a file stays in one, with what its tests share.
WITH_DATABASE = ("tests/functional", "tests/integration", "--numprocesses=2", "--dist=loadfile")
# What starts processes and ends them does so alike with every database.
AGAIN = (*WITH_DATABASE, "-m", "not once")
NO_TESTS_COLLECTED = 5


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass
class Suite:
    """One run of pytest in a process, a temporary folder and a log of its own."""

    name: str
    paths: tuple[str, ...]
    folder: Path
    servers: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def report(self) -> Path:
        return self.folder / "report.xml"

    def start(self, options: list[str]) -> None:
        self.folder.mkdir()
        temporary = self.folder / "tmp"
        temporary.mkdir()
        own = {name: value for name, value in os.environ.items() if name not in ("TEST_DATABASE_URL", "TEST_REDIS_URL")}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *self.paths, f"--junit-xml={self.report}", *options],
                env={**own, **self.servers, "TMPDIR": str(temporary)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=ending_with_parent(),
            )

    def finish(self) -> Count:
        """Wait, show what it printed, and count. A run that ended badly without a failed test is one failure."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was not started")
        code = self.process.wait()
        print(f"\n===== {self.name} =====\n{self.log.read_text(errors='replace').rstrip()}", flush=True)
        count = read_report(self.report)
        if code and not count.failed and not (code == NO_TESTS_COLLECTED and len(sys.argv) > 1):
            print(f"{self.name}: pytest ended with {code}", flush=True)
            count.failed = 1
        return count

    def end(self) -> None:
        """Whatever happened, nothing of it goes on."""
        if self.process:
            self.process.kill()
            self.process.wait()


def read_report(path: Path) -> Count:
    """The counts of a JUnit report; none where pytest ended before it wrote one."""
    if not path.exists():
        return Count()
    suites = ET.parse(path).getroot().iter("testsuite")  # noqa: S314 - written by our own pytest
    total = Count()
    for suite in suites:
        tests, errors, failures, skipped = (int(suite.get(n, 0)) for n in ("tests", "errors", "failures", "skipped"))
        failed = errors + failures
        total += Count(max(0, tests - failed - skipped), failed, skipped)
    return total


def run(options: list[str]) -> Count:
    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-tests-", ignore_cleanup_errors=True))
        )
        suites = [Suite("unit", ("tests/unit",), folder / "unit"), Suite("SQLite", WITH_DATABASE, folder / "sqlite")]
        total = Count()
        try:
            found = stack.enter_context(servers.environment())
            suites.append(Suite("PostgreSQL and Redis", AGAIN, folder / "servers", found))
        except servers.CannotStart as error:
            print(f"The test servers could not be started.\n{error}", flush=True)
            total.failed = 1
        print(f"Running side by side: {', '.join(suite.name for suite in suites)} ...", flush=True)
        for suite in suites:
            suite.start(options)
            stack.callback(suite.end)
        return sum((suite.finish() for suite in suites), total)


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it cleans up as after Ctrl-C
    try:
        total = run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    print(f"\n{total}", flush=True)
    if not chromium_is_there():
        print(f"The browser tests {'failed' if required() else 'did not run'}: there is no {CHROMIUM}.", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
