"""`make run`: everything one machine needs, in one command that starts it all and stops it all."""

import fcntl
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from core.serving import demo
from core.serving.processes import Child, die_with_parent
from core.serving.supervisor import Supervisor

HOST = "127.0.0.1"
# Celery's warning is about pickled messages; ours are JSON alone.
AS_ROOT_IN_A_CONTAINER = "ignore:You're running the worker with superuser privileges"
WORKER_OPTIONS = ("--without-mingle", "--without-gossip", "--without-heartbeat", "--concurrency=2")


class Command(BaseCommand):
    help = "Prepare the database, load the demo unless PARLEY_DEMO=0, then serve the site with its worker."
    # Some look at the database, so they are made once it is migrated.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--with-parent", action="store_true", help="stop when the process that started this one has ended"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["with_parent"]:
            die_with_parent(signal.SIGTERM)
        try:
            code = self._serve(_port(os.environ.get("PORT", "")))
        except KeyboardInterrupt:
            code = 130
        sys.exit(code)

    def _serve(self, port: int) -> int:
        _require_free(port)
        with _only_one_on(settings.DATA_DIR):
            env = {**os.environ, "PYTHONUNBUFFERED": "1"}
            users = self._prepare(env)
            greeting = Greeting(port, users, self._say)
            try:
                return Supervisor(_web(port, env), _worker(env), self._say).run(greeting.when_it_answers)
            finally:
                demo.stop_clock(settings.CLOCK_FILE, datetime.now(UTC))

    def _prepare(self, env: dict[str, str]) -> str:
        """Migrate, and set the demo's clock in `env` before anything is written by it. Returns who may sign in."""
        call_command("migrate", interactive=False, verbosity=0)
        self.check(databases=["default"])
        if not demo.is_wanted(os.environ.get("PARLEY_DEMO", ""), demo.register_held()):
            return ""
        if not env.get("PARLEY_CLOCK"):
            env["PARLEY_CLOCK"] = demo.clock(demo.latest_entry(), datetime.now(UTC))
            demo.keep_clock(settings.CLOCK_FILE, env["PARLEY_CLOCK"])
        return demo.load(env)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


class Greeting:
    """Says where the site is, once it is there."""

    def __init__(self, port: int, users: str, say: Any) -> None:
        self.address = f"http://{HOST}:{port}/"
        self.users = users
        self.say = say
        self.said = False

    def when_it_answers(self) -> None:
        if not self.said and _answers(f"{self.address}healthz"):
            self.said = True
            if self.users:
                self.say(f"\n{self.users}")
            self.say(f"\nLetters are written to {settings.LETTERS_DIR}")
            self.say(f"Parley is at {self.address}  (Ctrl-C stops it)\n")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _port(text: str) -> int:
    if not text:
        return 8000
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise CommandError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {HOST} cannot be used ({error.strerror}). Choose another: PORT=8001 make run"
            ) from error


def _only_one_on(data: Path) -> IO[str]:
    """Hold a lock on the data folder; the system lets go of it when this process ends, however it ends."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "serve.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(f"Parley already runs on {data}. Name another folder with PARLEY_DATA.") from error
    except OSError as error:
        raise CommandError(f"PARLEY_DATA: {data} cannot be used ({error.strerror}).") from error
    return lock


def _web(port: int, env: dict[str, str]) -> Child:
    bind = f"{HOST}:{port}"
    return Child(
        "web",
        [sys.executable, "-m", "gunicorn", "-c", "python:core.serving.gunicorn_conf", "-b", bind, "config.wsgi"],
        env,
    )


def _worker(env: dict[str, str]) -> Child:
    python = [sys.executable, "-W", AS_ROOT_IN_A_CONTAINER]
    command = ["-m", "celery", "-A", "config", "-q", "worker", "-B", "-P", "threads", "-l", "WARNING"]
    return Child("worker", [*python, *command, *WORKER_OPTIONS], env)
