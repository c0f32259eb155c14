"""The database itself refuses what no row may be, whoever writes it: each named constraint, by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import BaseConstraint, Model, UniqueConstraint

from core import triggers
from core.models import Compartment, Event, JobRun, Membership, Redaction, ServiceToken
from tests.forgeries import undone
from tests.records import a_claim, a_source
from tests.world import A_WEEK_AGO, NOW, World
from tracker.models import (
    Claim,
    Deadline,
    Flag,
    Issue,
    IssueLink,
    IssueParty,
    Note,
    Party,
    PartyName,
    Position,
    Relationship,
    SameMatter,
    Source,
    SourceText,
    StatusChange,
)
from tracker.statuses import Status, may_move

pytestmark = pytest.mark.django_db

LATER, EARLIER = NOW + dt.timedelta(seconds=1), NOW - dt.timedelta(seconds=1)
ITSELF = 999_999
SHA = "0" * 64
STAMPS = {"known_at": NOW, "recorded_at": NOW}


def record(letter: str, **values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two rows that are written once, numbered 701 and 702."""
    first = {"number": 701, "key": f"USCN-{letter}701"}
    return first, {"relationship": "home", "number": 702, "key": f"USCN-{letter}702", **STAMPS, **values}


# Of each model two rows that stand side by side. A case takes the second and changes what it says here.
PAIRS: dict[type[Model], tuple[dict[str, Any], dict[str, Any]]] = {
    Compartment: ({}, {"slug": "new", "name": "New", "created_at": NOW}),
    Event: (
        {"seq": 1001, "hash": "a" * 64},
        {"compartment": "home", "seq": 1002, "kind": "a", "subject_type": "b", "subject_id": "c", "at": NOW}
        | {"changes": {}, "changes_digest": SHA, "previous_hash": SHA, "hash": "b" * 64},
    ),
    JobRun: ({"slot": "07:00"}, {"job": "silence", "slot": "07:01", "started_at": NOW}),
    Membership: (
        {"user": "operator"},
        {"compartment": "home", "user": "stranger", "role": "viewer", "created_at": NOW},
    ),
    Redaction: ({"subject_pk": 1}, {"subject_type": "a.b", "subject_pk": 2, "event": "event", "reason": "x"}),
    ServiceToken: (
        {"name": "one", "digest": "1"},
        {"user": "editor", "name": "two", "digest": "2", "token_key": "k", "expiry": None},
    ),
    Flag: (
        {"subject_id": 1},
        {"relationship": "home", "subject_kind": "issue", "subject_id": 2, "rule": "silence"}
        | {"since": A_WEEK_AGO, "raised_at": NOW},
    ),
    Issue: (
        {"number": 701, "key": "USCN-701"},
        {"relationship": "home", "number": 702, "key": "USCN-702", "title": "Oil", "status": "raised"}
        | {"last_substantive_on": A_WEEK_AGO, "created_at": NOW},
    ),
    IssueParty: ({"party": "us"}, {"issue": "issue", "party": "cn", "role": "principal"}),
    Party: ({"code": "UN"}, {"relationship": "home", "code": "WTO", "kind": "organisation"}),
    PartyName: ({"text": "One"}, {"party": "us", "text": "Two", "language": "en", "kind": "display"}),
    Relationship: (
        {"slug": "a-b", "key_prefix": "AB"},
        {"slug": "c-d", "name": "C and D", "key_prefix": "CD", "created_at": NOW},
    ),
    Source: (
        {"number": 701, "key": "USCN-S701", "url_normalised": "https://a.b/1", "text_sha256": "a" * 64},
        {"relationship": "home", "number": 702, "key": "USCN-S702", "title": "A report", "reliability": "C"}
        | {"retrieved_on": A_WEEK_AGO, "created_at": NOW, "url_normalised": "https://a.b/2", "text_sha256": SHA},
    ),
    SourceText: ({}, {"source": "source", "text": "Words.", "sha256": SHA, "held_at": NOW}),
    Claim: record("Q", source="source", issue="issue", summary="Said so.", capacity="narrator", happened_on=A_WEEK_AGO),
    Position: record(
        "P", issue="issue", party="us", kind="demand", text="More.", disclosure="internal", since=A_WEEK_AGO
    ),
    Deadline: record("D", issue="issue", what="An answer", kind="legal", due_words="soon"),
    Note: record("N", text="Seen.", noted_on=A_WEEK_AGO),
    IssueLink: record("L", from_issue="issue", to_issue="second", kind="related"),
    SameMatter: (
        {"one": "issue", "other": "theirs"},
        {"one": "issue", "other": "theirs too", "noted_at": NOW},
    ),
    StatusChange: (
        {"seq": 1001},
        {"issue": "issue", "seq": 1002, "from_status": "raised", "to_status": "discussing", "reason": "Said."}
        | {"occurred_on": A_WEEK_AGO, "known_at": NOW, "recorded_at": NOW},
    ),
}


def of_every_record() -> dict[str, tuple[type[Model], dict[str, Any]]]:
    cases: dict[str, tuple[type[Model], dict[str, Any]]] = {}
    for model in (Claim, Position, Deadline, Note, IssueLink):
        name = model._meta.model_name
        cases |= {
            f"{name}_number_unique_in_relationship": (model, {"number": 701}),
            f"{name}_number_starts_at_one": (model, {"number": 0}),
            f"{name}_handling_is_known": (model, {"handling": "secret"}),
            f"{name}_replaces_another": (model, {"pk": ITSELF, "replaces_id": ITSELF}),
            f"{name}_known_by_recording": (model, {"known_at": LATER, "known_at_stated": True}),
            f"{name}_stated_or_server_time": (model, {"known_at": EARLIER}),
            f"{name}_withdrawn_with_a_reason": (model, {"withdrawn_at": NOW}),
        }
    return cases


CASES: dict[str, tuple[type[Model], dict[str, Any]]] = {
    **of_every_record(),
    "source_number_unique_in_relationship": (Source, {"number": 701}),
    "source_number_starts_at_one": (Source, {"number": 0}),
    "source_handling_is_known": (Source, {"handling": "secret"}),
    "source_address_once_in_relationship": (Source, {"url_normalised": "https://a.b/1"}),
    "source_text_once_in_relationship": (Source, {"text_sha256": "a" * 64}),
    "source_published_before_retrieval": (Source, {"published_on": NOW.date()}),
    "source_derives_from_another": (Source, {"pk": ITSELF, "derives_from_id": ITSELF}),
    "source_translates_another": (Source, {"pk": ITSELF, "translation_of_id": ITSELF}),
    "source_rewrites_or_translates": (Source, {"derives_from": "source", "translation_of": "source"}),
    "source_kind_is_known": (Source, {"kind": "rumour"}),
    "source_reliability_is_known": (Source, {"reliability": "G"}),
    "source_title_not_blank": (Source, {"title": ""}),
    "sourcetext_sha256_not_blank": (SourceText, {"sha256": ""}),
    "claim_quote_has_both_ends": (Claim, {"quote_start": 3}),
    "claim_translation_names_its_maker": (Claim, {"translation": "Said so."}),
    "claim_government_is_named": (Claim, {"capacity": "government"}),
    "claim_stance_is_on_something": (Claim, {"stance": "denies"}),
    "claim_responds_to_another": (Claim, {"pk": ITSELF, "responds_to_id": ITSELF, "stance": "denies"}),
    "claim_repeats_another": (Claim, {"pk": ITSELF, "repeats_id": ITSELF}),
    "claim_credibility_overridden_with_a_reason": (Claim, {"stated_credibility": 1}),
    "claim_credibility_is_on_the_scale": (Claim, {"stated_credibility": 7, "credibility_reason": "x"}),
    "claim_said_days_in_order": (Claim, {"said_earliest": A_WEEK_AGO}),
    "claim_modality_is_known": (Claim, {"modality": "promised"}),
    "claim_stance_is_known": (Claim, {"stance": "shrugs", "responds_to": "claim"}),
    "claim_capacity_is_known": (Claim, {"capacity": "oracle"}),
    "claim_translator_is_known": (Claim, {"translation": "x", "translated_by": "oracle"}),
    "claim_summary_not_blank": (Claim, {"summary": ""}),
    "position_claim_unless_internal": (Position, {"disclosure": "public"}),
    "position_ended_with_a_reason": (Position, {"until": NOW.date()}),
    "position_kind_is_known": (Position, {"kind": "wish"}),
    "position_disclosure_is_known": (Position, {"disclosure": "whispered", "claim": "claim"}),
    "position_text_not_blank": (Position, {"text": ""}),
    "deadline_due_days_in_order": (Deadline, {"due_earliest": NOW.date(), "due_latest": A_WEEK_AGO}),
    "deadline_due_says_something": (Deadline, {"due_words": ""}),
    "deadline_closed_with_a_reason": (Deadline, {"outcome": "met"}),
    "deadline_kind_is_known": (Deadline, {"kind": "wished"}),
    "deadline_outcome_is_known": (
        Deadline,
        {"outcome": "lost", "closed_on": A_WEEK_AGO, "closed_at": NOW, "close_reason": "x"},
    ),
    "deadline_what_not_blank": (Deadline, {"what": ""}),
    "note_says_what_was_searched_or_noted": (Note, {"kind": "no_change"}),
    "note_kind_is_known": (Note, {"kind": "rumour"}),
    "issuelink_joins_two_issues": (IssueLink, {"to_issue": "issue"}),
    "issuelink_kind_is_known": (IssueLink, {"kind": "enemy"}),
    "samematter_ends_in_order": (SameMatter, {"one": "theirs too", "other": "issue"}),
    "samematter_once_per_pair": (SameMatter, {"other": "theirs"}),
    "compartment_slug_not_blank": (Compartment, {"slug": ""}),
    "compartment_name_not_blank": (Compartment, {"name": ""}),
    "event_seq_unique_in_compartment": (Event, {"seq": 1001}),
    "event_seq_starts_at_one": (Event, {"seq": 0}),
    "event_handling_is_known": (Event, {"handling": "secret"}),
    "jobrun_once_per_slot": (JobRun, {"slot": "07:00"}),
    "membership_role_is_known": (Membership, {"role": "owner"}),
    "membership_one_current_per_person": (Membership, {"user": "operator"}),
    "membership_ends_after_it_began": (Membership, {"ended_at": EARLIER}),
    "redaction_once_per_row": (Redaction, {"subject_pk": 1}),
    "token_name_unique_for_its_owner": (ServiceToken, {"name": "one"}),
    "flag_one_standing_per_subject_and_rule": (Flag, {"subject_id": 1}),
    "flag_cleared_with_a_reason": (Flag, {"cleared_at": NOW}),
    "flag_level_is_known": (Flag, {"level": "panic"}),
    "flag_handling_is_known": (Flag, {"handling": ""}),
    "issue_number_unique_in_relationship": (Issue, {"number": 701}),
    "issue_status_is_known": (Issue, {"status": ""}),
    "issue_trend_is_known": (Issue, {"trend": "sideways"}),
    "issue_priority_is_known": (Issue, {"priority": "urgent"}),
    "issue_category_is_known": (Issue, {"category": "sport"}),
    "issue_handling_is_known": (Issue, {"handling": "secret"}),
    "issue_title_not_blank": (Issue, {"title": ""}),
    "issue_is_not_its_own_parent": (Issue, {"pk": ITSELF, "parent_id": ITSELF}),
    "issue_number_starts_at_one": (Issue, {"number": 0}),
    "issueparty_once_per_issue": (IssueParty, {"party": "us"}),
    "issueparty_role_is_known": (IssueParty, {"role": "guest"}),
    "party_code_unique_in_relationship": (Party, {"code": "UN"}),
    "party_one_per_side": (Party, {"side": 1}),
    "party_side_is_one_or_two": (Party, {"side": 3}),
    "party_is_not_its_own_parent": (Party, {"pk": ITSELF, "parent_id": ITSELF}),
    "party_kind_is_known": (Party, {"kind": "planet"}),
    "party_code_not_blank": (Party, {"code": ""}),
    "partyname_unique": (PartyName, {"text": "One"}),
    "partyname_kind_is_known": (PartyName, {"kind": "nick"}),
    "partyname_text_not_blank": (PartyName, {"text": ""}),
    "relationship_key_prefix_not_blank": (Relationship, {"key_prefix": ""}),
    "statuschange_seq_unique_in_issue": (StatusChange, {"seq": 1001}),
    "statuschange_seq_starts_at_one": (StatusChange, {"seq": 0}),
    "statuschange_move_is_allowed": (StatusChange, {"from_status": "closed"}),
    "statuschange_void_names_its_row": (StatusChange, {"to_status": ""}),
    "statuschange_supersedes_another": (StatusChange, {"pk": ITSELF, "supersedes_id": ITSELF}),
    "statuschange_known_by_recording": (StatusChange, {"known_at": LATER, "known_at_stated": True}),
    "statuschange_stated_or_server_time": (StatusChange, {"known_at": EARLIER}),
    "statuschange_trend_is_known": (StatusChange, {"trend": "sideways"}),
    "statuschange_reason_not_blank": (StatusChange, {"reason": ""}),
}


def own_models() -> list[type[Model]]:
    """Those of our rooms, however many these become."""
    home = settings.BASE_DIR
    rooms = [config for config in apps.get_app_configs() if Path(config.path).parent == home]
    return [model for room in rooms for model in room.get_models(include_auto_created=True)]


CONSTRAINTS: dict[str, BaseConstraint] = {
    constraint.name: constraint for model in own_models() for constraint in model._meta.constraints
}


class Rows:
    """Writes rows as raw as the ORM can; the words of PAIRS stand for records of the world."""

    def __init__(self, world: World) -> None:
        issue, second = world.issue(), world.issue("Oil")
        theirs, theirs_too = world.issue(foreign=True), world.issue(foreign=True)
        source = a_source(world)
        us, cn = world.home.parties.order_by("side")
        self.words: dict[tuple[str, str], Model] = {
            **{("user", name): user for name, user in world.people.items()},
            **{(name, "home"): world.home for name in ("compartment", "relationship")},
            **{(name, "issue"): issue for name in ("issue", "from_issue", "to_issue", "one", "other")},
            ("to_issue", "second"): second,
            ("other", "theirs"): theirs,
            **{(name, "theirs too"): theirs_too for name in ("one", "other")},
            **{(name, "source"): source for name in ("source", "derives_from", "translation_of")},
            **{(name, "claim"): a_claim(world, issue, source) for name in ("claim", "responds_to")},
            ("party", "us"): us,
            ("party", "cn"): cn,
            ("event", "event"): Event.objects.latest("pk"),
        }

    def insert(self, model: type[Model], values: Mapping[str, Any]) -> None:
        meant = {
            name: self.words.get((name, value), value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        with transaction.atomic():
            model(**meant).save(force_insert=True)

    def insert_first(self, model: type[Model]) -> None:
        first, second = PAIRS[model]
        if first:
            self.insert(model, second | first)


@pytest.fixture
def rows(world: World) -> Rows:
    return Rows(world)


@pytest.mark.parametrize("name", CASES)
def test_a_row_that_breaks_one_is_refused_by_its_name(rows: Rows, name: str) -> None:
    model, wrong = CASES[name]
    with undone():
        # The triggers would answer first, and some of these rows break them, too.
        triggers.uninstall()
        rows.insert_first(model)
        with pytest.raises(IntegrityError) as refused:
            rows.insert(model, PAIRS[model][1] | wrong)
        assert told(model, name) in str(refused.value)


def told(model: type[Model], name: str) -> str:
    """What the database calls it: SQLite tells a unique constraint by its columns."""
    constraint = CONSTRAINTS[name]
    if connection.vendor == "postgresql" or not isinstance(constraint, UniqueConstraint):
        return name
    columns = [model._meta.get_field(field).column for field in constraint.fields]  # type: ignore[union-attr]
    return ", ".join(f"{model._meta.db_table}.{column}" for column in columns)


@pytest.mark.parametrize("model", PAIRS)
def test_the_same_row_without_the_fault_is_accepted(rows: Rows, model: type[Model]) -> None:
    """The negative control: it is that one fault which is refused."""
    with undone():
        rows.insert_first(model)
        rows.insert(model, PAIRS[model][1])


def test_every_named_constraint_of_every_room_is_tried_here() -> None:
    """A new one fails here until its case is written."""
    assert set(CASES) == set(CONSTRAINTS)
    assert {model for model, _ in CASES.values()} == set(PAIRS)


def test_the_database_allows_the_moves_of_the_table_and_no_others(rows: Rows) -> None:
    allowed = set()
    for before in ["", *Status.values]:
        for after in Status.values:
            with undone():
                try:
                    rows.insert(StatusChange, PAIRS[StatusChange][1] | {"from_status": before, "to_status": after})
                except IntegrityError:
                    continue
            allowed.add((before, after))
    assert allowed == {
        (before, after) for before in ["", *Status.values] for after in Status.values if may_move(before, after)
    }


@pytest.mark.parametrize(
    ("model", "again"),
    [
        (Membership, {"user": "operator", "ended_at": NOW}),
        (ServiceToken, {"name": "one", "revoked_at": NOW}),
        (Flag, {"subject_id": 1, "cleared_at": NOW, "cleared_why": "Spoken of."}),
    ],
)
def test_what_is_over_may_be_once_more(rows: Rows, model: type[Model], again: dict[str, Any]) -> None:
    with undone():
        rows.insert_first(model)
        rows.insert(model, PAIRS[model][1] | again)
