"""Sources, claims and what rests on them come back as the same bytes, and as the same record behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from core.access import Access
from core.actions.members import add_member
from core.actions.users import create_user
from core.models import User
from tests.desk import Desk
from tests.dossiers import RECORDS, bring_in, export, rows, undone
from tests.world import NOW
from tracker.actions.history import Author, NewRow
from tracker.actions.issues import Draft, create_issue
from tracker.actions.parties import add_party
from tracker.actions.relationships import Side, create_relationship
from tracker.dossiers import claims as claims_section
from tracker.dossiers.citations import citations
from tracker.dossiers.report import DossierRefused
from tracker.models import Note, Relationship, Source, SourceText, StatusChange

pytestmark = pytest.mark.django_db
SYSTEM = Access.system()
# These desks together do all there is to do (see the test of that). `make soak` looks at many others besides.
DESKS = (6, 9, 12)
IS_SOAK = settings().max_examples > 500
# A seed says all there is to say of an example, so that none is made smaller.
A_FEW = settings(
    max_examples=max(1, settings().max_examples // 3),
    phases=[Phase.explicit, *([Phase.reuse, Phase.generate] if IS_SOAK else [])],
    suppress_health_check=list(HealthCheck),
)
# What belongs to the place, or is the number of a row there.
OF_THE_PLACE = {
    "id",
    "relationship",
    "recorded_at",
    "known_at_stated",
    "created_at",
    "version",
    "held_at",
    "source_ptr",
}


def at_each_desk(test: Callable[[int], None]) -> Callable[[], None]:
    for seed in DESKS:
        test = example(seed)(test)
    return A_FEW(given(st.integers(0, 2**32))(test))


@pytest.fixture(autouse=True)
def _writer() -> None:
    create_user(username="writer", password=None, by=SYSTEM, at=NOW)


FIELDS = (
    *("replaces:", "ended:", "closed:", "withdrawn:", "repeats:", "stance:", "series:", "credibility:", "claims:"),
    *(
        "quote_start: null",
        "quote_start: 2",
        "derives_from: AABB",
        "translation_of: AABB",
        "words:",
        "happened_on:",
        "untold:",
    ),
    *("only_in_translation: true", '    text: "One said'),
)
# What stands at one of the desks at least.
STATES: list[tuple[Any, dict[str, Any]]] = [(model, {"handling": "restricted"}) for model in (Source, *RECORDS)]
STATES += [(model, {"withdrawn_at__isnull": False}) for model in RECORDS]


def make_relationship() -> Relationship:
    sides = [Side("AA", "A"), Side("BB", "B")]
    made = create_relationship(slug="aa-bb", name="A – B", key_prefix="AABB", sides=sides, home="AA", by=SYSTEM, at=NOW)
    add_party(relationship=made, code="x", kind="person", parent=made.parties.get(code="BB"), by=SYSTEM, at=NOW)
    for title, handling in (("One", "open"), ("Two", "open"), ("Three", "restricted")):
        first = [NewRow(to="watch", reason="Seen.", occurred_on=dt.date(2025, 10, 1), author=Author(name="z"))]
        draft = Draft(title=title, handling=handling)
        create_issue(relationship=made, draft=draft, history=first, by=SYSTEM, at=NOW - dt.timedelta(days=60))
    return made


def at_work(random: Random, deeds: int = 60) -> Relationship:
    return desk_after(random, deeds).relationship


def desk_after(random: Random, deeds: int = 60) -> Desk:
    authors = [Author(User.objects.get(username="writer")), Author(name="someone"), Author()]
    desk = Desk(random, make_relationship(), authors)
    desk.work(deeds)
    return desk


def of(row: Any) -> dict[str, Any]:
    """Its columns, with keys for ids."""
    names = [field.name for field in row._meta.concrete_fields if field.name not in OF_THE_PLACE]
    values = {name: getattr(row, name) for name in names}
    return {name: str(value) if hasattr(value, "_meta") else value for name, value in values.items()}


def on_record(relationship: Relationship) -> list[Any]:
    found: list[Any] = []
    for model in (Source, *RECORDS):
        found += [of(row) for row in model.objects.filter(relationship=relationship).order_by("number")]
    found += [
        (str(row), row.issue.last_substantive_on, citations(relationship, SYSTEM).get(row.pk))
        for row in StatusChange.objects.order_by("issue__number", "seq").select_related("issue")
    ]
    found += list(SourceText.objects.order_by("source__number").values_list("source__key", "text", "sha256"))
    found += [[str(issue) for issue in note.issues.order_by("number")] for note in Note.objects.order_by("number")]
    return found


@at_each_desk
def test_whatever_a_desk_did_comes_back_as_the_same_bytes(seed: int) -> None:
    with undone():
        with undone():
            made = at_work(Random(seed))
            first, record = export(), on_record(made)
        assert not Relationship.objects.exists()
        bring_in(first.decode())
        assert export() == first
        assert on_record(Relationship.objects.get()) == record
        before = rows()
        assert not bring_in(first.decode()).changed
        assert rows() == before


@at_each_desk
def test_what_the_uncleared_may_see_is_a_dossier_of_its_own(seed: int) -> None:
    with undone():
        with undone():
            made = at_work(Random(seed))
            first, whole = export(by=_reader(made)), export()
        assert b"restricted" not in first.replace(b"series: restricted", b"")
        with undone():
            bring_in(first.decode())
            assert export() == first
        bring_in(whole.decode())
        assert export() == whole
        assert not bring_in(first.decode()).changed


def _reader(relationship: Relationship) -> Access:
    user = create_user(username="reader", password=None, by=SYSTEM, at=NOW)
    add_member(compartment=relationship, user=user, role="lead", cleared=False, by=SYSTEM, at=NOW)
    return Access.of(user)


def test_the_random_desks_do_all_there_is_to_do() -> None:
    """Else the tests above would hold of little."""
    missing = set(FIELDS) | {str(state) for state in STATES}
    for seed in DESKS:
        with undone():
            desk = desk_after(Random(seed))
            text = export().decode()
            missing |= {deed.__name__ for deed in desk.deeds} if seed == DESKS[0] else set()
            missing -= desk.done | {field for field in FIELDS if field in text}
            missing -= {str(state) for state in STATES if state[0].objects.filter(**state[1]).exists()}
    assert missing == set()


def test_a_place_that_was_lost_on_the_way_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(claims_section._Place, "given", lambda *_: {})
    assert any(_loses_something(seed) for seed in DESKS)


def _loses_something(seed: int) -> bool:
    with undone():
        with undone():
            made = at_work(Random(seed))
            first, record = export(), on_record(made)
        try:
            bring_in(first.decode())
        except DossierRefused:  # a quote that is not in the text
            return True
        return on_record(Relationship.objects.get()) != record
