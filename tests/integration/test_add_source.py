"""`manage.py add_source`: a text from a file becomes a source, or that of a source on record, or nothing is written."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from time_machine import TimeMachineFixture

from core.access import Access
from core.models import Event
from tests.world import NOW, World
from tracker.actions.claims import ClaimDraft, add_claim
from tracker.actions.sources import SourceDraft, add_source
from tracker.models import Source, SourceText

pytestmark = pytest.mark.django_db

TEXT = "“We will answer,” they said.\nNothing more was heard."


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(path: Path, *options: str, title: str = "An article") -> str:
    printed = StringIO()
    named = ["--title", title] if title else []
    call_command("add_source", str(path), "--relationship", "us-cn", *named, *options, stdout=printed)
    return printed.getvalue()


def test_a_file_becomes_a_source_with_its_text_and_the_command_says_its_key_and_hash(world: World, file: Path) -> None:
    options = ("--publisher", "Reuters", "--published", "2026-02-05", "--url", "https://example.org/a?utm_source=x")
    printed = run(file, *options, "--issued-by", "CN", "--kind", "government_statement", "--language", "zh")
    source = Source.objects.get()
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert (source.key in printed, digest in printed) == (True, True)
    assert (source.text_sha256, source.held_text.text) == (digest, TEXT)
    assert (source.issued_by and source.issued_by.code, source.language, str(source.published_on)) == (
        "CN",
        "zh",
        "2026-02-05",
    )


def test_a_byte_order_mark_is_no_part_of_the_text(world: World, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    run(file)
    assert SourceText.objects.get().text == TEXT


def test_a_text_that_comes_later_is_attached_and_the_quotes_are_looked_for(world: World, file: Path) -> None:
    system, issue = Access.system(), world.issue()
    source = add_source(relationship=world.home, draft=SourceDraft(title="On the air"), by=system, at=NOW)
    for quote in ("We will answer", "We will never answer"):
        draft = ClaimDraft(source=source, issue=issue, quote=quote, speaker_name="They")
        add_claim(draft=draft, by=system, at=NOW)
    printed = run(file, "--source", source.key.lower(), title="")
    assert "USCN-Q1: quote found at 1" in printed
    assert "USCN-Q2: quote NOT found" in printed
    assert "quotes found: 1, not found: 1" in printed
    source.refresh_from_db()
    assert source.text_sha256


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must not be empty"),
        (b"a\x00b", "U\\+0000"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "is not UTF-8 text"),
        (b"x" * 1_000_001, "at most 1000000"),
        (b"x" * 4_000_001, "larger than any text"),
    ],
    ids=["empty", "nul", "binary", "too long", "too large"],
)
def test_what_is_no_text_is_refused_and_nothing_is_written(world: World, file: Path, data: bytes, said: str) -> None:
    file.write_bytes(data)
    before = Event.objects.count()
    with pytest.raises(CommandError, match=said):
        run(file)
    assert (Source.objects.count(), Event.objects.count()) == (0, before)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--published", "soon"), "is no date"),
        (("--published", "2027-01-01"), "published_on|retrieved_on"),
        (("--url", "javascript:alert(1)"), "url: "),
        (("--url", "file:///etc/passwd"), "url: "),
        (("--issued-by", "XX"), "issued_by: "),
        (("--derives-from", "USCN-S9"), "derives_from: "),
        (("--kind", "gossip"), "kind"),
        (("--as", "nobody-here"), "no active user"),
        (("--as", "viewer"), "viewer may not write"),
        (("--as", "stranger"), "no such relationship"),
        (("--as", "editor", "--restricted"), "cleared"),
        (("--source", "USCN-S9"), "source: "),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_nothing_is_written(
    world: World, file: Path, options: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        run(file, *options)
    assert ("\n" in str(refused.value).strip(), Source.objects.exists()) == (False, False)


def test_a_missing_file_and_a_folder_are_refused_by_name(world: World, tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(CommandError, match=path.name):
            run(path)


def test_the_same_text_or_address_is_refused_with_the_key_that_has_it(world: World, file: Path) -> None:
    run(file, "--url", "https://example.org/a")
    with pytest.raises(CommandError, match="USCN-S1"):
        run(file)
    file.write_text("Another text.")
    with pytest.raises(CommandError, match="USCN-S1"):
        run(file, "--url", "http://EXAMPLE.org:80/a?utm_campaign=x#top")
    assert Source.objects.count() == 1


def test_a_source_of_another_relationship_is_not_known(world: World, file: Path) -> None:
    theirs = add_source(relationship=world.foreign, draft=SourceDraft(title="Theirs"), by=Access.system(), at=NOW)
    for option in ("--source", "--derives-from"):
        with pytest.raises(CommandError, match="There is no such source"):
            run(file, option, theirs.key)
