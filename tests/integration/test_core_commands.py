"""The way from an empty database to the first own relationship, at the command line; and what each command refuses."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.access import Access, Right
from core.models import Event, Membership, Redaction, ServiceToken, User
from core.models.compartment import Compartment
from tests.world import PASSWORD, World
from tracker.models import Party, Relationship

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    """What it prints on standard output, and on standard error."""
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip()


def refused(*arguments: str) -> str:
    """The one line on standard error of a command that ends with 1."""
    with pytest.raises(CommandError) as ended:
        run(*arguments)
    assert ended.value.returncode == 1
    return str(ended.value)


US_CN = ("create_relationship", "us-cn", "--name", "US and China", "--prefix", "USCN")
SIDES = ("--party", "US=United States", "--party", "CN=China")


def test_from_nothing_to_a_lead_of_a_relationship(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PASSWORD", PASSWORD)
    run("create_user", "anna", "--name", "Anna", "--email", "anna@parley.example", "--time-zone", "Asia/Tokyo")
    assert "add_member us-cn" in run(*US_CN, *SIDES, "--home", "US")[0]
    assert run("add_member", "us-cn", "anna", "--role", "lead", "--cleared")[0] == "Anna, Lead of US and China, cleared"
    relationship, anna = Relationship.objects.get(), User.objects.get()
    assert str(relationship.home_party) == "US"
    assert list(Party.objects.values_list("code", "side", "names__text")) == [
        ("US", 1, "United States"),
        ("CN", 2, "China"),
    ]
    assert Access.of(anna).may(Right.MANAGE_MEMBERS, relationship.pk)
    assert relationship.pk in Access.of(anna).cleared
    assert anna.check_password(PASSWORD)


def test_a_generated_password_is_printed_and_fits() -> None:
    name, password = run("create_user", "anna", "--generate")[0].split()
    assert (name, User.objects.get().check_password(password)) == ("anna", True)


def test_an_operator_is_made_with_a_word() -> None:
    run("create_user", "anna", "--operator", "--generate")
    assert User.objects.get().is_superuser


def test_a_password_is_asked_for_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARLEY_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter([PASSWORD, PASSWORD, PASSWORD, "something else"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    run("create_user", "anna")
    assert User.objects.get().check_password(PASSWORD)
    assert "not the same" in refused("create_user", "berta")


def test_without_a_terminal_it_says_how_to_give_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARLEY_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert "PARLEY_PASSWORD" in refused("create_user", "anna")
    assert not User.objects.exists()


def test_a_weak_password_is_refused_by_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PASSWORD", "short")
    assert refused("create_user", "anna").startswith("password: ")


def test_each_thing_wrong_with_an_account_has_a_line() -> None:
    lines = refused("create_user", "anna", "--generate", "--email", "x", "--time-zone", "Mars").splitlines()
    assert sorted(line.split(":")[0] for line in lines) == ["email", "time_zone"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--party", "US=United States"), "parties"),
        (("--party", "US=A", "--party", "US=B"), "parties"),
        ((*SIDES, "--party", "RU=Russia"), "parties"),
        (("--party", "US", "--party", "CN=China"), "party"),
        (("--party", "=United States", "--party", "CN=China"), "party"),
        (("--party", "US=", "--party", "CN=China"), "party"),
        ((*SIDES, "--home", "RU"), "home_party"),
        (("--party", "U\x00=A", "--party", "CN=China"), "code"),
    ],
)
def test_a_relationship_that_cannot_be_is_refused_by_field(arguments: tuple[str, ...], field: str) -> None:
    assert refused(*US_CN, *arguments).startswith(f"{field}: ")
    assert not Relationship.objects.exists()


@pytest.mark.parametrize(
    ("slug", "prefix", "field"),
    [
        ("US CN", "USCN", "slug"),
        ("site", "USCN", "slug"),
        ("us-ru", "uscn", "key_prefix"),
        ("us-ru", "USCN", "key_prefix"),
    ],
)
def test_a_slug_or_prefix_that_is_malformed_or_taken_is_refused(slug: str, prefix: str, field: str) -> None:
    run(*US_CN, *SIDES)
    message = refused("create_relationship", slug, "--name", "X", "--prefix", prefix, *SIDES)
    assert field in [line.split(":")[0] for line in message.splitlines()]
    assert Compartment.objects.exclude(slug="site").count() == 1


def test_members_come_and_go(world: World) -> None:
    run("add_member", "us-ru", "viewer", "--role", "editor")
    assert "no member" in run("end_member", "us-ru", "viewer")[0]
    assert "no member" in refused("end_member", "us-ru", "viewer")
    assert Membership.objects.filter(user=world.people["viewer"], compartment=world.foreign).count() == 1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("add_member", "us-xx", "viewer", "--role", "lead"), "relationship"),
        (("add_member", "us-ru", "nobody", "--role", "lead"), "user"),
        (("add_member", "us-cn", "viewer", "--role", "lead"), "user"),
        (("add_member", "site", "viewer", "--role", "lead"), "relationship"),
        (("end_member", "us-xx", "viewer"), "relationship"),
        (("end_member", "us-cn", "stranger"), "user"),
        (("create_token", "nobody", "--name", "x"), "user"),
        (("create_token", "viewer", "--name", " "), "name"),
        (("create_token", "viewer", "--name", "x", "--relationship", "us-ru"), "relationship"),
        (("create_token", "viewer", "--name", "x", "--relationship", "us-xx"), "relationship"),
        (("create_token", "viewer", "--name", "x", "--days", "0"), "days"),
        (("create_token", "viewer", "--name", "x", "--days", "99999999999999999999"), "days"),
        (("revoke_token", "viewer", "x"), "name"),
        (("redact", "us-cn:1", "--reason", "x", "--as", "nobody"), "user"),
        (("redact", "us-cn:1", "--reason", "x", "--as", "cleared_lead"), "role"),
        (("redact", "us-cn:1", "--reason", " ", "--as", "operator"), "reason"),
        (("redact", "us-cn:99", "--reason", "x", "--as", "operator"), "seq"),
        (("redact", "us-xx:1", "--reason", "x", "--as", "operator"), "relationship"),
        (("redact", "us-cn", "--reason", "x", "--as", "operator"), "line"),
        (("redact", "us-cn:", "--reason", "x", "--as", "operator"), "line"),
        (("redact", "us-cn:-1", "--reason", "x", "--as", "operator"), "line"),
        (("redact", "us-cn:١", "--reason", "x", "--as", "operator"), "line"),
        (("redact", "us-cn:" + "9" * 5000, "--reason", "x", "--as", "operator"), "line"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_wrong_is_named_and_nothing_is_written(arguments: tuple[str, ...], field: str) -> None:
    before = Event.objects.count()
    message = refused(*arguments)
    assert message.startswith(f"{field}: ")
    assert "\n" not in message
    assert Event.objects.count() == before


def test_a_relationship_that_is_not_the_owners_is_answered_like_one_that_is_not_there(world: World) -> None:
    answers = [refused("create_token", "viewer", "--name", "x", "--relationship", slug) for slug in ("us-ru", "us-xx")]
    assert answers[0].replace("us-ru", "us-xx") == answers[1]


def test_a_token_is_all_that_standard_output_holds(world: World) -> None:
    text, notice = run("create_token", "viewer", "--name", "Nightly", "--relationship", "us-cn", "--days", "30")
    token = ServiceToken.objects.get()
    assert len(text.split()) == 1
    assert token.token_key == text[:15]
    assert "shown only now" in notice
    assert token.scopes == ["read", "write"]
    assert list(token.compartments.all()) == [Compartment.objects.get(slug="us-cn")]
    assert token.expiry is not None
    assert 29 <= (token.expiry - timezone.now()).days <= 30


def test_the_scopes_of_a_token_are_those_that_are_named(world: World) -> None:
    run("create_token", "viewer", "--name", "x", "--scope", "restricted", "--scope", "read")
    assert ServiceToken.objects.get().scopes == ["read", "restricted"]


def test_a_token_is_revoked_by_owner_and_name(world: World) -> None:
    run("create_token", "viewer", "--name", "x")
    assert run("revoke_token", "viewer", "x")[0] == "x of viewer is revoked."
    assert ServiceToken.objects.get().revoked_at is not None
    assert refused("revoke_token", "viewer", "x").startswith("name: ")


def test_a_redaction_names_both_lines(world: World) -> None:
    issue = world.issue()
    line = Event.objects.get(subject_id=issue.key, kind="issue.status_changed")
    printed = run("redact", f"us-cn:{line.seq}", "--reason", "A slip.", "--as", "operator")[0]
    assert printed == f"us-cn:{line.seq} is emptied; us-cn:{line.seq + 1} says so."
    assert issue.status_changes.get().reason == "[redacted]"
    assert Redaction.objects.count() == 2


def test_a_redaction_of_a_text_that_stands_elsewhere_too_says_so(world: World) -> None:
    issue = world.issue()
    line = Event.objects.get(subject_id=issue.key, kind="issue.created")
    assert (
        f"If tracker.issue {issue.key} itself"
        in run("redact", f"us-cn:{line.seq}", "--reason", "A slip.", "--as", "operator")[0]
    )


def test_an_operator_who_has_left_redacts_nothing(world: World) -> None:
    User.objects.filter(username="operator").update(is_active=False)
    assert refused("redact", "us-cn:1", "--reason", "x", "--as", "operator").startswith("role: ")
