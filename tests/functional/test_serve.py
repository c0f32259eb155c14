"""`manage.py serve`, for real: its processes, their ends, and what is left of them."""

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

from tests.served import Served, free_port, until

Start = Callable[..., Served]
WORKER = "celery"
WEB = "gunicorn"


@pytest.fixture
def servers() -> Iterator[dict[str, str]]:
    """Where the database and the broker of a start are: in files, or a database and a Redis number of its own."""
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
                "REDIS_URL": f"{broker.rpartition('/')[0]}/9",
            }
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start(tmp_path: Path, servers: dict[str, str]) -> Iterator[Start]:
    started: list[Served] = []

    def begin(**env: str) -> Served:
        started.append(Served(tmp_path / "data", {"PARLEY_DEMO": "0", **servers, **env}))
        return started[-1]

    yield begin
    for served in started:
        served.close()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_a_signal_stops_all_of_it(start: Start, signum: int) -> None:
    served = start()
    served.until_ready()
    assert served.processes(WEB)
    assert served.processes(WORKER)
    assert served.stop(signum) == 0
    assert not served.healthy()


def test_it_says_where_letters_are_written(start: Start) -> None:
    served = start()
    served.until_ready()
    assert f"Letters are written to {served.data}" in served.printed()


def test_a_killed_worker_is_started_again_without_its_old_beat(start: Start) -> None:
    served = start()
    served.until_ready()
    served.until(lambda: len(served.processes(WORKER)) == 2)  # the worker, and beat in a process of its own
    before = served.processes(WORKER)
    os.kill(before[0], signal.SIGKILL)
    served.until(lambda: len(served.processes(WORKER)) == 2 and not set(before) & set(served.processes(WORKER)))
    assert "The worker ended with -9; it starts again in 1 s." in served.printed()
    assert served.healthy()


def test_the_end_of_the_web_server_is_the_end_of_all_with_an_error(start: Start) -> None:
    served = start()
    served.until_ready()
    os.kill(served.processes(WEB)[0], signal.SIGKILL)
    served.until(lambda: served.ended() and not served.processes())
    assert served.process.returncode == 1
    assert "The web server ended with -9." in served.printed()


def test_sigkill_of_the_supervisor_leaves_nothing_running(start: Start) -> None:
    served = start()
    served.until_ready()
    served.until(lambda: len(served.processes(WORKER)) == 2)
    assert served.stop(signal.SIGKILL) == -signal.SIGKILL


def test_a_child_that_is_not_tied_to_its_parent_outlives_it() -> None:
    """The control of the test above: without the tie SIGKILL does leave something."""
    assert _outlives_its_parent("None")
    assert not _outlives_its_parent("ending_with_parent()")


def test_a_second_start_keeps_the_secret_and_the_data(start: Start) -> None:
    first = start()
    first.until_ready()
    first.stop(signal.SIGTERM)
    secret = (first.data / "secret_key").read_text()
    second = start()
    second.until_ready()
    assert (second.data / "secret_key").read_text() == secret


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


def test_two_starts_on_the_same_data_are_refused(start: Start) -> None:
    first = start()
    first.until_ready()
    second = start(PORT=str(free_port()))
    second.until(second.ended)
    assert second.process.returncode == 1
    assert f"Parley already runs on {first.data}" in second.printed()
    assert first.healthy()


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
