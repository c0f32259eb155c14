"""`manage.py serve`, for real: its processes, their ends, and what is left of them."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.served import Served, until

Start = Callable[..., Served]
WORKER = "celery"
WEB = "gunicorn"


@contextlib.contextmanager
def place(redis_number: int) -> Iterator[dict[str, str]]:
    """Where a Parley of its own has its database and its broker: in files, or on the servers of this run."""
    server, broker = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if not server or not broker:
        yield {}
        return
    name = f"serve_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield {
                "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
                "REDIS_URL": f"{broker.rpartition('/')[0]}/{redis_number}",
            }
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    with place(redis_number=9) as env:
        yield env


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all tests here: only the first start has to migrate."""
    return tmp_path_factory.mktemp("serve") / "data"


@pytest.fixture
def start(data: Path, servers: dict[str, str]) -> Iterator[Start]:
    started: list[Served] = []

    def begin(**env: str) -> Served:
        started.append(Served(data, {"PARLEY_DEMO": "0", **servers, **env}))
        return started[-1]

    yield begin
    for served in started:
        served.close()


@pytest.fixture
def running(start: Start) -> Served:
    served = start()
    served.until_ready()
    served.until(lambda: len(served.processes(WORKER)) == 2)  # the worker, and beat in a process of its own
    return served


def test_it_answers_until_a_signal_stops_all_of_it_and_a_second_start_goes_on(start: Start, running: Served) -> None:
    secret = (running.data / "secret_key").read_text()
    assert running.healthy()
    assert f"Letters are written to {running.data}" in running.printed()
    assert running.stop(signal.SIGTERM) == 0
    assert not running.healthy()

    second = start()
    second.until_ready()
    assert (second.data / "secret_key").read_text() == secret
    assert second.stop(signal.SIGINT) == 0


def test_a_killed_worker_is_started_again_without_its_old_beat(running: Served) -> None:
    before = running.processes(WORKER)
    os.kill(before[0], signal.SIGKILL)
    running.until(lambda: len(running.processes(WORKER)) == 2 and not set(before) & set(running.processes(WORKER)))
    assert "The worker ended with -9; it starts again in 1 s." in running.printed()
    assert running.healthy()


def test_the_demo_names_its_users_lives_in_its_own_time_and_is_not_taken_for_an_empty_register(tmp_path: Path) -> None:
    with place(redis_number=10) as env, contextlib.closing(Served(tmp_path / "data", env)) as served:
        served.until_ready()
        for user in ("lead", "editor", "viewer", "auditor"):
            assert f"\n{user} " in served.printed()
        served.until(lambda: "tracker.flag_stale as of 2026-02-09" in served.printed())
        served.stop(signal.SIGTERM)

        with contextlib.closing(Served(served.data, {**env, "PARLEY_DEMO": "0"})) as own:
            own.until(own.ended)
            assert own.process.returncode == 1
            assert "the data hold the demo. Name another folder with PARLEY_DATA" in own.printed()


@pytest.mark.once
def test_the_end_of_the_web_server_is_the_end_of_all_with_an_error(running: Served) -> None:
    os.kill(running.processes(WEB)[0], signal.SIGKILL)
    running.until(lambda: running.ended() and not running.processes())
    assert running.process.returncode == 1
    assert "The web server ended with -9." in running.printed()


@pytest.mark.once
def test_sigkill_of_the_supervisor_leaves_nothing_running(running: Served) -> None:
    assert running.stop(signal.SIGKILL) == -signal.SIGKILL


@pytest.mark.once
def test_sigkill_of_a_starting_supervisor_leaves_nothing_running(start: Start) -> None:
    """Its grandchildren are not tied to anything yet when they have just been forked."""
    served = start()
    served.until(lambda: served.processes(WORKER))
    assert served.stop(signal.SIGKILL) == -signal.SIGKILL


@pytest.mark.once
def test_a_child_that_is_not_tied_to_its_parent_outlives_it() -> None:
    """The control of the test above: without the tie SIGKILL does leave something."""
    assert _outlives_its_parent("None")
    assert not _outlives_its_parent("ending_with_parent()")


@pytest.mark.once
def test_a_port_in_use_is_a_plain_error(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served = start(PORT=str(port))
        served.until(served.ended)
    assert served.process.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in served.printed()
    assert "Traceback" not in served.printed()


@pytest.mark.once
def test_a_second_start_on_data_in_use_is_a_plain_error(start: Start, running: Served) -> None:
    second = start()
    second.until(second.ended)
    assert second.process.returncode == 1
    assert f"Parley already runs on {running.data}" in second.printed()
    assert running.healthy()


def _outlives_its_parent(tie: str) -> bool:
    """Whether a child started with this `preexec_fn` is there after its parent was killed."""
    script = (
        "import subprocess, time; from core.serving.processes import ending_with_parent;"
        f"child = subprocess.Popen(['sleep', '60'], preexec_fn={tie}); print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    try:
        until(lambda: not _lives(child), seconds=1, otherwise=lambda: "it lives")
    except AssertionError:
        os.kill(child, signal.SIGKILL)
        return True
    return False


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
