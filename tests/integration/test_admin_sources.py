"""Sources in the admin: the list, the page of one, and its forms; each deed is one action."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from time_machine import TimeMachineFixture

from core.access import Access
from core.models import Event
from tests.pages import at, errors_of, fields_of, sent, signed_in, text_of
from tests.world import NOW, World
from tracker.actions.claims import ClaimDraft, add_claim
from tracker.actions.reading import take_up
from tracker.actions.sources import SourceDraft
from tracker.models import Claim, Source

pytestmark = pytest.mark.django_db

TEXT = "“We will answer,” they said.\nNothing more was heard."


@pytest.fixture(autouse=True)
def _on_that_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def a_source(world: World, title: str = "An article", *, text: str | None = None, **draft: Any) -> Source:
    relationship = world.foreign if draft.pop("foreign", False) else world.home
    drafted = SourceDraft(title=title, **draft)
    return take_up(relationship=relationship, draft=drafted, text=text, by=Access.system(), at=NOW)[0]


def a_claim(world: World, source: Source, **draft: Any) -> Claim:
    issue = draft.pop("issue", None) or world.issue()
    drafted = ClaimDraft(source=source, issue=issue, **{"summary": "They will answer.", **draft})
    return add_claim(draft=drafted, by=Access.system(), at=NOW)


def test_the_list_counts_claims_as_its_reader_sees_them_and_sources_as_independent_ones(world: World) -> None:
    wire = a_source(world, "Wire", publisher="Reuters", text=TEXT)
    a_source(world, "Rewrite", derives_from=wire)
    a_source(world, "Translation", translation_of=wire)
    a_source(world, "Theirs", foreign=True)
    issue = world.issue()
    a_claim(world, wire, issue=issue)
    a_claim(world, wire, issue=issue, handling="restricted")
    seen = {}
    for name in ("viewer", "cleared_viewer"):
        page = signed_in(world.people[name]).get(at("source_changelist"))
        cells = {row[1].value: row for row in page.context["cl"].rows}
        seen[name] = cells["Wire"][6].value
        assert "3 sources, 1 independent" in text_of(page)
        assert "Theirs" not in text_of(page)
        assert (cells["Wire"][7].value, cells["Wire"][5].value) == ("Held", "B")
    assert seen == {"viewer": 1, "cleared_viewer": 2}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=reuters", {"Wire"}),
        ("q=USCN-S2", {"Notice"}),
        ("q=example.org/x", {"Notice"}),
        ("kind=government_statement", {"Notice"}),
        ("relationship=us-cn", {"Wire", "Notice"}),
    ],
)
def test_sources_are_found_by_title_publisher_address_key_and_kind(world: World, query: str, found: set[str]) -> None:
    a_source(world, "Wire", publisher="Reuters")
    a_source(world, "Notice", kind="government_statement", url="https://example.org/x")
    page = signed_in(world.people["viewer"]).get(f"{at('source_changelist')}?{query}")
    assert {row.title for row in page.context["cl"].result_list} == found


def test_the_page_of_a_source_shows_its_claims_and_what_was_made_of_it(world: World) -> None:
    wire = a_source(world, "Wire", text=TEXT)
    a_source(world, "Rewrite", derives_from=wire)
    a_claim(world, wire, quote="We will answer", speaker_name="They")
    page = text_of(signed_in(world.people["viewer"]).get(at("source_change", wire.pk)))
    for words in (
        "1 claim from it",
        "They will answer.",
        "Rewrite",
        "2 sources with it, 1 independent",
        wire.text_sha256,
    ):
        assert words in page
    assert ("Read and enter" in page, "Edit" in page) == (False, False)


def test_a_source_is_taken_up_with_its_text_in_one_deed(world: World) -> None:
    client = signed_in(world.people["editor"])
    values = {"title": "Wire", "publisher": "Reuters", "text": TEXT, "published_on": "2026-02-05", "issued_by": "CN"}
    response = sent(client, at("source_add"), values)
    source = Source.objects.get()
    assert response["Location"] == at("source_read", source.pk)
    assert (source.reliability, source.held_text.text, source.published_on) == ("B", TEXT, dt.date(2026, 2, 5))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": ""}),
        ("url", {"url": "javascript:alert(1)"}),
        ("url", {"url": "https://example.org/a#again"}),
        ("published_on", {"published_on": "2027-01-01"}),
        ("published_on", {"published_on": "2026-02-09", "retrieved_on": "2026-02-08"}),
        ("reliability_reason", {"reliability": "E"}),
        ("derives_from", {"derives_from": "USRU-S1"}),
        ("translation_of", {"derives_from": "USCN-S1", "translation_of": "USCN-S1"}),
        ("issued_by", {"issued_by": "XX"}),
        ("text", {"text": "x" * 1_000_001}),
        ("text", {"text": TEXT}),
        ("relationship", {"relationship": "us-ru"}),
    ],
)
def test_a_refused_source_says_why_at_its_field_and_is_not_made(
    world: World, field: str, values: dict[str, str]
) -> None:
    a_source(world, url="https://example.org/a", text=TEXT)
    a_source(world, "Theirs", foreign=True)
    before = (Source.objects.count(), Event.objects.count())
    response = sent(signed_in(world.people["editor"]), at("source_add"), {"title": "Mine", **values})
    assert (response.status_code, set(errors_of(response))) == (400, {field})
    assert (Source.objects.count(), Event.objects.count()) == before


def test_a_text_is_held_from_a_file_and_its_quotes_are_looked_for(world: World) -> None:
    source = a_source(world)
    claim = a_claim(world, source, quote="We will answer")
    client = signed_in(world.people["editor"])
    file = SimpleUploadedFile("article.txt", b"\xef\xbb\xbf" + TEXT.encode())
    response = client.post(at("source_text", source.pk), {"text": "", "file": file}, follow=True)
    assert "Quotes found in it: 1." in text_of(response)
    claim.refresh_from_db()
    assert claim.quote_start == 1


@pytest.mark.parametrize(
    ("field", "data"),
    [("file", b"\xff\xfe"), ("file", b"a\x00b"), ("file", b"x" * (2 * 1024 * 1024 + 1)), ("text", b"")],
    ids=["binary", "nul", "too large", "nothing"],
)
def test_a_file_that_is_no_text_is_refused_at_its_field(world: World, field: str, data: bytes) -> None:
    source = a_source(world)
    given = {"text": "", **({"file": SimpleUploadedFile("a.txt", data)} if data else {})}
    response = signed_in(world.people["editor"]).post(at("source_text", source.pk), given)
    assert (response.status_code, set(errors_of(response))) == (400, {field})
    assert Source.objects.get().text_sha256 == ""


def test_an_edit_is_saved_through_its_action(world: World) -> None:
    source = a_source(world, publisher="Somebody")
    changes = {"title": "Another title", "publisher": "Reuters"}
    assert sent(signed_in(world.people["editor"]), at("source_edit", source.pk), changes).status_code == 302
    source.refresh_from_db()
    assert (source.title, source.reliability, source.version) == ("Another title", "B", 2)
    assert Event.objects.latest("pk").kind == "source.edited"


def test_the_second_of_two_editors_sees_why_nothing_of_theirs_was_saved_and_may_save_again(world: World) -> None:
    source = a_source(world)
    second = signed_in(world.people["lead"])
    form = fields_of(second.get(at("source_edit", source.pk)))
    sent(signed_in(world.people["editor"]), at("source_edit", source.pk), {"title": "First"})
    response = second.post(at("source_edit", source.pk), {**form, "title": "Second"})
    assert (response.status_code, Source.objects.get().title) == (400, "First")
    assert "changed by somebody else" in text_of(response)
    assert second.post(at("source_edit", source.pk), fields_of(response)).status_code == 302
    assert Source.objects.get().title == "Second"


def test_restricting_a_source_restricts_its_claims_and_is_for_the_cleared(world: World) -> None:
    source = a_source(world)
    claim = a_claim(world, source)
    assert signed_in(world.people["lead"]).get(at("source_handling", source.pk)).status_code == 403
    cleared = signed_in(world.people["cleared_editor"])
    assert cleared.post(at("source_handling", source.pk)).status_code == 302
    claim.refresh_from_db()
    assert (Source.objects.get().handling, claim.handling) == ("restricted", "restricted")
    assert signed_in(world.people["lead"]).get(at("source_read", source.pk)).status_code == 404
    assert cleared.post(at("source_handling", source.pk)).status_code == 302
    assert Source.objects.get().handling == "open"


@pytest.mark.parametrize("page", ["edit", "text", "handling"])
def test_a_viewer_opens_no_form_of_a_source(world: World, page: str) -> None:
    source = a_source(world)
    assert signed_in(world.people["viewer"]).get(at(f"source_{page}", source.pk)).status_code == 403
    assert signed_in(world.people["stranger"]).get(at(f"source_{page}", source.pk)).status_code == 404
