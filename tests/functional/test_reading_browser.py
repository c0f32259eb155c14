"""A desk officer reads an article in a real browser and enters what it says, almost without touching the mouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings

from core import clock
from core.access import Access
from tests.browser import launched
from tests.pages import at
from tests.world import NOW, PASSWORD, World
from tracker.actions.parties import Name, add_party
from tracker.actions.reading import take_up
from tracker.actions.sources import SourceDraft
from tracker.models import Claim, Issue, Party, Position, Source, StatusChange

pytestmark = [pytest.mark.browser, pytest.mark.once]

MOST_SAVES = 30

# Nothing of this happened: institutions of two countries and what an article might say of them.
ARTICLE = """\
Two Delegations Leave the Harbour Talks With More Paper Than Promises

After three days of meetings by the sea, the delegations of the United States and of China flew home on Saturday with \
a list of open points and a date to meet again. “We did not come here to trade compliments,” the American delegation \
said in a note to reporters.

Grain took up most of the first day. The Chinese commerce ministry said it was “studying a larger order of maize” for \
the coming year. “No figure has been agreed,” the ministry added. The American delegation spoke of as many as nine \
million tonnes, a number that the other side did not repeat. Traders doubted that the terminals could take so much \
before the winter.

On the second day the talks turned to ships. Washington wants the inspection of its container vessels to be finished \
within two days. “Our crews must not wait in the roads for a week,” the American delegation said. The Chinese commerce \
ministry answered that inspections follow the law and nothing else. The port authority of the host town recalled that \
the average wait had fallen to four days since the summer.

Fishing remained the sorest point. “The closed season is not negotiable,” the Chinese commerce ministry said twice in \
its briefing. The American delegation called the new patrol zone unacceptable and asked that it be withdrawn before \
the spring. Two trawlers are still held, their owners said. A fishermen’s union expects the owners to go to court.

There was movement on cables. Both delegations said they had exchanged drafts of an agreement on the repair of sea \
cables. The draft would let repair ships of either side enter within one day, according to the American delegation. \
The Chinese commerce ministry called the drafts “a good basis”. An insurer welcomed the news.

Little was heard of the visa dispute. The American delegation said that the matter “was raised and will be raised \
again”. The Chinese commerce ministry declined to comment. Student groups on both sides had asked for a freeze of the \
new fees.

The sides disagreed even about the weather. The joint buoy programme, which feeds both countries’ storm warnings, runs \
out at the end of the year. The American delegation said it was ready to pay for half of it. “We have heard the offer \
and will answer it,” the Chinese commerce ministry said. Meteorologists warned that a gap of a month could not be \
closed later.

Rare metals, expected to dominate the agenda, came up only in passing. The Chinese commerce ministry said that export \
licences were being issued “in good order”. An industry association in the United States said its members had seen \
none since October. The American delegation would not say whether it had brought a list.

What comes next is a visit. The American delegation said it would travel to the second round in May, in an inland town \
that was not named. The Chinese commerce ministry confirmed May and left the place open. Until then, both said, the \
working groups on grain and on cables go on.

The hosts had hoped for one thing more. Their foreign minister had put forward a hotline between the two coast \
guards, with a duty officer on either end who speaks both languages. The American delegation said it would look at \
the paper. The Chinese commerce ministry said that coast guards were not its business and that others would answer. \
A retired captain who was in the room said that such a line had been promised three times before, and that nobody \
had ever paid for the telephones. The hosts asked for an answer before the summer, and did not say what would happen \
if none came.

Analysts gave the talks a mixed mark. The drafts on cables were more than anybody had hoped for, a former negotiator \
said. On fishing, the same person saw the two sides farther apart than a year ago.
"""

AMERICANS, CHINESE = "American delegation", "Chinese commerce ministry"


@dataclass(frozen=True)
class Row:
    """What is typed for a sentence that begins with `start`; no speaker: that of the row above."""

    start: str
    issues: str
    speaker: str = ""
    kind: str = ""
    move: str = ""


ROWS = [
    Row("“We did not come here", "new: Harbour talks", AMERICANS),
    Row("The Chinese commerce ministry said it was “studying", "maize", CHINESE, move="discussing"),
    Row("“No figure has been", "maize"),
    Row("The American delegation spoke of as many", "maize", AMERICANS, move="negotiating"),
    Row("Traders doubted", "maize; new: Terminals", "unattributed"),
    Row("Washington wants", "inspect", AMERICANS, kind="Demand"),
    Row("“Our crews must", "inspect"),
    Row("The Chinese commerce ministry answered", "inspect", CHINESE, move="discussing"),
    Row("The port authority", "inspect", "Port authority"),
    Row("“The closed season", "fishing", CHINESE, kind="Red line"),
    Row("The American delegation called the new", "fishing", AMERICANS, kind="Demand", move="stalled"),
    Row("Two trawlers", "fishing", "Owners"),
    Row("Both delegations said", "cables; Harbour talks", AMERICANS, move="negotiating"),
    Row("The Chinese commerce ministry called", "cables", CHINESE),
    Row("The American delegation said that the matter", "new: Visas", AMERICANS),
    Row("Student groups", "visas", "Student groups"),
    Row("The American delegation said it was ready", "new: Storm buoys", AMERICANS),
    Row("“We have heard", "buoys", CHINESE, move="discussing"),
    Row("The Chinese commerce ministry said that export", "metals"),
    Row("An industry association", "metals", "An industry association"),
    Row("The American delegation said it would travel", "harbour", AMERICANS),
    Row("Until then, both said", "maize; cables"),
    Row("The American delegation said it would look", "new: Coast guard hotline"),
    Row("The drafts on cables", "cables", "A former negotiator"),
]
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
