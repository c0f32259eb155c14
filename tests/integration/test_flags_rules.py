"""The list of rules: what a room above may add to it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import F, Value
from pytest_django import Settings

from core.access import Access
from tests.world import NOW, World
from tracker.actions.flags import Passed, update_flags
from tracker.flag_rules import FlagRule, Subjects, configured
from tracker.models import Flag, Issue, Relationship

TODAY = NOW.date()
SILENCE = "tracker.flag_rules.silence"
pytestmark = pytest.mark.django_db


def _without_side(as_of: dt.date) -> Subjects:
    """Of another kind of subject, whose id may be that of an issue, and with a handling that it has not itself."""
    return Relationship.objects.filter(home_party=None).values(
        relationship_id=F("pk"), subject_id=F("pk"), since=Value(as_of), flag_handling=Value("open")
    )


def _review_is_due(as_of: dt.date) -> Subjects:
    return Issue.objects.filter(next_review__lt=as_of).values(
        "relationship_id", subject_id=F("pk"), since=F("next_review"), flag_handling=F("handling")
    )


def _nothing(as_of: dt.date) -> Subjects:
    return _review_is_due(as_of).none()


observers = FlagRule("observers", "relationship", _without_side, Value("It has a side now."))
review = FlagRule("review", "issue", _review_is_due, Value("It was reviewed."))
nothing = FlagRule("review", "issue", _nothing, Value("It was reviewed."))


def run_pass(seconds: int = 0) -> Passed:
    return update_flags(by=Access.system(), at=NOW + dt.timedelta(seconds=seconds), as_of=TODAY)


def test_the_rules_are_asked_in_the_order_of_the_settings(settings: Settings) -> None:
    settings.FLAG_RULES = [f"{__name__}.observers", SILENCE]
    assert [rule.name for rule in configured()] == ["observers", "silence"]


def test_a_rule_from_elsewhere_raises_flags_on_subjects_of_its_own(world: World, settings: Settings) -> None:
    settings.FLAG_RULES = [SILENCE, f"{__name__}.observers"]
    assert run_pass() == Passed(raised=2, cleared=0)
    kinds = Flag.objects.values_list("relationship_id", "subject_kind", "subject_id", "rule").order_by("subject_id")
    assert list(kinds) == [(row.pk, "relationship", row.pk, "observers") for row in (world.home, world.foreign)]
    assert not Flag.objects.of_issues().exists()


def test_two_rules_flag_one_subject_each_for_its_own_reason(world: World, settings: Settings) -> None:
    settings.FLAG_RULES = [SILENCE, f"{__name__}.review"]
    quiet = dt.date(2026, 1, 1)
    issue = world.issue(status="negotiating", occurred_on=quiet, next_review=dt.date(2026, 2, 1))
    assert run_pass() == Passed(raised=2, cleared=0)
    Issue.objects.filter(pk=issue.pk).update(next_review=None)
    assert run_pass(1) == Passed(raised=0, cleared=1)
    assert Flag.objects.get(rule="review").cleared_why == "It was reviewed."
    assert Flag.objects.standing().get().rule == "silence"


def test_a_rule_that_asks_for_nothing_clears_its_flags_and_raises_none(world: World, settings: Settings) -> None:
    settings.FLAG_RULES = [f"{__name__}.review"]
    world.issue(next_review=dt.date(2026, 2, 1))
    run_pass()
    settings.FLAG_RULES = [f"{__name__}.nothing"]
    assert run_pass(1) == Passed(raised=0, cleared=1)
