"""Records rewritten, added or removed behind the application's back show against the ledger's lines."""

from __future__ import annotations

import pytest
from django.db import connection

from core import triggers
from core.models import Event
from core.verification import Fault
from tests.forgeries import execute
from tests.records import SYSTEM, a_claim, a_deadline, a_link, a_note, a_position
from tests.world import NOW, World
from tracker.actions.claims import ClaimDraft, replace_claim
from tracker.actions.handling import change_handling
from tracker.actions.records import withdraw
from tracker.models import Claim
from tracker.record_verification import KINDS, verify_records

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(world: World) -> Claim:
    """In force, with a row of every other kind beside it, and one that was replaced."""
    issue = world.issue()
    claim = a_claim(world, issue, translation="Dit is zo.", quote="It is so.")
    a_position(world, issue, claim=claim)
    a_deadline(world, issue, claim=claim)
    a_note(issue, world.issue("Other"))
    a_link(issue, world.issue("Third"), claim=claim)
    wrong = a_claim(world, issue)
    draft = ClaimDraft(source=wrong.source, issue=issue, summary="Rightly so.")
    replace_claim(claim=wrong, draft=draft, reason="Misheard.", by=SYSTEM, at=NOW)
    return claim


def forged(statement: str) -> None:
    """As somebody does who owns the database."""
    triggers.uninstall()
    execute(statement)
    connection.check_constraints()
    triggers.install()


def test_what_the_application_wrote_is_as_its_lines_say(world: World, claim: Claim) -> None:
    change_handling(record=claim, handling="restricted", by=SYSTEM, at=NOW)
    assert verify_records(world.home) is None


@pytest.mark.parametrize(
    "column",
    ["summary = 'They denied it.'", "quote = 'Never.'", "modality = 'committed'", "happened_on = '2025-01-01'"],
)
def test_a_rewritten_claim_shows_by_its_key(world: World, claim: Claim, column: str) -> None:
    forged(f"UPDATE tracker_claim SET {column} WHERE id = {claim.pk}")
    line = Event.objects.get(kind="claim.added", subject_id=claim.key)
    expected = Fault(world.home.slug, claim.key, f"the row is not as line {line.seq} recorded it")
    assert verify_records(world.home) == expected


@pytest.mark.parametrize("model", KINDS)
def test_a_rewritten_row_of_every_kind_shows(world: World, claim: Claim, model: type) -> None:
    row = model._default_manager.first()  # type: ignore[attr-defined]
    text = next(name for name in ("summary", "text", "what", "searched") if hasattr(row, name))
    forged(f"UPDATE {model._meta.db_table} SET {text} = 'forged' WHERE id = {row.pk}")  # type: ignore[attr-defined]
    found = verify_records(world.home)
    assert found is not None
    assert found.place == row.key


def test_a_withdrawal_that_was_taken_away_shows(world: World, claim: Claim) -> None:
    withdraw(record=claim, reason="Wrong.", by=SYSTEM, at=NOW)
    forged(
        "UPDATE tracker_claim SET withdrawn_at = NULL, withdrawal_reason = '', withdrawn_by_id = NULL, "
        f"withdrawn_by_name = '' WHERE id = {claim.pk}"
    )
    found = verify_records(world.home)
    assert found is not None
    assert found.check == "it is withdrawn otherwise than the ledger says"


def test_a_removed_row_shows(world: World, claim: Claim) -> None:
    note = KINDS[3]._default_manager.get()
    forged(f"DELETE FROM tracker_note_issues WHERE note_id = {note.pk}")
    forged(f"DELETE FROM tracker_note WHERE id = {note.pk}")
    found = verify_records(world.home)
    assert found is not None
    assert found.place == note.key
