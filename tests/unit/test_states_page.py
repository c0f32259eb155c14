"""docs/states.md is what the table of moves says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tracker.diagrams import render_states
from tracker.management.commands import render_states as command


def test_the_page_is_what_the_table_of_moves_says() -> None:
    assert command.PAGE.read_text(encoding="utf-8") == render_states()
    call_command("render_states", "--check")


def test_a_page_that_is_out_of_date_fails_the_check_and_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "states.md"
    page.write_text(render_states().replace("    closed --> watch\n", ""), encoding="utf-8")
    monkeypatch.setattr(command, "PAGE", page)
    with pytest.raises(CommandError, match="run: manage"):
        call_command("render_states", "--check")
    call_command("render_states")
    call_command("render_states", "--check")
    assert page.read_text(encoding="utf-8") == render_states()
