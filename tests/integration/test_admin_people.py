"""Relationships, members, accounts and tokens: kept through their actions, ended and never deleted."""

from __future__ import annotations

import datetime as dt

import pytest
from time_machine import TimeMachineFixture

from core.actions.tokens import create_token
from core.models import Event, Membership, ServiceToken, User
from tests.pages import at, errors_of, sent, signed_in, text_of
from tests.world import NOW, World
from tracker.models import Relationship

pytestmark = pytest.mark.django_db

NEW_RELATIONSHIP = {
    "name": "United States – Japan",
    "slug": "us-jp",
    "key_prefix": "USJP",
    "first_code": "US",
    "first_name": "United States",
    "second_code": "JP",
    "second_name": "Japan",
    "home": "first",
}


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW + dt.timedelta(hours=1), tick=False)


def membership(world: World, name: str) -> Membership:
    return world.people[name].memberships.get()


def newcomer(username: str = "newcomer") -> User:
    return User.objects.create_user(username, "correct horse battery")


def test_a_lead_adds_a_member_who_sees_the_record_from_then_on(world: World) -> None:
    world.issue()
    person = newcomer()
    values = {"compartment": "us-cn", "user": "newcomer", "role": "viewer"}
    assert sent(signed_in(world.people["lead"]), at("membership_add"), values).status_code == 302
    assert "Soybeans" in text_of(signed_in(person).get(at("issue_changelist")))
    assert Event.objects.filter(kind="member.added", subject_id=person.external_id).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"user": "nobody-here"}, "user"),
        ({"user": "viewer"}, "user"),
        ({"user": ""}, "user"),
        ({"compartment": "us-ru"}, "compartment"),
        ({"compartment": "site"}, "compartment"),
        ({"role": "king"}, "role"),
        ({"cleared": "on"}, "cleared"),
    ],
)
def test_a_refused_member_says_why_at_the_field(world: World, changes: dict[str, str], field: str) -> None:
    newcomer()
    values = {"compartment": "us-cn", "user": "newcomer", "role": "viewer", **changes}
    response = sent(signed_in(world.people["lead"]), at("membership_add"), values)
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}


def test_a_lead_changes_a_role_and_ends_a_membership_that_stays_on_record(world: World) -> None:
    lead, row = signed_in(world.people["lead"]), membership(world, "viewer")
    assert sent(lead, at("membership_change", row.pk), {"role": "editor"}).status_code == 302
    assert lead.post(at("membership_end", row.pk)).status_code == 302
    row.refresh_from_db()
    assert (row.role, row.ended_at) == ("editor", NOW + dt.timedelta(hours=1))
    assert "Ended" in text_of(lead.get(at("membership_change", row.pk)))


def test_the_only_lead_cannot_leave(world: World) -> None:
    row = membership(world, "cleared_lead")
    signed_in(world.people["lead"]).post(at("membership_end", row.pk))
    response = signed_in(world.people["lead"]).post(at("membership_end", membership(world, "lead").pk))
    assert response.status_code == 400
    assert "only lead" in text_of(response)


def test_members_of_another_relationship_are_not_there_for_a_lead(world: World) -> None:
    lead, theirs = signed_in(world.people["lead"]), membership(world, "stranger")
    assert "stranger" not in text_of(lead.get(at("membership_changelist")))
    assert lead.post(at("membership_end", theirs.pk)).status_code == 404


def test_a_member_reads_who_belongs_and_changes_nothing(world: World) -> None:
    viewer, row = signed_in(world.people["viewer"]), membership(world, "editor")
    assert "editor" in text_of(viewer.get(at("membership_changelist")))
    assert viewer.post(at("membership_change", row.pk), {"role": "lead"}).status_code == 403
    assert viewer.post(at("membership_end", row.pk)).status_code == 403


def test_an_operator_opens_a_relationship_and_names_its_lead(world: World) -> None:
    operator, person = signed_in(world.people["operator"]), newcomer()
    assert sent(operator, at("relationship_add"), NEW_RELATIONSHIP)["Location"] == at("membership_add")
    assert (
        sent(operator, at("membership_add"), {"compartment": "us-jp", "user": "newcomer", "role": "lead"}).status_code
        == 302
    )
    row = Relationship.objects.get(slug="us-jp")
    assert "Japan" in text_of(signed_in(person).get(at("relationship_change", row.pk)))
    assert "Japan" not in text_of(operator.get(at("relationship_change", row.pk))).replace("United States – Japan", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "us-cn"}, "slug"),
        ({"slug": "US JP"}, "slug"),
        ({"key_prefix": "usjp"}, "key_prefix"),
        ({"key_prefix": "USCN"}, "key_prefix"),
        ({"second_code": "US"}, "second_code"),
        ({"name": "\u200b"}, "name"),
        ({"home": "third"}, "home"),
    ],
)
def test_a_refused_relationship_says_why_at_the_field(world: World, changes: dict[str, str], field: str) -> None:
    response = sent(signed_in(world.people["operator"]), at("relationship_add"), {**NEW_RELATIONSHIP, **changes})
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert not Relationship.objects.filter(slug="us-jp").exists()


def test_an_operator_makes_an_account_that_can_sign_in(world: World) -> None:
    values = {"username": "wang", "display_name": "Wang", "password": "a long enough phrase", "time_zone": "Asia/Tokyo"}
    response = sent(signed_in(world.people["operator"]), at("user_add"), values)
    assert response.status_code == 302
    assert User.objects.get(username="wang").check_password("a long enough phrase")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "viewer"}, "username"),
        ({"username": "two words"}, "username"),
        ({"password": "2short4us"}, "password"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"email": "nowhere"}, "email"),
    ],
)
def test_a_refused_account_says_why_at_the_field_and_never_shows_the_password(
    world: World, changes: dict[str, str], field: str
) -> None:
    values = {"username": "wang", "password": "a long enough phrase", "time_zone": "UTC", **changes}
    response = sent(signed_in(world.people["operator"]), at("user_add"), values)
    assert response.status_code == 400
    assert set(errors_of(response)) == {field}
    assert values["password"] not in response.content.decode()


def test_an_operator_deactivates_a_person_who_is_out_at_once(world: World) -> None:
    gone = signed_in(world.people["viewer"])
    address = at("user_deactivate", world.people["viewer"].pk)
    assert sent(signed_in(world.people["operator"]), address, {"anonymise": "on"}).status_code == 302
    assert gone.get(at("issue_changelist")).status_code == 302
    assert not User.objects.filter(username="viewer").exists()


def test_people_see_and_revoke_their_own_tokens_and_no_others(world: World) -> None:
    for name in ("viewer", "editor"):
        create_token(user=world.people[name], name=f"of {name}", scopes=["read"], by=world.access(name), at=NOW)
    client = signed_in(world.people["viewer"])
    text = text_of(client.get(at("servicetoken_changelist")))
    assert "of viewer" in text
    assert "of editor" not in text
    theirs = ServiceToken.objects.get(name="of editor")
    own = ServiceToken.objects.get(name="of viewer")
    assert client.post(at("servicetoken_revoke", theirs.pk)).status_code == 404
    assert client.post(at("servicetoken_revoke", own.pk)).status_code == 302
    assert client.post(at("servicetoken_revoke", own.pk)).status_code == 409
    own.refresh_from_db()
    theirs.refresh_from_db()
    assert own.revoked_at is not None
    assert theirs.revoked_at is None
