"""The two commands at the shell: files in, files out, and errors in plain words."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from tests.dossiers import SMALL, bring_in, changed, export, rows
from tests.world import NOW, World
from tracker.dossiers.reading import LIMIT
from tracker.models import Relationship

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def fails(*arguments: object) -> str:
    before = rows()
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert rows() == before
    return str(error.value)


def test_import_says_what_it_did_and_again_that_there_is_nothing_to_do(small: Path) -> None:
    told = run("import_dossier", small)
    assert "issues          2 created, 0 changed, 0 unchanged" in told
    assert "history rows    4 created, 0 changed, 0 unchanged" in told
    assert run("import_dossier", small).startswith("aa-bb: nothing to change")


def test_a_dry_run_says_what_would_change_and_that_nothing_was_written(small: Path) -> None:
    told = run("import_dossier", small, "--dry-run")
    assert "issues          2 created" in told
    assert told.rstrip().endswith("Dry run: nothing was written.")
    assert not Relationship.objects.exists()


def test_problems_are_told_with_file_number_and_lines(small: Path) -> None:
    small.write_text(changed(changed(SMALL, "role: affected", "role: guest"), "title: Wheat", "title: 7"))
    told = fails("import_dossier", small).splitlines()
    assert told[0] == f"{small}: 2 problems, nothing was imported."
    assert told[1].startswith("line 21, column 27: issues[0].parties[1].role: must be one of")
    assert told[2].startswith("line 42, column 12: issues[1].title: must be text")


def test_a_dry_run_finds_the_same_problems(small: Path) -> None:
    small.write_text(changed(SMALL, "role: affected", "role: guest"))
    assert fails("import_dossier", small, "--dry-run") == fails("import_dossier", small)


@pytest.mark.parametrize("size", [LIMIT + 1, 100 * 1024 * 1024])
def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(size)
    monkeypatch.setattr(Path, "open", None)
    assert fails("import_dossier", path) == f"{path} has more than 10 MB."


def test_an_endless_file_is_refused_at_the_limit() -> None:
    assert "at most 10 MB" in fails("import_dossier", "/dev/zero")


@pytest.mark.parametrize(
    ("name", "told"),
    [("missing.yaml", "No such file"), (".", "Is a directory"), ("a\0b", "null byte"), ("x" * 5000, "too long")],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, name: str, told: str) -> None:
    assert told in fails("import_dossier", f"{tmp_path}/{name}")


def test_import_and_export_with_a_persons_rights(world: World, small: Path) -> None:
    assert "There is no such record" in fails("import_dossier", small, "--as", "lead")
    assert "There is no active user 'nobody'" in fails("import_dossier", small, "--as", "nobody")
    assert "There is no such record" in fails("export_dossier", "us-ru", "--as", "lead")
    assert "may not export" in fails("export_dossier", "us-cn", "--as", "viewer")
    assert "slug: us-cn" in run("export_dossier", "us-cn", "--as", "lead")


def test_export_writes_to_a_file_or_to_stdout(tmp_path: Path) -> None:
    bring_in(SMALL)
    run("export_dossier", "aa-bb", "-o", tmp_path / "out.yaml")
    assert (tmp_path / "out.yaml").read_bytes() == export()
    assert run("export_dossier", "aa-bb") == export().decode()
    assert "No such file" in fails("export_dossier", "aa-bb", "-o", tmp_path / "no" / "out.yaml")
    assert "There is no such record" in fails("export_dossier", "zz-zz")
