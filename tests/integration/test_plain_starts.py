"""A setting that cannot be used ends the start with one line that names it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.served import Served


def start(data: Path, **environment: str) -> list[str]:
    """What a start that must fail says."""
    with closing(Served(data, {"PARLEY_DEMO": "0", **environment})) as served:
        served.until(served.ended)
        assert served.process.returncode == 1
        return served.printed().splitlines()


@pytest.mark.once
@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("foo", "'foo' is no instant; write 2026-02-09T07:00:00Z."),
        ("2026-02-09T07:00:00Z@foo", "'foo' is no instant; write 2026-02-09T07:00:00Z."),
        ("2026-02-09T07:00", "'2026-02-09T07:00' has no time zone; write 2026-02-09T07:00:00Z."),
        ("0001-01-01T00:00+14:00", "'0001-01-01T00:00+14:00' is out of range."),
    ],
)
def test_a_clock_that_is_no_instant_is_a_plain_error(tmp_path: Path, setting: str, reason: str) -> None:
    assert start(tmp_path / "data", PARLEY_CLOCK=setting) == [f"PARLEY_CLOCK: {reason}"]


@pytest.mark.once
def test_a_kept_clock_that_is_no_instant_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("foo")
    (line,) = start(tmp_path)
    assert line.startswith("PARLEY_CLOCK: 'foo' is no instant")
    assert line.endswith(f"It was read from {tmp_path / 'clock'}.")


@pytest.mark.once
def test_a_data_folder_that_cannot_be_made_is_a_plain_error(tmp_path: Path) -> None:
    data = tmp_path / "file"
    data.touch()
    assert start(data) == [f"PARLEY_DATA: {data / 'outbox'} cannot be used (Not a directory)."]


@pytest.mark.once
@pytest.mark.parametrize("name", ["secret_key", "serve.lock"])
def test_a_file_of_the_data_folder_that_cannot_be_written_is_a_plain_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / "missing" / name)
    (line,) = start(tmp_path)
    assert line.removeprefix("CommandError: ").startswith(f"PARLEY_DATA: {tmp_path}")
