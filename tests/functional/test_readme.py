"""The README's commands, as they stand there, in their order, on a folder of their own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import REPOSITORY, Served

pytestmark = pytest.mark.once
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PYTHON = ".venv/bin/python"


def blocks() -> list[str]:
    return BLOCK.findall((REPOSITORY / "README.md").read_text())


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """An empty site, as `PARLEY_DEMO=0 make run` starts it."""
    served = Served(tmp_path / "parley", {"PARLEY_DEMO": "0"})
    try:
        served.until_ready()
        yield served
        served.stop(signal.SIGTERM)
    finally:
        served.close()


def run(block: str, own: Served) -> str:
    """The block in a shell, with this Python and port in place of those that it names; what it printed."""
    text = block.replace(PYTHON, sys.executable).replace("http://127.0.0.1:8000/", own.address)
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", text],
        cwd=REPOSITORY,
        env={"HOME": str(own.data.parent), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_readme_leads_from_nothing_to_an_own_relationship_a_token_and_a_dossier(own: Served) -> None:
    start, members, document, token, dossier, ledger = blocks()[2:]
    data = f"export PARLEY_DATA={own.data}\n"
    assert "PARLEY_DEMO=0\nmake run" in start
    assert own.data.name == "parley"
    run(members, own)
    assert run(data + document, own).startswith("ATSI-S1")
    create, ask = token.split("\ncurl")
    printed = run(data + create, own)
    text = re.search(r"\b[0-9a-f]{64}\b", printed)
    assert text
    assert run(f"curl -fsS{ask}".replace("TOKEN", text[0]), own) == '{"results":[],"next":null}'
    folder = own.data.parent
    assert "unchanged" in run(data + dossier.replace("at-si.yaml", f"{folder}/at-si.yaml"), own)
    assert "at-si" in run(data + ledger, own)


def test_the_first_two_commands_are_those_that_the_ci_runs_itself() -> None:
    ci = (REPOSITORY / ".ci/run").read_text() + (REPOSITORY / "tests/fresh_clone.py").read_text()
    makefile = (REPOSITORY / "Makefile").read_text()
    assert [block.strip() for block in blocks()[:2]] == ["make run", "make test"]
    assert '["make", "run"]' in ci
    assert re.search(r"^make .*check\b", ci, re.MULTILINE)
    assert re.search(r"^check: lint test$", makefile, re.MULTILINE)
