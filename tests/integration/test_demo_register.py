"""The demo: what `make run` shows a newcomer, and what the two reports it is made from allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from core.access import Access
from core.actions.members import end_membership
from core.checks import nobody_has_a_known_password
from core.models import Event, Membership, User
from tests.dossiers import rows
from tests.world import NOW
from tracker.actions.issues import edit_issue
from tracker.models import Deadline, Issue, IssueParty, Note, PartyName, Position, StatusChange
from tracker.queries import status_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def told() -> str:
    return load()


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def statuses(slug: str) -> dict[str, str]:
    return dict(Issue.objects.filter(relationship__slug=slug).values_list("title", "status"))


def test_four_people_can_sign_in_with_what_is_printed(told: str) -> None:
    for line in told.splitlines()[1:]:
        username, password, *_ = line.split()
        user = authenticate(RequestFactory().post("/"), username=username, password=password)
        assert isinstance(user, User)
        assert user.is_demo
    assert len(told.splitlines()) == 5


def test_loading_again_prints_the_same_and_changes_nothing(told: str) -> None:
    before = rows()
    assert load() == told
    assert rows() == before


def test_loading_again_overwrites_nothing_that_was_entered(told: str) -> None:
    issue = Issue.objects.get(key="USCN-4")
    edit_issue(issue=issue, version=issue.version, values={"title": "Beans"}, by=Access.system(), at=NOW)
    viewer = Membership.objects.get(user__username="viewer", compartment__slug="us-cn")
    end_membership(membership=viewer, by=Access.system(), at=NOW)
    load()
    assert Issue.objects.get(key="USCN-4").title == "Beans"
    assert not Membership.objects.current().filter(user__username="viewer", compartment__slug="us-cn").exists()


def test_an_account_that_is_not_of_the_demo_is_left_alone() -> None:
    own = User.objects.create_user("lead", "a password of their own")
    assert "lead " not in load()
    own.refresh_from_db()
    assert own.check_password("a password of their own")
    assert not own.memberships.exists()


def test_the_demo_is_loaded_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tracker.management.commands import load_demo

    monkeypatch.setattr(load_demo, "FOLDER", tmp_path)
    (tmp_path / "us-cn.yaml").write_bytes((django.BASE_DIR / "demo" / "us-cn.yaml").read_bytes())
    with pytest.raises(FileNotFoundError):
        load()
    assert not User.objects.exists()
    assert not Issue.objects.exists()


def test_production_refuses_to_load_it(settings: Settings) -> None:
    settings.PARLEY_PRODUCTION = True
    with pytest.raises(CommandError, match="a production site does not load it"):
        load()
    assert not User.objects.exists()


def test_production_is_not_deployed_with_its_accounts(told: str, settings: Settings) -> None:
    assert nobody_has_a_known_password(databases=["default"]) == []
    settings.PARLEY_PRODUCTION = True
    found = nobody_has_a_known_password(databases=["default"])
    assert [error.id for error in found] == ["core.E003"] * 4
    User.objects.update(is_active=False)
    assert nobody_has_a_known_password(databases=["default"]) == []
    assert nobody_has_a_known_password() == []


def test_roles_differ_between_relationships_and_one_is_closed_to_most(told: str) -> None:
    roles = {
        (row.user.username, row.compartment.slug): row.role
        for row in Membership.objects.select_related("user", "compartment")
    }
    assert roles["editor", "us-cn"] == "editor"
    assert roles["editor", "us-ru"] == "viewer"
    assert {username for username, slug in roles if slug in ("cn-ru", "gr-mk")} == {"lead"}


def test_the_register_has_the_issues_of_the_two_reports(told: str) -> None:
    assert statuses("us-cn") == {
        "Contacts between the leaders": "discussing",
        "Taiwan": "raised",
        "Arms sales to Taiwan": "raised",
        "Soybeans": "raised",
        "Chinese purchases of American oil and gas": "raised",
        "Deliveries of aircraft engines": "watch",
        "Tariffs and countermeasures": "raised",
        "Rare earths": "raised",
        "TikTok": "watch",
        "Fentanyl": "watch",
        "Chip export controls": "raised",
        "Ukraine and Russian oil": "raised",
        "Intellectual property": "watch",
        "Industrial subsidies": "watch",
        "Venezuela": "watch",
        "Iran": "raised",
        "Critical minerals": "watch",
    }
    assert statuses("us-ru") == {"New START": "negotiating"}
    assert set(statuses("cn-ru").values()) == {"raised"}


def test_some_of_it_has_gone_quiet_on_the_monday_and_most_has_not(told: str) -> None:
    stale = set(Issue.objects.all().stale_on(TODAY).values_list("key", flat=True))
    assert stale == {"USCN-7", "USCN-8", "USCN-11"}


def test_a_note_of_no_change_covers_several_issues_and_wakes_them(told: str) -> None:
    issues = Note.objects.get(kind="no_change", relationship__slug="us-cn").issues.order_by("number")
    assert [issue.key for issue in issues] == ["USCN-9", "USCN-10", "USCN-13", "USCN-14"]
    assert {issue.last_substantive_on for issue in issues} == {dt.date(2026, 2, 6)}


def test_a_register_of_another_pair_is_there_too_with_what_it_was_settled_by(told: str) -> None:
    assert statuses("gr-mk") == {
        "The name of the country": "implementing",
        "Changes of the constitution": "resolved",
        "Accession to NATO": "resolved",
        "Talks on accession to the European Union": "resolved",
        "Schoolbooks and history": "implementing",
    }
    outcomes = dict(Deadline.objects.filter(relationship__slug="gr-mk").values_list("key", "outcome"))
    assert outcomes == {"GRMK-D1": "missed", "GRMK-D2": "met"}
    held = Position.objects.filter(relationship__slug="gr-mk").held()
    assert set(held.values_list("party__code", flat=True)) == {"GR", "MK"}


def test_each_row_was_known_on_the_day_of_its_report_or_after(told: str) -> None:
    of_the_reports = StatusChange.objects.exclude(issue__relationship__slug="gr-mk")
    days = {row.known_at.date() for row in of_the_reports}
    assert days == {dt.date(2025, 10, 29), dt.date(2026, 2, 5), dt.date(2026, 2, 6)}
    assert all(row.known_at_stated and row.recorded_at == NOW for row in StatusChange.objects.all())


def test_a_correction_shows_the_two_clocks(told: str) -> None:
    iran = Issue.objects.get(key="USCN-16")
    call = dt.date(2026, 2, 4)
    assert status_of(iran, happened=call) == "raised"
    assert status_of(iran, happened=call, known=dt.datetime(2026, 2, 5, 12, tzinfo=dt.UTC)) == "discussing"


def test_taiwan_is_affected_by_the_arms_sales_and_no_party_to_them(told: str) -> None:
    roles = dict(IssueParty.objects.filter(issue__key="USCN-3").values_list("party__code", "role"))
    assert roles == {"CN": "principal", "US": "principal", "TW": "affected"}


def test_parties_have_their_names_in_other_scripts(told: str) -> None:
    names = set(PartyName.objects.filter(party__relationship__slug="us-cn").values_list("party__code", "text"))
    assert {("CN", "中国"), ("US", "美国"), ("guo-jiakun", "Gou Jiakun")} <= names


def test_the_claims_of_the_reports_are_told_as_claims(told: str) -> None:
    """A number of one side about the other, a figure of legislators, a contradiction: each with whose it is."""
    reasons = {row.external_id: row.reason for row in StatusChange.objects.select_related("issue")}
    assert "neither negotiating nor agreed" in reasons["USCN-4-H2"]
    assert "up to 20 million tons" in reasons["USCN-4-H2"]
    assert "Legislators do not speak for a government" in reasons["USCN-3-H1"]
    assert "both versions are kept" in reasons["USCN-1-H2"]
    assert "unattributed" in reasons["USRU-1-H1"]


LEADS = [
    "TSMC",
    "solar",
    "Musk",
    "Panama",
    "Hutchison",
    "Nvidia",
    "H200",
    "ByteDance",
    "deep-sea",
    "real estate",
    "space",
]


def test_nothing_in_it_comes_from_a_headline(told: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (django.BASE_DIR / "demo").glob("*.yaml"))
    assert [word for word in LEADS if word.lower() in text.lower()] == []


def test_the_ledger_tells_of_the_import_and_of_who_joined(told: str) -> None:
    kinds = set(Event.objects.filter(compartment__slug="us-cn").values_list("kind", flat=True))
    assert {"relationship.created", "issue.created", "dossier.imported", "member.added", "issue.edited"} <= kinds
