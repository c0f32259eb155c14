"""What an import does to the record, and what it leaves alone."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Event, User
from tests.dossiers import HEAD, SMALL, bring_in, changed, export, refusal, rows
from tests.world import NOW, World
from tracker.models import Issue, IssueParty, PartyName, Relationship, StatusChange
from tracker.queries import status_of

pytestmark = pytest.mark.django_db


def grain() -> Issue:
    return Issue.objects.get(key="AABB-1")


def test_a_dossier_makes_a_relationship_with_its_parties_issues_and_histories() -> None:
    done = bring_in(SMALL)
    relationship = Relationship.objects.get(slug="aa-bb")
    assert (relationship.key_prefix, str(relationship.home_party)) == ("AABB", "AA")
    assert [(party.code, party.side, party.kind) for party in relationship.parties.order_by("code")] == [
        ("AA", 1, "state"),
        ("AA-MIN", None, "agency"),
        ("BB", 2, "state"),
        ("CC", None, "state"),
    ]
    assert PartyName.objects.get(kind="native").since == dt.date(2020, 1, 1)
    assert done.counts == {
        ("relationships", "created"): 1,
        ("parties", "created"): 4,
        ("issues", "created"): 2,
        ("history rows", "created"): 4,
        ("history rows", "unchanged"): 0,
    }


def test_an_imported_issue_stands_as_its_history_says() -> None:
    bring_in(SMALL)
    issue = grain()
    assert (issue.status, issue.trend, issue.priority, issue.number) == ("raised", "", "high", 1)
    assert status_of(issue, known=dt.datetime(2025, 11, 3, tzinfo=dt.UTC)) == "negotiating"
    assert {str(part.party): part.role for part in issue.parties.all()} == {"AA": "principal", "CC": "affected"}
    assert Issue.objects.get(key="AABB-2").parent == issue


def test_a_parent_takes_the_clock_of_its_imported_sub_issues() -> None:
    bring_in(SMALL)
    assert grain().last_substantive_on == dt.date(2025, 12, 1)


def test_a_row_keeps_when_it_was_known_and_says_when_it_was_recorded() -> None:
    bring_in(SMALL)
    row = StatusChange.objects.get(issue__key="AABB-1", seq=2)
    assert row.known_at == dt.datetime(2025, 11, 2, 8, tzinfo=dt.UTC)
    assert row.known_at_stated
    assert row.recorded_at == NOW


def test_a_row_that_does_not_say_when_it_was_known_is_known_now() -> None:
    bring_in(changed(SMALL, "\n        known_at: 2025-11-05T08:00:00Z", ""))
    row = StatusChange.objects.get(issue__key="AABB-1", seq=3)
    assert (row.known_at, row.known_at_stated) == (NOW, False)


def test_the_same_file_again_changes_nothing_and_writes_no_line() -> None:
    bring_in(SMALL)
    before, versions = rows(), list(Issue.objects.values_list("key", "version"))
    done = bring_in(SMALL, at=NOW + dt.timedelta(days=1))
    assert not done.changed
    assert done.counts[("issues", "unchanged")] == 2
    assert (rows(), list(Issue.objects.values_list("key", "version"))) == (before, versions)


def test_a_dry_run_says_what_would_change_and_writes_nothing() -> None:
    before = rows()
    done = bring_in(SMALL, dry_run=True)
    assert done.counts[("issues", "created")] == 2
    assert rows() == before


def test_a_changed_field_is_an_edit_on_the_ledger() -> None:
    bring_in(SMALL)
    done = bring_in(changed(SMALL, "title: Grain", "title: Grains"))
    assert (done.counts["issues", "changed"], done.counts["issues", "unchanged"]) == (1, 1)
    assert grain().title == "Grains"
    edited = Event.objects.get(kind="issue.edited")
    assert edited.changes == {"title": ["Grain", "Grains"]}


def test_what_a_file_leaves_out_stays_and_what_it_empties_is_emptied() -> None:
    bring_in(SMALL)
    bring_in(changed(SMALL, "    summary: Sales of grain.\n", ""))
    assert grain().summary == "Sales of grain."
    bring_in(changed(SMALL, "summary: Sales of grain.", "summary: null"))
    assert grain().summary == ""


def test_a_new_row_is_appended_and_moves_the_issue() -> None:
    bring_in(SMALL)
    version = grain().version
    row = "{id: AABB-2-H2, to: raised, reason: Said., occurred_on: 2026-01-05, known_at: 2026-01-06T00:00:00Z}"
    done = bring_in(f"{SMALL}      - {row}\n")
    wheat = Issue.objects.get(key="AABB-2")
    assert wheat.status == "raised"
    assert grain().last_substantive_on == dt.date(2026, 1, 5)
    assert grain().version == version
    assert (done.counts["history rows", "created"], done.counts["history rows", "unchanged"]) == (1, 4)


def test_new_rows_of_an_issue_are_judged_together() -> None:
    """A late row that breaks what follows may come with the row that takes that away."""
    bring_in(SMALL)
    late = "{id: AABB-1-H4, to: negotiating, reason: Late., occurred_on: 2025-10-15, known_at: 2026-01-06T00:00:00Z}"
    void = "{id: AABB-1-H5, to: null, reason: Gone., occurred_on: 2025-11-01, supersedes: AABB-1-H3}"
    first = changed(SMALL, "  - key: AABB-2\n", f"      - {late}\n  - key: AABB-2\n")
    assert "may not be followed by" in refusal(first)[0]
    bring_in(changed(SMALL, "  - key: AABB-2\n", f"      - {late}\n      - {void}\n  - key: AABB-2\n"))
    assert grain().status == "negotiating"


def test_an_issue_that_is_not_in_the_file_stays() -> None:
    bring_in(SMALL)
    bring_in(SMALL[: SMALL.index("  - key: AABB-2")])
    assert Issue.objects.count() == 2


def test_a_party_gets_a_role_or_another_one_and_loses_none() -> None:
    bring_in(SMALL)
    text = changed(SMALL, "- {party: AA, role: principal}", "- {party: BB, role: mediator}")
    bring_in(changed(text, "role: affected", "role: principal"))
    assert dict(IssueParty.objects.values_list("party__code", "role")) == {
        "AA": "principal",
        "BB": "mediator",
        "CC": "principal",
    }
    changes: Any = Event.objects.get(kind="issue.edited").changes
    assert changes["party CC"] == ["affected", "principal"]


def test_a_name_is_added_and_none_is_taken_away() -> None:
    bring_in(SMALL)
    done = bring_in(changed(SMALL, "{text: Celand}", "{text: Zeland}"))
    assert done.counts["parties", "changed"] == 1
    assert set(PartyName.objects.filter(party__code="CC").values_list("text", flat=True)) == {"Celand", "Zeland"}


def test_the_name_of_a_relationship_is_edited() -> None:
    bring_in(SMALL)
    done = bring_in(changed(SMALL, "name: Aland and Beland\n", "name: A and B\n"))
    assert done.counts["relationships", "changed"] == 1
    assert Relationship.objects.get().name == "A and B"


def test_the_ledger_tells_where_the_lines_come_from() -> None:
    bring_in(SMALL)
    last = Event.objects.latest("pk")
    assert last.kind == "dossier.imported"
    changes: Any = last.changes
    assert changes["issues created"] == [None, 2]
    assert changes["sha256"] == [None, hashlib.sha256(SMALL.encode()).hexdigest()]


def test_authors_are_users_where_there_are_such_and_names_where_not(world: World) -> None:
    bring_in(changed(SMALL, "by: an analyst", "by: editor"))
    row = StatusChange.objects.get(issue__key="AABB-1", seq=1)
    assert (row.by, row.author_name) == (world.people["editor"], "")
    assert b"by: editor" in export()


def test_an_author_who_is_no_user_is_a_name() -> None:
    bring_in(SMALL)
    row = StatusChange.objects.get(issue__key="AABB-1", seq=1)
    assert (row.by, row.author_name) == (None, "an analyst")
    assert not User.objects.exists()


def test_without_issues_a_dossier_is_a_relationship() -> None:
    assert bring_in(HEAD).counts[("relationships", "created")] == 1
    assert bring_in(HEAD + "issues: []\n").changed is False


def test_an_issue_on_record_need_not_state_its_history_and_a_new_one_must() -> None:
    bring_in(SMALL)
    bring_in(HEAD + "issues:\n  - {key: AABB-1, title: Corn}\n")
    assert grain().title == "Corn"
    told = refusal(HEAD + "issues:\n  - {key: AABB-3, title: Corn}\n")
    assert told == ["line 13, column 5: issues[0].history: an issue begins with a first status"]


RESTRICT = "    title: {}\n    handling: {}\n"


def handled(parent: str, child: str) -> str:
    text = changed(SMALL, "    title: Grain\n", RESTRICT.format("Grain", parent))
    return changed(text, "    title: Wheat\n", RESTRICT.format("Wheat", child))


def test_parent_and_sub_issue_are_restricted_and_opened_by_one_file() -> None:
    bring_in(SMALL)
    for parent, child in (("restricted", "restricted"), ("open", "open"), ("open", "restricted")):
        bring_in(handled(parent, child))
        assert list(Issue.objects.order_by("number").values_list("handling", flat=True)) == [parent, child]
    assert "a restricted issue has restricted sub-issues only" in " ".join(refusal(handled("restricted", "open")))


def test_the_line_about_an_import_is_restricted_when_it_tells_of_something_restricted() -> None:
    bring_in(handled("restricted", "restricted"))
    assert Event.objects.get(kind="dossier.imported").handling == "restricted"


def many_issues(slug: str, number: int) -> str:
    prefix = slug.upper().replace("-", "")
    rows = [
        f"  - key: {prefix}-{n}\n    title: T\n    history:\n"
        f"      - {{id: {prefix}-{n}-H1, to: watch, reason: R, occurred_on: 2026-01-01}}\n"
        for n in range(1, number + 1)
    ]
    return HEAD.replace("aa-bb", slug).replace("AABB", prefix) + "issues:\n" + "".join(rows)


def statements(text: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        bring_in(text)
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries.captured_queries)


def test_an_import_takes_the_same_statements_however_many_issues_there_are() -> None:
    few, many = statements(many_issues("xx-yy", 10)), statements(many_issues("xx-zz", 60))
    assert many <= few + 5
    assert statements(many_issues("xx-zz", 60)) <= few
