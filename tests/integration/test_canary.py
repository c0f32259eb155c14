"""Compartments are fail-closed: what is not yours does not show, at any address, to anybody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.test import Client

from core.access import Access
from core.actions.members import add_member, end_membership
from core.actions.tokens import create_token
from core.models import Compartment, JobRun, LedgerHead, Redaction, ServiceToken
from core.visibility import CompartmentQuerySet
from tests.canary import MISSING, Planted, addresses, plant, room_models
from tests.planted_records import plant_same_matter
from tests.world import NOW, ROLES, World
from tracker.models import Issue, SameMatter

pytestmark = pytest.mark.django_db

FOREIGN, RESTRICTED, OWN = "zqxforeign", "zqxrestricted", "zqxown"
# What no reader is ever shown: a test that plants them would prove nothing.
UNSEEN = {
    Compartment: "its name is planted in Relationship",
    JobRun: "",
    LedgerHead: "",
    Redaction: "",
    ServiceToken: "",
    SameMatter: "it has no text; a test of its own follows it from either end",
}
OPERATORS_OWN = ("user", "relationship", "membership")
# Of one's own relationship, people and parties are open to every member; its restricted rows are not.
OPEN_TO_MEMBERS = ("user", "relationship", "membership", "party", "partyname")
RECORDS = ("source", "sourcetext", "claim", "position", "deadline", "note", "issuelink")
# Of lists alone. A search echoes its word, so only the beginning of the mark is asked for.
VARIANTS = ("", "?q={word}", "?relationship={slug}", "?o=-1", "?page_size=200")


@pytest.fixture
def planted(world: World) -> Planted:
    return plant(world.foreign, mark=FOREIGN)


def visitors(world: World, names: tuple[str, ...]) -> Iterator[tuple[str, Client]]:
    """Each person signed in, and each with a token; and somebody who is neither."""
    yield "nobody", Client()
    for name in names:
        person = world.people[name]
        signed_in = Client()
        signed_in.force_login(person, backend="core.backends.PasswordBackend")
        yield name, signed_in
        _, text = create_token(
            user=person, name="crawl", scopes=["read", "write", "restricted"], by=world.access(name), at=NOW
        )
        yield f"{name}'s token", Client(headers={"authorization": f"Bearer {text}"})


def heard(client: Client, address: str, mark: str) -> set[str]:
    """The models whose canary sings in the answer's body or headers."""
    response = client.get(address)
    assert response.status_code < 500, address
    text = _text(response) + repr(sorted(response.headers.items()))
    return set(re.findall(rf"{mark}-(\w+)", text))


def _text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


def crawl(world: World, planted: Planted, names: tuple[str, ...], allowed: tuple[str, ...] = ()) -> list[str]:
    """Where a canary sang, as sentences; empty if all is well."""
    asked = [
        address + variant.format(word=planted.mark[:6], slug=planted.relationship.slug)
        for address in addresses(planted)
        for variant in VARIANTS
        if not (variant and re.search(r"\d", address))
    ]
    return [
        f"{who} heard {sorted(models_heard)} at {address}"
        for who, client in visitors(world, names)
        for address in asked
        if "logout" not in address and (models_heard := heard(client, address, planted.mark) - set(allowed))
    ]


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_a_foreign_relationship_shows_to_any_role(world: World, planted: Planted, role: str) -> None:
    assert crawl(world, planted, (f"cleared_{role}",)) == []


def test_an_operator_sees_people_and_doors_and_nothing_behind_them(world: World, planted: Planted) -> None:
    assert crawl(world, planted, ("operator",), allowed=OPERATORS_OWN) == []


def test_the_same_matter_does_not_sing_to_those_who_see_one_end(world: World, planted: Planted) -> None:
    own = plant(world.home, mark=OWN)
    plant_same_matter(own, planted.issue)
    own.mark = FOREIGN
    assert crawl(world, own, ("cleared_lead",)) == []


def test_it_sings_to_whoever_sees_both(world: World, planted: Planted) -> None:
    """Negative control."""
    add_member(
        compartment=world.foreign, user=world.people["lead"], role="viewer", cleared=False, by=Access.system(), at=NOW
    )
    own = plant(world.home, mark=OWN)
    plant_same_matter(own, planted.issue)
    client = Client()
    client.force_login(world.people["lead"], backend="core.backends.PasswordBackend")
    page = f"/admin/tracker/issue/{own.pk(Issue)}/change/"
    assert "issue" in heard(client, page, FOREIGN)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_restricted_shows_to_a_member_who_is_not_cleared(world: World, role: str) -> None:
    restricted = plant(world.home, mark=RESTRICTED, handling="restricted")
    assert crawl(world, restricted, (role,), allowed=OPEN_TO_MEMBERS) == []


def test_the_same_crawl_hears_the_canary_of_ones_own_relationship(world: World) -> None:
    """Negative control: the crawl does reach the lists and pages on which rows stand."""
    own = plant(world.home, mark=FOREIGN)
    sung = " ".join(crawl(world, own, ("lead",)))
    assert {"issue", "statuschange", "event", "party", *RECORDS} <= set(re.findall(r"'(\w+)'", sung))


def test_without_visible_to_the_crawl_hears_the_foreign_canary(
    world: World, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: it is `visible_to` that keeps them silent."""
    monkeypatch.setattr(CompartmentQuerySet, "visible_to", lambda rows, access: rows.all())
    sung = " ".join(crawl(world, planted, ("viewer",)))
    assert {"issue", "statuschange", *RECORDS} <= set(re.findall(r"'(\w+)'", sung))


def test_every_model_is_planted_or_said_never_to_be_shown(planted: Planted) -> None:
    """A new model fails here until the crawl knows it."""
    known = {*planted.rows, *UNSEEN, type(planted.relationship)}
    assert [model for model in room_models() if model not in known and not model._meta.auto_created] == []


def test_what_is_not_yours_and_what_is_not_there_answer_alike(world: World, planted: Planted) -> None:
    for who, client in visitors(world, ("viewer", "lead", "operator")):
        for theirs, nobodys in zip(addresses(planted), addresses(None), strict=True):
            if theirs != nobodys and not (who == "operator" and "/core/" in theirs):
                assert _answer(client, theirs, planted) == _answer(client, nobodys, planted), (who, theirs)


def _answer(client: Client, address: str, planted: Planted) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers, with the row's own name blotted out of what merely repeats the question."""
    response = client.get(address)
    names = sorted({str(MISSING), *(_names(planted))}, key=len, reverse=True)
    blot = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
    skipped = ("Set-Cookie", "Content-Length", "X-Request-Id", "Expires")
    headers = [(name, blot.sub("·", value)) for name, value in response.headers.items() if name not in skipped]
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", _text(response))
    return response.status_code, blot.sub("·", body), sorted(headers)


def _names(planted: Planted) -> list[str]:
    rows: list[models.Model] = list(planted.rows.values())
    return [str(row.pk) for row in rows] + [str(getattr(row, "number", row.pk)) for row in rows]


def test_a_revoked_membership_holds_from_the_next_request_on(world: World) -> None:
    own = plant(world.home, mark=FOREIGN)
    client = Client()
    client.force_login(world.people["editor"], backend="core.backends.PasswordBackend")
    page = f"/admin/tracker/issue/{own.pk(next(m for m in own.rows if m.__name__ == 'Issue'))}/change/"
    assert "issue" in heard(client, page, FOREIGN)
    membership = world.people["editor"].memberships.get()
    end_membership(membership=membership, by=Access.system(), at=NOW + dt.timedelta(minutes=1))
    assert heard(client, page, FOREIGN) == set()
