"""Export, import into an empty database, export: the same bytes, and the same history behind them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Access
from core.actions.users import create_user
from core.models import User
from core.text import clean
from tests.dossiers import SMALL, bring_in, export, undone
from tests.unit.test_history_properties import ANY, History
from tests.world import NOW
from tracker.actions.history import Author, NewRow, append_rows
from tracker.actions.issues import Draft, create_issue
from tracker.actions.parties import Name, add_party
from tracker.actions.relationships import Side, create_relationship
from tracker.dossiers import issues as issues_section
from tracker.dossiers.history import export_row
from tracker.models import Issue, Party, Relationship, StatusChange
from tracker.statuses import Category, Priority, Trend

pytestmark = pytest.mark.django_db

DEMO = sorted((Path(django.BASE_DIR) / "demo").glob("*.yaml"))
# Histories of those tests happen in January 2026 and are known then; here they must have happened before.
EARLIER = dt.timedelta(days=60)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).map(str.strip) | st.sampled_from(
    ["yes", "null", "2026-02-04", "12", "- a", "a: b", "#", "中国", "=x", "'", '"', "\u202e", "e\u0301"]
)
LINES = st.lists(WORDS, max_size=3).map("\n".join)


def is_kept(text: str) -> bool:
    """Something visible, in a form that stays as it is when it is cleaned again."""
    try:
        return clean(text, field="", limit=200) == text
    except Exception:  # noqa: BLE001 - whatever is refused
        return False


# Each example enters some hundred statements; `make soak` looks at many.
A_FEW = settings(max_examples=max(15, settings().max_examples // 3))
TITLES = WORDS.filter(is_kept)
ROW = st.tuples(TITLES, st.sampled_from(["", *Trend.values]), st.sampled_from(["", "someone", "writer"]))
ISSUE = st.fixed_dictionaries(
    {
        "title": TITLES,
        "summary": LINES,
        "category": st.sampled_from(Category.values),
        "priority": st.sampled_from(Priority.values),
        "next_review": st.none() | st.dates(dt.date(1900, 1, 1)),
        "handling": st.sampled_from(["open", "restricted"]),
    }
)


def enter(
    history: History, draft: dict[str, Any], texts: list[tuple[str, str, str]], relationship: Relationship
) -> None:
    """As people do: the issue with its first row, then action after action."""
    authors = {"writer": Author(User.objects.get(username="writer")), "someone": Author(name="someone"), "": Author()}
    number = 0
    issue: Issue | None = None
    for action in history:
        rows = []
        for move in action:
            reason, trend, author = texts[number % len(texts)]
            number += 1
            rows.append(
                NewRow(
                    to=move.to_status,
                    reason=reason,
                    occurred_on=move.occurred_on - EARLIER,
                    trend=trend,
                    supersedes=move.supersedes,
                    known_at=move.known_at,
                    author=authors[author],
                )
            )
        if issue is None:
            parties = dict.fromkeys(Party.objects.filter(code="CC"), "affected")
            issue = create_issue(
                relationship=relationship,
                draft=Draft(**draft, parties=parties),
                history=rows,
                by=Access.system(),
                at=NOW,
            )
        else:
            append_rows(issue=issue, version=issue.version, rows=rows, by=Access.system(), at=NOW)


def make_relationship(names: list[str]) -> Relationship:
    by = Access.system()
    create_user(username="writer", password=None, by=by, at=NOW)
    sides = [Side("AA", "A"), Side("NO", "B")]
    made = create_relationship(slug="aa-bb", name="A – B", key_prefix="AABB", sides=sides, home="NO", by=by, at=NOW)
    cc = add_party(relationship=made, code="CC", names=[Name(text) for text in names], by=by, at=NOW)
    add_party(relationship=made, code="x", kind="person", parent=cc, by=by, at=NOW)
    return made


def on_record() -> list[tuple[object, ...]]:
    """The histories, apart from what belongs to the place where they are recorded."""
    return [
        (
            row.external_id,
            row.from_status,
            row.to_status,
            row.trend,
            row.reason,
            row.occurred_on,
            row.known_at,
            row.by.username if row.by else row.author_name,
            row.supersedes.seq if row.supersedes else None,
            (row.issue.status, row.issue.trend, row.issue.last_substantive_on, row.issue.handling),
        )
        for row in StatusChange.objects.select_related("issue", "by", "supersedes").order_by("issue", "seq")
    ]


@A_FEW
@given(st.lists(st.tuples(ANY.filter(bool), ISSUE), min_size=1, max_size=2), st.lists(ROW, min_size=1), st.sets(TITLES))
def test_random_histories_come_back_as_the_same_bytes(
    issues: list[tuple[History, dict[str, Any]]], texts: list[tuple[str, str, str]], names: set[str]
) -> None:
    with undone():
        with undone():
            made = make_relationship(sorted(names))
            for history, draft in issues:
                enter(history, draft, texts, made)
            first, record = export(), on_record()
        assert not Relationship.objects.exists()
        bring_in(first.decode())
        assert export() == first
        assert on_record() == record
        assert not bring_in(first.decode()).changed


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
@pytest.mark.parametrize("with_users", [False, True])
def test_each_dossier_of_the_demo_comes_back_as_the_same_bytes(path: Path, with_users: bool) -> None:
    text = path.read_text(encoding="utf-8")
    with undone():
        if with_users:
            create_user(username="editor", password=None, by=Access.system(), at=NOW)
        bring_in(text)
        first, record = export(path.stem), on_record()
        assert not bring_in(text).changed
        assert not bring_in(first.decode()).changed
    bring_in(first.decode())
    assert export(path.stem) == first
    assert on_record() == record


def test_a_history_that_lost_something_on_the_way_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: without known_at the bytes still come back the same, the record does not."""
    monkeypatch.setattr(
        issues_section,
        "export_row",
        lambda row, key, _: {name: value for name, value in export_row(row, key).items() if name != "known_at"},
    )
    with undone():
        bring_in(SMALL)
        first, record = export(), on_record()
    bring_in(first.decode())
    assert on_record() != record


def test_what_belongs_to_the_place_is_not_in_a_dossier() -> None:
    bring_in(SMALL)
    text = export().decode()
    assert not {"recorded_at", "seq:", "hash", "flag", "version", "last_substantive", "assignee"} & set(text.split())
    assert "by: an analyst" in text


def test_a_dossier_begins_and_looks_like_this() -> None:
    bring_in(SMALL)
    text = export().decode()
    assert text.startswith("dossier: 1\n\nrelationship:\n  slug: aa-bb\n  name: Aland and Beland\n")
    assert (
        "  - key: AABB-2\n"
        "    title: Wheat\n"
        "    summary: null\n"
        "    category: other\n"
        "    priority: normal\n"
        "    parent: AABB-1\n"
        "    next_review: null\n"
        "    handling: open\n"
        "    parties: []\n"
        "    history:\n"
        "      - id: AABB-2-H1\n"
        "        to: watch\n"
        "        reason: In a report.\n"
        "        occurred_on: 2025-12-01\n"
        "        known_at: 2025-12-02T08:00:00Z\n"
    ) in text
