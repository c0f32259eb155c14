"""Tampering behind the application's back shows: the first line that is not as it was written is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import QuerySet

from core import ledger, triggers, verification
from core.access import Access
from core.chain import GENESIS, digest_of, hash_of
from core.errors import NotFound
from core.ledger import Entry
from core.models import Compartment, Event, LedgerHead, Redaction, User
from core.verification import Check, Fault, Head, find_head, verify_chain
from tests.forgeries import execute
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@dataclass
class Chain:
    """The ledger of `home`, five lines longer than the world; the third of these, `middle`, is tampered with."""

    compartment: Compartment
    lines: list[Event]

    @property
    def middle(self) -> Event:
        return self.lines[2]

    @property
    def last(self) -> Event:
        return self.lines[-1]

    def forge(self, line: Event, **values: object) -> None:
        Event.objects.filter(pk=line.pk).update(**values)

    def forge_with_hashes(self, line: Event, **values: object) -> None:
        """What somebody does who knows how the hash is made."""
        for name, value in values.items():
            setattr(line, name, value)
        line.changes_digest = digest_of(line.changes)
        line.hash = hash_of(ledger.line_of(line))
        line.save()


@pytest.fixture
def chain(world: World) -> Chain:
    """On a database whose triggers were taken away, which is the case that this is for."""
    lines = write(world.home, 5)
    triggers.uninstall()
    return Chain(world.home, lines)


def write(compartment: Compartment, count: int) -> list[Event]:
    entries = [Entry("a", "tracker.issue", "USCN-1", {"n": [None, number]}) for number in range(count)]
    with transaction.atomic():
        return ledger.record(compartment.pk, entries, by=Access.system(), at=NOW)


def test_an_untouched_chain_ends_in_its_head(world: World) -> None:
    (line,) = write(world.home, 1)
    assert verify_chain(world.home) == Head("us-cn", line.seq, line.hash)


def test_an_empty_ledger_is_intact(world: World) -> None:
    empty = Compartment.objects.create(slug="empty", name="Empty", created_at=NOW)
    ledger.open_ledger(empty)
    assert verify_chain(empty) == Head("empty", 0, GENESIS)


def remove(line: Event) -> None:
    Event.objects.filter(pk=line.pk)._raw_delete("default")


def close_up(chain: Chain) -> None:
    remove(chain.middle)
    for line in chain.lines[3:]:
        chain.forge(line, seq=line.seq - 1)
    heads(chain).update(seq=chain.last.seq - 1)


def swap(one: Event, other: Event) -> None:
    for line, seq in ((one, 10_000), (other, one.seq), (one, other.seq)):
        Event.objects.filter(pk=line.pk).update(seq=seq)


def add(chain: Chain) -> None:
    line = Event.objects.get(pk=chain.last.pk)
    line.pk, line.seq, line.previous_hash = None, line.seq + 1, line.hash
    chain.forge_with_hashes(line)


def heads(chain: Chain) -> QuerySet[LedgerHead]:
    return LedgerHead.objects.filter(pk=chain.compartment.pk)


Tampering = Callable[[Chain], object]
TAMPERINGS: dict[str, tuple[Tampering, int, Check]] = {
    "changes": (lambda c: c.forge(c.middle, changes={"n": [None, 7]}), 0, Check.DIGEST),
    "changes and digest": (
        lambda c: c.forge(c.middle, changes={}, changes_digest=digest_of({})),
        0,
        Check.HASH,
    ),
    "changes and all hashes of the line": (lambda c: c.forge_with_hashes(c.middle, changes={}), 1, Check.PREVIOUS),
    "the last line and all its hashes": (lambda c: c.forge_with_hashes(c.last, changes={}), 2, Check.HEAD),
    "kind": (lambda c: c.forge(c.middle, kind="b"), 0, Check.HASH),
    "subject": (lambda c: c.forge(c.middle, subject_id="USCN-2"), 0, Check.HASH),
    "type of subject": (lambda c: c.forge(c.middle, subject_type="tracker.flag"), 0, Check.HASH),
    "actor": (lambda c: c.forge(c.middle, actor=User.objects.latest("pk")), 0, Check.HASH),
    "time": (lambda c: c.forge(c.middle, at=NOW.replace(microsecond=1)), 0, Check.HASH),
    "handling": (lambda c: c.forge(c.middle, handling="restricted"), 0, Check.HASH),
    "own hash": (lambda c: c.forge(c.middle, hash="f" * 64), 0, Check.HASH),
    "previous hash": (lambda c: c.forge(c.middle, previous_hash="f" * 64), 0, Check.PREVIOUS),
    "emptied": (lambda c: c.forge(c.middle, changes=None), 0, Check.EMPTIED),
    "removed": (lambda c: remove(c.middle), 0, Check.GAP),
    "the first removed": (lambda c: remove(Event.objects.get(compartment=c.compartment, seq=1)), 0, Check.GAP),
    "the last removed": (lambda c: remove(c.last), 2, Check.GAP),
    "removed and closed up": (close_up, 0, Check.PREVIOUS),
    "swapped": (lambda c: swap(c.middle, c.lines[3]), 0, Check.PREVIOUS),
    "added": (add, 3, Check.HEAD),
    "head": (lambda c: heads(c).update(hash="f" * 64), 2, Check.HEAD),
    "head set back": (lambda c: heads(c).update(seq=c.middle.seq, hash=c.middle.hash), 1, Check.HEAD),
    "head set forward": (lambda c: heads(c).update(seq=c.last.seq + 5), 3, Check.GAP),
    "head removed": (lambda c: heads(c)._raw_delete("default"), 2, Check.HEAD),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_the_first_broken_line_is_named_with_what_is_wrong(chain: Chain, what: str) -> None:
    tamper, further_on, check = TAMPERINGS[what]
    seq = 1 if what == "the first removed" else chain.middle.seq + further_on
    tamper(chain)
    assert verify_chain(chain.compartment) == Fault("us-cn", seq, check)


def test_of_two_broken_lines_the_first_is_named(chain: Chain) -> None:
    for line in (chain.last, chain.middle):
        chain.forge(line, kind="b")
    assert verify_chain(chain.compartment) == Fault("us-cn", chain.middle.seq, Check.HASH)


@pytest.mark.parametrize(
    ("deed", "excused"),
    [
        (("ledger.redacted", "right"), True),
        (("ledger.redacted", "wrong"), False),
        (("issue.edited", "right"), False),
    ],
)
def test_an_emptied_line_is_excused_by_a_redaction_on_the_same_ledger_that_names_it(
    chain: Chain, deed: tuple[str, str], excused: bool
) -> None:
    line, kind = chain.middle, deed[0]
    chain.forge(line, changes=None)
    named = line.seq if deed[1] == "right" else line.seq - 1
    with transaction.atomic():
        (event,) = ledger.record(
            chain.compartment.pk, [Entry(kind, "core.event", str(named))], by=Access.system(), at=NOW
        )
    Redaction.objects.create(subject_type="core.event", subject_pk=line.pk, event=event, reason="x")
    found = verify_chain(chain.compartment)
    assert found == (Head("us-cn", event.seq, event.hash) if excused else Fault("us-cn", line.seq, Check.EMPTIED))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no such value")
@pytest.mark.parametrize("value", ["'yesterday'", "'2026-99-99 00:00:00'", "7.5", "x'00ff'"])
def test_a_line_that_cannot_be_read_is_named(chain: Chain, value: str) -> None:
    execute(f"UPDATE core_event SET at = {value} WHERE id = {chain.middle.pk}")
    found = verify_chain(chain.compartment)
    assert isinstance(found, Fault)
    assert found.place == chain.middle.seq
    assert found.check in (Check.UNREADABLE, Check.HASH)


def test_a_chain_longer_than_is_held_in_memory_is_read_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "CHUNK", 2)
    (*_, last) = write(world.home, 7)
    assert verify_chain(world.home) == Head("us-cn", last.seq, last.hash)


def test_lines_that_are_written_while_it_reads_are_read_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[Event] = []
    walk = verification._walk

    def walk_while_another_writes(compartment: Compartment, reached: Head) -> Head | Fault:
        found = walk(compartment, reached)
        if not rounds:
            rounds.extend(write(world.home, 2))
        return found

    monkeypatch.setattr(verification, "_walk", walk_while_another_writes)
    assert verify_chain(world.home) == Head("us-cn", rounds[-1].seq, rounds[-1].hash)


def test_a_head_that_was_noted_is_found_again(world: World) -> None:
    noted = write(world.home, 1)[0]
    write(world.home, 2)
    assert find_head(noted.hash) == Head("us-cn", noted.seq, noted.hash)


def test_a_history_cut_off_or_rewritten_to_its_end_shows_by_the_noted_head_alone(chain: Chain) -> None:
    noted = chain.last.hash
    remove(chain.last)
    chain.forge_with_hashes(chain.lines[3], kind="b")
    heads(chain).update(seq=chain.lines[3].seq, hash=chain.lines[3].hash)
    assert isinstance(verify_chain(chain.compartment), Head)
    with pytest.raises(NotFound, match="rewritten or cut off"):
        find_head(noted)


def verify(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_prints_the_head_of_each_ledger(world: World) -> None:
    lines = verify()
    assert [line.split()[0] for line in lines[:-1]] == ["site", "us-cn", "us-ru"]
    assert lines[-1] == "All 3 ledgers are as they were written."
    assert lines[1].split()[1:] == [
        str(value) for value in LedgerHead.objects.values_list("seq", "hash").get(pk=world.home.pk)
    ]


def test_the_command_reads_one_ledger_if_told_so(world: World) -> None:
    head, last = verify("--compartment", "us-ru")
    assert head.startswith("us-ru ")
    assert last == "The ledger is as it was written."


def test_the_command_ends_with_1_and_names_the_line(chain: Chain) -> None:
    chain.forge(chain.middle, kind="b")
    with pytest.raises(CommandError, match=rf"us-cn {chain.middle.seq}: .*own hash") as ended:
        verify()
    assert ended.value.returncode == 1


def test_the_command_says_where_a_noted_head_is(world: World) -> None:
    head = LedgerHead.objects.get(pk=world.home.pk)
    assert verify("--head", head.hash.upper())[-2].startswith(f"{head.hash} is line {head.seq} of us-cn")


@pytest.mark.parametrize("given", ["f" * 64, "", "x", "\x00", "é" * 3])
def test_the_command_fails_for_a_head_that_occurs_nowhere(world: World, given: str) -> None:
    with pytest.raises(CommandError, match="rewritten or cut off"):
        verify("--head", given)


def test_a_head_of_another_ledger_is_not_taken_for_one_of_this(world: World) -> None:
    head = LedgerHead.objects.get(pk=world.home.pk)
    with pytest.raises(CommandError, match="rewritten or cut off"):
        verify("--compartment", "us-ru", "--head", head.hash)


def test_an_unknown_ledger_is_an_error(world: World) -> None:
    with pytest.raises(CommandError, match="no such relationship"):
        verify("--compartment", "us-xx")
