"""Accounts: made by operators, with a password that is worth the name, and closed without a trace of the person."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client

from core.access import Access
from core.actions.leaving import deactivate_user
from core.actions.tokens import create_token
from core.actions.users import create_user
from core.errors import Conflict, Forbidden, InvalidInput, ParleyError, Problems
from core.models import Event, Membership, ServiceToken, User
from core.site import site_id
from core.verification import Head, verify_chain
from tests.world import NOW, PASSWORD, World

pytestmark = pytest.mark.django_db

SYSTEM = Access.system()


def make(by: Access = SYSTEM, **given: object) -> User:
    values = {"username": "anna", "password": PASSWORD, **given}
    return create_user(by=by, at=NOW, **values)  # type: ignore[arg-type]


def refusal(**given: object) -> set[str]:
    """The fields that are named."""
    with pytest.raises(ParleyError) as refused:
        make(**given)  # type: ignore[arg-type]
    assert not User.objects.filter(username="anna").exists()
    error = refused.value
    return {part.field for part in error.problems} if isinstance(error, Problems) else {error.field}


def test_a_new_account_may_sign_in_and_sees_nothing() -> None:
    user = make(display_name="Anna", email="anna@parley.example", time_zone="Asia/Tokyo")
    assert authenticate(HttpRequest(), username="anna", password=PASSWORD) == user
    assert Access.of(user).compartments == frozenset()
    assert not user.is_staff


def test_its_making_stands_on_the_ledger_of_the_site_without_the_password() -> None:
    user = make(display_name="Anna")
    line = Event.objects.get(compartment=site_id(), subject_id=user.external_id)
    assert line.kind == "user.created"
    assert line.changes == {"username": [None, "anna"], "display_name": [None, "Anna"], "is_superuser": [None, False]}


def test_an_account_without_a_password_cannot_sign_in() -> None:
    make(password=None)
    assert authenticate(HttpRequest(), username="anna", password="") is None


@pytest.mark.parametrize("name", ["viewer", "lead", "cleared_lead", "stranger"])
def test_only_operators_make_and_close_accounts(world: World, name: str) -> None:
    with pytest.raises(Forbidden):
        make(world.access(name))
    with pytest.raises(Forbidden):
        deactivate_user(user=world.people["viewer"], by=world.access(name), at=NOW)


@pytest.mark.parametrize(
    "password",
    ["", "tiny", "12345678901234", "password1234", "x" * 1001, "long enough\x00!", "\ud800" * 14],
)
def test_a_weak_password_is_refused_and_never_quoted(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make(password=password)
    assert refused.value.field == "password"
    assert refused.value.value is None
    assert not password or password not in str(refused.value)


def test_a_password_like_the_name_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too similar"):
        make(username="rapporteur-one", password="Rapporteur-One1")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "an na"),
        ("username", "änna"),
        ("username", "a\x00"),
        ("username", "a" * 151),
        ("username", "former-7"),
        ("username", "Former-7"),
        ("display_name", "A\x00"),
        ("display_name", "A" * 151),
        ("display_name", "\ud800"),
        ("email", "anna"),
        ("email", "a\x00@parley.example"),
        ("email", "a@" + "b" * 300 + ".example"),
        ("email", "\udfff@parley.example"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", ""),
    ],
)
def test_what_is_malformed_is_named(field: str, value: str) -> None:
    assert refusal(**{field: value}) == {field}


def test_all_that_is_malformed_is_named_at_once() -> None:
    assert refusal(email="anna", time_zone="Mars/Olympus") == {"email", "time_zone"}


def test_a_name_is_taken_once() -> None:
    make()
    with pytest.raises(ParleyError) as refused:
        make()
    assert "username" in str(refused.value)


def test_a_name_that_another_takes_meanwhile_is_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    make()
    monkeypatch.setattr("core.actions.users.validated", lambda user: user)
    with pytest.raises(Conflict) as refused:
        make()
    assert refused.value.field == "username"


@pytest.fixture
def leaver(world: World) -> User:
    """Cleared, with a name and an address and a token."""
    user = world.people["cleared_lead"]
    create_token(user=user, name="t", scopes=["read"], by=Access.of(user), at=NOW)
    return user


def leave(user: User, *, anonymise: bool = False) -> User:
    return deactivate_user(user=user, by=SYSTEM, at=NOW, anonymise=anonymise)


@pytest.mark.parametrize("anonymise", [False, True])
def test_an_account_that_is_closed_loses_memberships_tokens_and_sign_in(leaver: User, anonymise: bool) -> None:
    name = leaver.username
    leave(leaver, anonymise=anonymise)
    assert not Membership.objects.current().filter(user=leaver).exists()
    assert not ServiceToken.objects.filter(revoked_at=None).exists()
    assert authenticate(HttpRequest(), username=name, password=PASSWORD) is None


@pytest.mark.parametrize("anonymise", [False, True])
def test_sessions_and_tokens_of_a_closed_account_end_at_once(leaver: User, anonymise: bool) -> None:
    token = ServiceToken.objects.get()
    client = Client()
    client.force_login(leaver, backend="core.backends.PasswordBackend")
    assert client.get("/admin/").status_code == 200
    leave(leaver, anonymise=anonymise)
    assert client.get("/admin/").status_code == 302
    token = ServiceToken.objects.select_related("user").get(pk=token.pk)
    assert Access.of_token(token) == Access.nobody()


def test_each_ledger_says_what_ended_there(world: World, leaver: User) -> None:
    leave(leaver)
    assert Event.objects.filter(compartment=world.home).latest("seq").kind == "member.ended"
    last = Event.objects.filter(compartment=site_id()).order_by("-seq").values_list("kind", flat=True)
    assert list(last[:2]) == ["token.revoked", "user.deactivated"]


def test_whoever_is_anonymised_leaves_a_number_and_deeds(world: World) -> None:
    user = make(username="berta", display_name="Berta", email="berta@parley.example")
    leave(user, anonymise=True)
    kept = User.objects.get(pk=user.pk)
    assert (kept.username, kept.display_name, kept.email) == (f"former-{user.pk}", "", "")
    assert not kept.has_usable_password()
    lines = Event.objects.filter(subject_id=user.external_id)
    assert "erta" not in str(list(lines.values()))
    assert [line.kind for line in lines.order_by("seq")] == ["user.created", "user.anonymised"]
    assert isinstance(verify_chain(Event.objects.latest("pk").compartment), Head)


def test_an_operator_who_is_anonymised_is_no_operator(world: World) -> None:
    kept = leave(world.people["operator"], anonymise=True)
    assert not kept.is_superuser


def test_deeds_of_somebody_who_left_keep_their_author(leaver: User) -> None:
    deed = Event.objects.get(kind="token.created")
    leave(leaver, anonymise=True)
    deed.refresh_from_db()
    assert deed.actor == leaver


def test_an_account_is_closed_once_and_may_be_anonymised_later(leaver: User) -> None:
    leave(leaver)
    with pytest.raises(Conflict):
        leave(leaver)
    leave(leaver, anonymise=True)
    with pytest.raises(Conflict):
        leave(leaver, anonymise=True)


def test_a_page_that_was_open_since_before_does_not_undo_a_change(world: World) -> None:
    """The account is read again before it is written: what the caller holds may be old."""
    stale = User.objects.get(username="viewer")
    User.objects.filter(pk=stale.pk).update(email="new@parley.example")
    assert leave(stale).email == "new@parley.example"
