"""A room above adds a part of its own, and the tracker does not know it."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from core.access import Access
from core.errors import InvalidInput
from tests.dossiers import SMALL, bring_in, export, refusal
from tracker.dossiers.fields import Fields
from tracker.dossiers.values import Plain, Value
from tracker.dossiers.work import Work
from tracker.models import Relationship

pytestmark = pytest.mark.django_db
# What the section below has on record: the title of each meeting by its key.
MEETINGS: dict[str, str] = {}


class MeetingsSection:
    name = "meetings"

    def export(self, relationship: Relationship, access: Access) -> Plain:
        return [{"key": key, "title": title} for key, title in sorted(MEETINGS.items())] or None

    def read(self, value: Value | None, work: Work) -> list[tuple[Fields, str, str]]:
        rows = Fields.of_listing(self.name, value, work.report) if value else []
        entries = [(row, row.text("key", limit=20), row.text("title", limit=20)) for row in rows]
        for row in rows:
            row.finish()
        return entries

    def write(self, entries: Any, work: Work) -> None:
        for row, key, title in entries:
            if work.relationship is None or row.broken:
                continue
            with work.reporting(row):
                if title == "Never":
                    raise InvalidInput("was never held", field="title")
                work.count("meetings", "unchanged" if MEETINGS.get(key) == title else "created")
                MEETINGS[key] = title


@pytest.fixture(autouse=True)
def _above(settings: Settings) -> None:
    MEETINGS.clear()
    settings.DOSSIER_SECTIONS = [f"{__name__}.MeetingsSection"]


def with_meetings(*titles: str) -> str:
    rows = [f"  - {{key: M{number}, title: {title}}}\n" for number, title in enumerate(titles, start=1)]
    return f"{SMALL}meetings:\n{''.join(rows)}"


def test_a_section_from_above_comes_in_and_goes_out_after_the_trackers_own() -> None:
    done = bring_in(with_meetings("Busan", "Paris"))
    assert done.counts["meetings", "created"] == 2
    assert export().decode().endswith("\n\nmeetings:\n  - key: M1\n    title: Busan\n  - key: M2\n    title: Paris\n")
    again = bring_in(export().decode())
    assert not again.changed
    assert again.counts["meetings", "unchanged"] == 2


def test_a_section_with_nothing_to_say_is_left_out() -> None:
    bring_in(SMALL)
    assert b"meetings" not in export()


def test_problems_of_all_sections_are_told_together() -> None:
    text = with_meetings("Never", "''").replace("title: Wheat", "title: ' '")
    told = refusal(text)
    assert [problem.split(", ")[0] for problem in told] == ["line 42", "line 47", "line 48"]
    assert "meetings[0].title: was never held" in told[1]


def test_without_the_section_its_part_is_a_field_that_is_not_there(settings: Settings) -> None:
    settings.DOSSIER_SECTIONS = []
    assert "there is no such field (was 'meetings')" in refusal(with_meetings("Busan"))[0]
