"""A desk officer reads an article in a real browser and enters what it says, almost without touching the mouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings

from core import clock
from core.access import Access
from tests.browser import launched
from tests.pages import at
from tests.readings import AMERICANS, ARTICLE, CHINESE, ROWS, Row
from tests.world import NOW, PASSWORD, World
from tracker.actions.parties import Name, add_party
from tracker.actions.reading import take_up
from tracker.actions.sources import SourceDraft
from tracker.models import Claim, Issue, Party, Position, Source, StatusChange

pytestmark = [pytest.mark.browser, pytest.mark.once]

MOST_SAVES = 30

# A row that moves two issues is two deeds, each of which reads what it needs.
DEEDS = [{"model": "tracker.Issue", "field": "status_changes"}, {"model": "tracker.Relationship", "field": "get()"}]
KNOWN = ["Maize", "Ship inspections", "Fishing grounds", "Sea cables", "Rare metals"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def source(committed_world: World) -> Source:
    home, system = committed_world.home, Access.system()
    for title in KNOWN:
        committed_world.issue(title)
    for code, name, state in (("US-DEL", AMERICANS, "US"), ("CN-MOC", CHINESE, "CN")):
        parent = Party.objects.get(relationship=home, code=state)
        names = [Name(name)]
        add_party(relationship=home, code=code, kind="agency", parent=parent, names=names, by=system, at=NOW)
    draft = SourceDraft(title="Harbour talks", publisher="The Harbour Post", published_on=dt.date(2026, 2, 8))
    return take_up(relationship=home, draft=draft, text=ARTICLE, by=system, at=NOW)[0]


@pytest.fixture
def page(browser: Browser, source: Source, live_server: Any, settings: Settings) -> Iterator[Page]:
    """The reading page, open before an editor. An error of the page's own scripts fails the test."""
    settings.PARLEY_CLOCK = "2026-02-09T07:00:00Z"
    settings.ZEAL_ALLOWLIST = [*getattr(settings, "ZEAL_ALLOWLIST", []), *DEEDS]
    clock._shift.cache_clear()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    page, wrong = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    address = at("source_read", source.pk)
    page.goto(f"/admin/login/?next={address}")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{address}")
    yield page
    context.close()
    clock._shift.cache_clear()
    assert wrong == []


def test_an_article_is_entered_by_keyboard_in_fewer_saves_than_it_has_claims(page: Page) -> None:
    saves: list[str] = []
    page.on("request", lambda asked: saves.append(asked.url) if asked.method == "POST" else None)
    expect(page.locator("#reading-text")).to_be_focused()
    claims = 0
    for row in ROWS:
        claims += len(row.issues.split(";"))
        enter(page, row)
        expect(page.locator("#rows-heading")).to_contain_text(f"{claims} claim")
        expect(page.locator("#reading-text")).to_be_focused()
    assert (len(saves), claims) == (len(ROWS), 27)
    assert len(ROWS) <= MOST_SAVES
    assert page.locator("#reading-text .quoted").count() >= len(ROWS)
    what_is_on_record()


def enter(page: Page, row: Row) -> None:
    """j to the sentence, Enter, the issues, and what differs from the row above; Ctrl+Enter."""
    go_to(page, row.start)
    page.keyboard.press("Enter")
    expect(page.locator("#id_issues")).to_be_focused()
    for issue in row.issues.split(";"):
        page.keyboard.type(issue.strip())
        page.keyboard.press("Enter")
    if row.speaker:
        page.keyboard.press("Tab")
        page.keyboard.type(row.speaker)
        page.keyboard.press("Escape")
    if row.kind:
        page.get_by_role("radio", name=row.kind, exact=True).press("Space")
    if row.move:
        if page.locator("details.further:not([open])").count():
            page.locator("details.further > summary").press("Enter")
        page.get_by_label("Moves the issue to").select_option(row.move)
        page.get_by_label("Because").fill("It is what the sides said of it.")
    page.keyboard.press("Control+Enter")


def go_to(page: Page, start: str) -> None:
    for _ in range(40):
        page.keyboard.press("j")
        if str(page.evaluate("window.getSelection().toString()")).startswith(start):
            return
    raise AssertionError(f"no sentence begins with {start}")


def what_is_on_record() -> None:
    assert (Claim.objects.count(), Position.objects.count()) == (27, 3)
    assert {(line.party.code, line.kind) for line in Position.objects.all()} == {
        ("US", "demand"),
        ("CN", "red_line"),
    }
    assert all(ARTICLE[claim.quote_start : claim.quote_end] == claim.quote for claim in Claim.objects.all())
    moved = StatusChange.objects.exclude(from_status="").filter(claims__isnull=False)
    assert moved.count() == 6 + 1  # one of the moves concerned two issues
    statuses = dict(Issue.objects.values_list("title", "status"))
    assert (statuses["Maize"], statuses["Fishing grounds"], statuses["Storm buoys"]) == (
        "negotiating",
        "stalled",
        "discussing",
    )
    by = dict(Claim.objects.values_list("quote", "speaker__code"))
    assert by["“No figure has been agreed,” the ministry added."] == "CN-MOC"
    assert by["Two trawlers are still held, their owners said."] is None


def test_a_refused_row_keeps_what_was_typed_and_takes_the_nearest_passage(page: Page) -> None:
    go_to(page, "Fishing remained")
    page.keyboard.press("Enter")
    page.get_by_label("Quote").fill("The closing season is not negotiable")
    page.locator("#id_issues").focus()
    page.keyboard.type("fishing")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("chinese comm")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Said by")).to_have_value(CHINESE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_quote_error")).to_contain_text("not in the text")
    expect(page.get_by_label("Quote")).to_have_value("The closing season is not negotiable")
    expect(page.get_by_label("Said by")).to_have_value(CHINESE)
    expect(page.get_by_role("button", name="Remove USCN-3")).to_be_visible()
    assert not Claim.objects.exists()
    page.get_by_role("button", name="Use this passage").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#rows-heading")).to_contain_text("1 claim")
    assert "The closed season is not negotiable" in Claim.objects.get().quote


def test_a_passage_selected_with_the_mouse_is_the_quote_and_a_misspelt_name_finds_its_party(page: Page) -> None:
    title = page.locator(".paragraph").first.bounding_box()
    assert title is not None
    page.mouse.move(title["x"] + 3, title["y"] + 8)
    page.mouse.down()
    page.mouse.move(title["x"] + 250, title["y"] + 8, steps=5)
    page.mouse.up()
    expect(page.locator("#id_issues")).to_be_focused()
    assert page.get_by_label("Quote").input_value() in ARTICLE.splitlines()[0]
    page.keyboard.type("cabels")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Chinese comerce ministry")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#rows-heading")).to_contain_text("1 claim")
    claim = Claim.objects.get()
    assert (claim.issue.title, claim.speaker and claim.speaker.code) == ("Sea cables", "CN-MOC")
    assert claim.speaker_name == "Chinese comerce ministry"
    page.get_by_role("button", name="Keys").press("?")
    expect(page.locator("#reading-keys")).to_be_visible()


def test_the_habits_of_a_spreadsheet_hold_and_another_speaker_carries_nothing_of_the_last(page: Page) -> None:
    """Tab takes; words that are no issue stay, refused; what is carried is in sight; a row that is begun is guarded."""
    begin(page, "Fishing remained", "fishing")
    expect(page.get_by_role("button", name="Remove USCN-3")).to_be_visible()
    page.keyboard.type("commerce")
    page.keyboard.press("Tab")
    expect(page.locator("#id_speaker_party")).to_have_value("CN-MOC")
    expect(page.get_by_label("Said by")).to_have_value("commerce")
    page.keyboard.press("Alt+m")
    page.get_by_label("Relayed by").fill("A pool reporter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-told]")).to_have_text("Saved: USCN-Q1.")
    for seen in (page.locator("[data-told]"), page.locator("article.entered").first):
        expect(seen).to_be_in_viewport()
    assert not is_guarded(page)

    begin(page, "“The closed season", "barley")
    expect(page.locator("#id_issues_error")).to_contain_text("There is no issue barley.")
    expect(page.locator("#id_issues")).to_have_value("barley")
    assert page.locator(".chip").count() == 0
    expect(page.locator("[data-carried]")).to_contain_text("via A pool reporter")
    page.keyboard.type(AMERICANS)
    expect(page.locator("[data-carried]")).to_be_hidden()
    expect(page.get_by_label("Relayed by")).to_have_value("")
    assert is_guarded(page)

    page.get_by_role("button", name="Clear the row").click()
    expect(page.get_by_label("Quote")).to_have_value("")
    expect(page.locator("#id_issues")).to_have_value("")
    expect(page.get_by_label("Relayed by")).to_have_value("A pool reporter")
    assert not is_guarded(page)
    page.get_by_label("Said by").fill("commerce")  # the same again
    page.keyboard.press("Tab")
    expect(page.get_by_label("Relayed by")).to_have_value("A pool reporter")
    page.get_by_role("button", name="Clear what is carried").click()
    expect(page.get_by_label("Relayed by")).to_have_value("")


def test_a_button_that_is_clicked_out_of_the_issue_field_is_hit_and_the_issue_is_taken(page: Page) -> None:
    go_to(page, "Two trawlers")
    page.keyboard.press("Enter")
    page.get_by_label("Said by").fill("their owners")
    page.locator("#id_issues").press_sequentially("fish")
    page.get_by_role("button", name="Save the row").click()
    expect(page.locator("[data-told]")).to_have_text("Saved: USCN-Q1.")
    expect(page.locator("article.entered").first).to_contain_text("No party")
    begin(page, "A fishermen", "barley; oats")
    page.keyboard.press("Control+Enter")
    for unknown in ("barley", "oats"):
        expect(page.locator("[data-told]")).to_contain_text(f"There is no issue {unknown}.")
    expect(page.locator("#id_issues")).to_have_value("barley; oats")


def begin(page: Page, start: str, issue: str) -> None:
    go_to(page, start)
    page.keyboard.press("Enter")
    page.keyboard.type(issue)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Said by")).to_be_focused()


def is_guarded(page: Page) -> bool:
    return not page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
