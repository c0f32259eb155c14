"""From bytes to values: what is refused while reading, and that every value knows its line."""

from __future__ import annotations

import time

import pytest

from core.errors import TooLarge
from tracker.dossiers import reading
from tracker.dossiers.reading import DEPTH, LIMIT, read
from tracker.dossiers.report import SHOWN, DossierRefused, Report
from tracker.dossiers.values import Listing, Scalar, Table


def refused(data: bytes) -> str:
    """What a person reads of it, whether the reading ends there or goes on."""
    report = Report()
    try:
        read(data, report)
    except DossierRefused as error:
        return str(error)
    return str(report.refusal())


def test_values_know_their_line_and_column() -> None:
    tree = read(b"a: 1\nb:\n  - x\n  - {c: 'y'}\n", Report())
    assert isinstance(tree, Table)
    listing = tree.items["b"]
    assert isinstance(listing, Listing)
    assert listing.items[0].mark == (3, 5)
    assert tree.keys["b"] == (2, 1)
    inner = listing.items[1]
    assert isinstance(inner, Table)
    assert inner.items["c"] == Scalar(inner.items["c"].mark, "y", plain=False)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    tree = read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", Report())
    assert isinstance(tree, Table)
    assert list(tree.items) == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"a: 1\nb: [1, 2\n", 3, "is not YAML"),
        (b"a: 1\n\tb: 2\n", 2, "is not YAML"),
        (b"a: 1\nb: 'x\n", 3, "is not YAML"),
        (b"a: 1\n  b: 2\n", 2, "is not YAML"),
        (b"a: &x 1\nb: *x\n", 1, "anchors are not read"),
        (b"a: &x 1\nb: *x\n", 2, "aliases are not read"),
        (b"a: 1\nb: !!python/object:os.system x\n", 2, "tags are not read"),
        (b"a: 1\nb: !!str x\n", 2, "tags are not read"),
        (b"a: 1\nb: !mine {c: 1}\n", 2, "tags are not read"),
        (b"a: 1\na: 2\n", 2, "stands twice in one table, first in line 1"),
        (b"a: 1\n---\nb: 2\n", 2, "a second document begins here"),
        (b"a: 1\n? [b]\n: 2\n", 2, "the name of a field is a word"),
        (b"a: 1\nb: x\x00y\n", 2, "U+0000"),
        (b"a: 1\nb: x\x1b[31my\n", 2, "U+001B"),
        (b"a: 1\nb: \xc2\x85\xef\xbf\xbf\n", 2, "U+FFFF"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8: byte 0xff"),
        (b"a: 1\nb: \xed\xa0\x80\n", 2, "is not UTF-8: byte 0xed"),
        (b'a: 1\nb: "\\ud800"\n', 2, "is not YAML"),
        ("a: 1\n".encode("utf-16"), 1, "is not UTF-8"),
        (b"", 1, "is empty"),
        (b"# nothing\n", 1, "is empty"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(data: bytes, line: int, reason: str) -> None:
    told = refused(data)
    assert f"line {line}, " in told
    assert reason in told


def test_reading_goes_on_after_a_problem_that_does_not_end_it() -> None:
    told = refused(b"a: 1\na: 2\nb: !t 3\nc: &x 4\nd: [\n")
    assert told.count("line") == 5
    assert "is not YAML" in told


def test_nesting_is_read_to_a_depth_and_no_further() -> None:
    read(b"[" * DEPTH + b"]" * DEPTH, Report())
    assert f"deeper than {DEPTH}" in refused(b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1))


BOMBS = {
    "listings": b"[" * 1_000_000,
    "tables": b"{a: " * 1_000_000,
    "dashes": b"- " * 1_000_000,
    "names": b"? " * 500_000,
    "laughs": b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(b"b%d: [%s]\n" % (n, b"*a," * 9) for n in range(9)),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_a_bomb_is_refused_at_once(bomb: bytes) -> None:
    started = time.monotonic()
    assert "line" in refused(bomb)
    assert time.monotonic() - started < 5


def test_more_values_than_anybody_writes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "VALUES", 10)
    read(b"- 1\n" * 9, Report())
    assert "line 10, column 3: holds more than 10 values" in refused(b"- 1\n" * 20)


def test_a_large_file_is_refused_unread() -> None:
    with pytest.raises(TooLarge, match="at most 10 MB"):
        read(b"\x00" * (LIMIT + 1), Report())


def test_problems_beyond_a_thousand_are_counted_and_not_kept() -> None:
    report = Report()
    with pytest.raises(DossierRefused) as error:
        read(b"a: !t 1\n" * (SHOWN + 5) + b"[", report)
    assert len(error.value.problems) == SHOWN
    assert error.value.count > SHOWN + 5
