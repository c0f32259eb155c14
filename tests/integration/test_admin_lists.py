"""The lists: what they cost, what they show, and what they refuse."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from tests.pages import at, signed_in, text_of
from tests.world import NOW, World
from tracker.admin.issues import IssueAdmin
from tracker.models import Flag, Issue

pytestmark = pytest.mark.django_db

LIST_COSTS = 7  # session, person, memberships, people for the filters, issues, flags, what is next
# Session, person, memberships, flags of silence and their issues, other flags, own issues, deadlines that are over and
# those to come, reviews, moves.
START_COSTS = 11
# Session, person, memberships, issue, parties and their names, flags, parties of the issue, parts; history, claims that
# its rows cite, claims, their sources, positions, deadlines, notes, links, the same matter elsewhere.
ISSUE_COSTS = 17


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def many(world: World, number: int) -> None:
    """Copies of one issue, each with a flag: for counting statements, their histories do not matter."""
    model = world.issue("Model", assignee=world.people["editor"])
    rows = [
        Issue(
            relationship=world.home,
            number=n,
            key=f"USCN-{n}",
            title=f"Issue {n}",
            status="raised",
            assignee=model.assignee,
            last_substantive_on=model.last_substantive_on - dt.timedelta(days=n),
            created_at=NOW,
        )
        for n in range(2, number + 1)
    ]
    for row in Issue.objects.bulk_create(rows):
        flag(row)


def flag(issue: Issue, level: str = "notice") -> Flag:
    return Flag.objects.create(
        relationship=issue.relationship,
        subject_kind="issue",
        subject_id=issue.pk,
        rule="silence",
        level=level,
        since=issue.last_substantive_on,
        raised_at=NOW,
    )


def cost(world: World, address: str, name: str = "editor") -> int:
    client = signed_in(world.people[name])
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert client.get(address).status_code == 200
    return len(statements)


@pytest.mark.parametrize("number", [1, 100])
def test_the_list_of_issues_costs_seven_statements_whatever_its_length(world: World, number: int) -> None:
    many(world, number)
    assert cost(world, at("issue_changelist")) == LIST_COSTS


def test_search_and_filters_cost_no_further_statement(world: World) -> None:
    many(world, 100)
    query = "?q=issue&status=raised&relationship=us-cn&assignee=editor&flagged=yes&silent=7&o=-6"
    assert cost(world, at("issue_changelist") + query) == LIST_COSTS


def test_the_list_never_counts(world: World) -> None:
    many(world, 100)
    client = signed_in(world.people["editor"])
    with CaptureQueriesContext(connection) as statements:
        client.get(at("issue_changelist"))
    assert [one["sql"] for one in statements if "COUNT(" in one["sql"].upper()] == []


@pytest.mark.parametrize("number", [1, 100])
def test_the_page_of_an_issue_has_a_fixed_cost(world: World, number: int) -> None:
    many(world, number)
    assert cost(world, at("issue_change", Issue.objects.get(number=1).pk)) == ISSUE_COSTS


@pytest.mark.parametrize("number", [2, 100])
def test_the_start_page_has_a_fixed_cost(world: World, number: int) -> None:
    many(world, number)
    assert cost(world, "/admin/") == START_COSTS


@pytest.mark.parametrize(("name", "costs"), [("flag", 6), ("event", 7), ("membership", 5), ("relationship", 4)])
def test_the_other_lists_have_a_fixed_cost(world: World, name: str, costs: int) -> None:
    many(world, 2)
    assert cost(world, at(f"{name}_changelist")) == costs
    for number in range(30):
        flag(world.issue(f"Issue {number}"))
    assert cost(world, at(f"{name}_changelist")) == costs


def test_the_first_page_ends_with_a_way_to_the_next_and_the_last_without(world: World) -> None:
    many(world, 60)
    client = signed_in(world.people["viewer"])
    first, second = client.get(at("issue_changelist")), client.get(at("issue_changelist") + "?p=2")
    assert (len(first.context["cl"].result_list), len(second.context["cl"].result_list)) == (50, 10)
    assert 'rel="next"' in first.content.decode()
    assert 'rel="next"' not in second.content.decode()


def test_a_row_says_key_status_trend_priority_person_silence_and_flags(world: World) -> None:
    issue = world.issue("Rare earths", assignee=world.people["lead"], priority="high", occurred_on=dt.date(2026, 1, 1))
    flag(issue, "escalated")
    text = text_of(signed_in(world.people["viewer"]).get(at("issue_changelist")))
    assert "USCN-1 Rare earths Raised – High lead 39 Gone quiet, escalated" in text


def test_a_cleared_flag_does_not_show(world: World) -> None:
    row = flag(world.issue())
    Flag.objects.filter(pk=row.pk).update(cleared_at=NOW, cleared_why="It moved.")
    assert "Gone quiet" not in text_of(signed_in(world.people["viewer"]).get(at("issue_changelist")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=soy", ["USCN-1"]),
        ("q=USCN-2", ["USCN-2"]),
        ("status=negotiating", ["USCN-2"]),
        ("status=", ["USCN-1", "USCN-2"]),
        ("priority=high", ["USCN-2"]),
        ("category=trade", ["USCN-1"]),
        ("assignee=me", ["USCN-2"]),
        ("assignee=editor", ["USCN-2"]),
        ("assignee=-", ["USCN-1"]),
        ("flagged=yes", ["USCN-1"]),
        ("flagged=no", ["USCN-2"]),
        ("silent=30", ["USCN-1"]),
        ("relationship=us-cn", ["USCN-1", "USCN-2"]),
        ("o=-0", ["USCN-2", "USCN-1"]),
        ("o=6", ["USCN-2", "USCN-1"]),
        ("o=-6.0", ["USCN-1", "USCN-2"]),
        ("o=", ["USCN-1", "USCN-2"]),
    ],
)
def test_a_filter_shows_what_it_says(world: World, query: str, found: list[str]) -> None:
    flag(world.issue("Soybeans", category="trade", occurred_on=dt.date(2026, 1, 1)))
    world.issue("Rare earths", status="negotiating", priority="high", assignee=world.people["editor"])
    page = signed_in(world.people["editor"]).get(f"{at('issue_changelist')}?{query}")
    assert [issue.key for issue in page.context["cl"].result_list] == found


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("e=1", 400),
        ("nonsense=1", 400),
        ("id__in=1", 400),
        ("relationship__slug__startswith=us", 400),
        ("relationship=us-ru", 400),
        ("relationship=none-such", 400),
        ("assignee=stranger", 400),
        ("assignee=none-such", 400),
        ("status=RAISED", 400),
        ("silent=8", 400),
        ("o=1", 400),
        ("o=99", 400),
        ("o=title", 400),
        ("o=٠", 400),
        ("_popup=1", 400),
        ("all=", 400),
        ("q=" + "x" * 201, 400),
        ("q=" + "a+" * 13, 400),
        ("p=0", 404),
        ("p=2", 404),
        ("p=-1", 404),
        ("p=x", 404),
        ("p=٢", 404),
        ("p=100000000000000000000", 404),
    ],
)
def test_nonsense_in_the_address_is_refused_by_name(world: World, query: str, status: int) -> None:
    world.issue()
    response = signed_in(world.people["editor"]).get(f"{at('issue_changelist')}?{query}")
    assert response.status_code == status
    if status == 400:
        assert query.partition("=")[0] in text_of(response)


def test_what_is_foreign_and_what_is_not_there_are_refused_alike(world: World) -> None:
    client = signed_in(world.people["editor"])
    answers = {
        client.get(f"{at('issue_changelist')}?relationship={slug}").content.replace(slug.encode(), b"")
        for slug in ("us-ru", "us-xx")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("column", sorted(IssueAdmin.orders))
@pytest.mark.parametrize("sign", ["", "-"])
def test_each_order_that_is_offered_runs_along_an_index(world: World, column: str, sign: str) -> None:
    many(world, 100)
    place = IssueAdmin.list_display.index(column)
    page = signed_in(world.people["lead"]).get(f"{at('issue_changelist')}?o={sign}{place}")
    assert not sorts(page.context["cl"].queryset[:51])


def test_an_order_without_an_index_would_show_in_the_plan(world: World) -> None:
    """The control of the test above."""
    many(world, 100)
    assert sorts(Issue.objects.order_by("title")[:51])


def sorts(rows: QuerySet[Issue]) -> bool:
    """Whether the database sorts rows rather than reading them in order, now that it knows what the table holds."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":  # which would sort a table as small as this one all the same
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    return "TEMP B-TREE" in plan or "Sort" in plan
