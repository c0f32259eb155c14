"""A new source: whoever writes in several relationships says for which it is."""

from __future__ import annotations

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from core.access import Access
from core.actions.members import add_member
from tests.pages import at, errors_of, signed_in
from tests.world import NOW, World
from tracker.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def of_two(world: World) -> Client:
    """An editor in both relationships."""
    editor, system = world.people["editor"], Access.system()
    add_member(compartment=world.foreign, user=editor, role="editor", cleared=False, by=system, at=NOW)
    return signed_in(world.people["editor"])


def chosen(client: Client, **query: str) -> tuple[str, str]:
    """What is preselected, and the first choice."""
    form = client.get(at("source_add"), query).context["form"]
    return form["relationship"].value(), form.fields["relationship"].choices[0][0]


def test_nothing_is_preselected_for_one_who_writes_in_several(of_two: Client, world: World) -> None:
    assert chosen(of_two) == ("", "")
    assert chosen(of_two, relationship=world.foreign.slug) == (world.foreign.slug, "")


def test_the_only_relationship_is_preselected(world: World) -> None:
    assert chosen(signed_in(world.people["editor"])) == (world.home.slug, world.home.slug)


def test_a_source_of_no_relationship_is_refused_at_that_field_alone(of_two: Client) -> None:
    values = {"title": "Grain talks", "kind": "outlet", "language": "en", "issued_by": "US", "handling": "open"}
    assert list(errors_of(of_two.post(at("source_add"), values))) == ["relationship"]
    assert not Source.objects.exists()
    assert of_two.post(at("source_add"), {**values, "relationship": "us-cn"}).status_code == 302
