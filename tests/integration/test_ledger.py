"""What is written on the ledger, in which order, and who may read it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import ledger
from core.access import Access
from core.chain import GENESIS, digest_of, hash_of
from core.ledger import Entry
from core.models import Event, LedgerHead
from core.site import open_site_ledger, site_id
from tests.forgeries import execute, undone
from tests.world import NOW, World
from tracker.actions.issues import edit_issue
from tracker.models import Issue

pytestmark = pytest.mark.django_db

# What a line may hold and every database gives back as it took it: text without NUL and half surrogates, whole numbers.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def write(world: World, *kinds: str, **fields: object) -> list[Event]:
    entries = [Entry(kind, "tracker.issue", "USCN-99", **fields) for kind in kinds]  # type: ignore[arg-type]
    with transaction.atomic():
        return ledger.record(world.home.pk, entries, by=Access.system(), at=NOW)


def test_lines_are_numbered_without_a_gap_from_the_head_on(world: World) -> None:
    before = LedgerHead.objects.get(pk=world.home.pk).seq
    lines = write(world, "a", "b") + write(world, "c")
    assert [line.seq for line in lines] == [before + 1, before + 2, before + 3]
    assert LedgerHead.objects.get(pk=world.home.pk).seq == before + 3


def test_each_hash_covers_the_one_before_and_the_first_stands_on_nothing(world: World) -> None:
    lines = list(Event.objects.filter(compartment=world.home).order_by("seq"))
    assert [line.previous_hash for line in lines] == [GENESIS, *(line.hash for line in lines[:-1])]
    assert all(line.hash == hash_of(ledger.line_of(line)) for line in lines)


def test_each_compartment_has_a_chain_of_its_own(world: World) -> None:
    write(world, "a")
    (line,) = Event.objects.filter(compartment=world.foreign, seq=1)
    assert line.previous_hash == GENESIS


def test_a_deed_that_is_rolled_back_leaves_neither_line_nor_gap(world: World) -> None:
    with undone():
        write(world, "lost")
    before = LedgerHead.objects.get(pk=world.home.pk).seq
    (line,) = write(world, "kept")
    assert line.seq == before + 1
    assert not Event.objects.filter(kind="lost").exists()


@pytest.mark.django_db(transaction=True)
def test_a_line_without_a_transaction_is_refused(committed_world: World) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        ledger.record(committed_world.home.pk, [Entry("a", "b", "c")], by=Access.system(), at=NOW)


@pytest.mark.parametrize("value", [1.5, NOW, {1: "one"}, [0.1], b"bytes"])
def test_what_databases_do_not_give_back_alike_is_refused(world: World, value: object) -> None:
    with pytest.raises(TypeError):
        write(world, "a", changes={"field": [None, value]})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes=st.dictionaries(texts, plain_values, max_size=4))
def test_what_is_written_reads_back_with_its_digest(world: World, changes: dict[str, object]) -> None:
    (line,) = write(world, "a", changes=changes)
    kept = Event.objects.get(pk=line.pk)
    assert digest_of(kept.changes) == line.changes_digest == kept.changes_digest


def test_an_instant_of_another_zone_is_the_same_line(world: World) -> None:
    tokyo = NOW.astimezone(dt.timezone(dt.timedelta(hours=9)))
    with transaction.atomic():
        (line,) = ledger.record(world.home.pk, [Entry("a", "b", "c")], by=Access.system(), at=tokyo)
    assert hash_of(ledger.line_of(Event.objects.get(pk=line.pk))) == line.hash


def test_the_site_has_one_ledger_however_often_it_is_opened() -> None:
    open_site_ledger()
    assert LedgerHead.objects.filter(compartment__slug="site").count() == 1


READERS = {"viewer": False, "editor": True, "lead": True, "auditor": True, "stranger": False, "operator": False}


@pytest.mark.parametrize(("name", "reads"), READERS.items())
def test_the_ledger_of_a_relationship_is_read_by_those_whose_role_says_so(world: World, name: str, reads: bool) -> None:
    world.issue()
    lines = Event.objects.visible_to(world.access(name))
    assert lines.filter(compartment=world.home).exists() is reads


@pytest.mark.parametrize(("name", "reads"), {**dict.fromkeys(READERS, False), "operator": True}.items())
def test_the_ledger_of_the_site_is_read_by_operators_alone(world: World, name: str, reads: bool) -> None:
    with transaction.atomic():
        ledger.record(site_id(), [Entry("a", "b", "c")], by=Access.system(), at=NOW)
    assert Event.objects.visible_to(world.access(name)).filter(compartment=site_id()).exists() is reads


def test_the_system_reads_everything_and_nobody_nothing(world: World) -> None:
    assert Event.objects.visible_to(Access.system()).count() == Event.objects.count()
    assert not Event.objects.visible_to(Access.nobody()).exists()


def test_a_restricted_line_is_there_for_the_cleared_alone(world: World) -> None:
    issue = world.issue(handling="restricted")
    lines = Event.objects.filter(subject_id=issue.key)
    assert not lines.visible_to(world.access("lead")).exists()
    assert lines.visible_to(world.access("cleared_auditor")).count() == lines.count() > 0


def handle(world: World, issue: Issue, handling: str) -> None:
    issue.refresh_from_db()
    by = world.access("cleared_lead")
    edit_issue(issue=issue, version=issue.version, values={"handling": handling}, by=by, at=NOW)


def test_an_issue_that_is_restricted_later_takes_its_open_lines_with_it(world: World) -> None:
    issue, other = world.issue(), world.issue("Rare earths")
    lines = Event.objects.filter(subject_id=issue.key)
    seen_before = lines.visible_to(world.access("editor")).count()
    handle(world, issue, "restricted")
    assert seen_before == 2
    assert not lines.visible_to(world.access("editor")).exists()
    assert lines.visible_to(world.access("cleared_editor")).count() == 3
    assert Event.objects.filter(subject_id=other.key).visible_to(world.access("editor")).exists()


def test_an_issue_that_is_opened_shows_no_line_of_its_restricted_time(world: World) -> None:
    issue = world.issue(handling="restricted")
    handle(world, issue, "open")
    (line,) = Event.objects.filter(subject_id=issue.key).visible_to(world.access("editor"))
    assert line.changes == {"handling": ["restricted", "open"]}


def test_what_an_issue_said_before_it_was_opened_stays_restricted(world: World) -> None:
    issue = world.issue("Told in confidence", handling="restricted")
    issue.refresh_from_db()
    values = {"title": "Oil", "handling": "open"}
    edit_issue(issue=issue, version=issue.version, values=values, by=world.access("cleared_lead"), at=NOW)
    lines = Event.objects.filter(subject_id=issue.key)
    assert "Told in confidence" not in str(list(lines.visible_to(world.access("editor")).values()))
    assert (
        lines.filter(changes__title=["Told in confidence", "Oil"]).visible_to(world.access("cleared_editor")).exists()
    )


def test_a_record_of_the_same_name_elsewhere_hides_nothing_here(world: World) -> None:
    with transaction.atomic():
        entry = Entry("a", "tracker.issue", "USCN-99", handling="restricted")
        ledger.record(world.foreign.pk, [entry], by=Access.system(), at=NOW)
    write(world, "a")
    assert Event.objects.visible_to(world.access("editor")).filter(subject_id="USCN-99").count() == 1


def test_the_latest_line_of_a_record_is_found_by_its_index(world: World) -> None:
    entries = [Entry("a", "tracker.issue", f"USCN-{number % 400}") for number in range(2000)]
    with transaction.atomic():
        ledger.record(world.home.pk, entries, by=Access.system(), at=NOW)
    execute("ANALYZE core_event")
    assert "event_of_subject" in Event.objects.visible_to(world.access("editor")).explain()
