"""Parley as its users start it, for tests that look at the running program. Standard library alone."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from core.serving.processes import ending_with_parent

REPOSITORY = Path(__file__).resolve().parent.parent
SERVE = (sys.executable, "manage.py", "serve")


class TooLate(AssertionError):
    """What was waited for did not come; says what the program printed until then."""


def until(happened: Callable[[], object], seconds: float = 60, otherwise: Callable[[], str] = str) -> None:
    """Look again and again until it happened."""
    clock = threading.Event()
    for _ in range(int(seconds * 20)):
        if happened():
            return
        clock.wait(0.05)
    raise TooLate(otherwise())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """One started Parley. Its processes, at whatever depth, carry its data folder in their environment."""

    def __init__(
        self, data: Path, env: Mapping[str, str], command: Sequence[str] = SERVE, folder: Path = REPOSITORY
    ) -> None:
        self.data = data
        self.port = int(env.get("PORT", 0)) or free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self.log = data.parent / f"{secrets.token_hex(4)}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**_neutral(), **env, "PARLEY_DATA": str(data), "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=ending_with_parent(),
            )

    def printed(self) -> str:
        return self.log.read_text(errors="replace")

    def until(self, happened: Callable[[], object], seconds: float = 60) -> None:
        until(happened, seconds, self.printed)

    def until_ready(self, seconds: float = 60) -> None:
        """Until it has said where it is, which it says once /healthz answers; or until it has ended."""
        self.until(lambda: f"Parley is at {self.address}" in self.printed() or self.ended(), seconds)
        if self.ended() or not self.healthy():
            raise TooLate(self.printed())

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self, signum: int, seconds: float = 60) -> int:
        """Send one signal to what was started; its exit code, once every process of it is gone."""
        self.process.send_signal(signum)
        self.until(lambda: self.ended() and not self.processes(), seconds)
        return int(self.process.returncode)

    def processes(self, words: str = "") -> list[int]:
        """The living processes of this start whose command line has these words."""
        marker = f"PARLEY_DATA={self.data}\0".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if marker in (folder / "environ").read_bytes() + b"\0":
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found += [int(folder.name)] if words in line else []
            except OSError:  # it ended meanwhile, is a zombie, or is not ours
                continue
        return sorted(found)

    def close(self) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()


def _neutral() -> dict[str, str]:
    """This environment without what the tests are run with."""
    ours = ("DJANGO_", "PARLEY_", "TEST_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT", "PYTEST_", "MAKE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
