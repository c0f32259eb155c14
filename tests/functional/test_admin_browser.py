"""The admin in a real browser: what a person does, with the mouse or the keyboard alone, and what is then on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from pytest_django.fixtures import Settings

from core import clock
from tests.browser import launched
from tests.pages import at
from tests.world import PASSWORD, World
from tracker.models import Issue

# What a page looks like and does is the same on either database.
pytestmark = [pytest.mark.browser, pytest.mark.once]

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def open_as(browser: Browser, committed_world: World, live_server: Any, settings: Settings) -> Iterator[Open]:
    """Opens a page of the admin as somebody, in a window of their own. Every request to elsewhere, and every error on
    the console, fails the test."""
    settings.PARLEY_CLOCK = "2026-02-09T07:00:00Z"
    clock._shift.cache_clear()
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def begin(name: str, address: str, *, dark: bool = False, size: ViewportSize = WIDE) -> Page:
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        contexts.append(browser.new_context(base_url=live_server.url, viewport=size, color_scheme=scheme))
        page = contexts[-1].new_page()
        _note_what_is_wrong(page, live_server.url, wrong)
        sign_in(page, name, address)
        return page

    yield begin
    for context in contexts:
        context.close()
    clock._shift.cache_clear()
    assert wrong == []


def _note_what_is_wrong(page: Page, here: str, wrong: list[str]) -> None:
    """An answer of 4xx is an error to the console; those are what some tests are about."""
    page.set_default_timeout(15_000)
    page.on("request", lambda asked: None if asked.url.startswith((here, "data:")) else wrong.append(asked.url))
    page.on(
        "console", lambda said: wrong.append(said.text) if said.type == "error" and " 40" not in said.text else None
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))


def sign_in(page: Page, name: str, address: str) -> None:
    page.goto(f"/admin/login/?next={address}")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{address}")


def test_a_status_moved_in_the_browser_stands_in_the_history_on_the_ledger_and_in_the_list(
    open_as: Open, committed_world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    committed_world.issue("Soybeans")
    page = open_as("editor", at("issue_changelist"))
    page.get_by_role("link", name="Soybeans").click()
    page.get_by_role("link", name="Negotiating").click()
    page.get_by_label("Date it happened").fill("2026-02-04")
    page.get_by_label("Trend").select_option("easing")
    page.get_by_label("Reason").fill("A number was put on the table.")
    page.get_by_role("button", name="Move to Negotiating").click()
    row = page.locator("#USCN-1-H2")
    expect(row).to_contain_text("4 Feb 2026")
    expect(row).to_contain_text("by editor")
    expect(row).to_contain_text("A number was put on the table.")
    page.goto(at("event_changelist"))
    expect(page.locator("#result_list tbody tr").first).to_contain_text("raised → negotiating")
    page.goto(at("issue_changelist"))
    expect(page.locator(".field-status_column")).to_have_text("Negotiating")
    call_command("verify_ledger")
    assert Issue.objects.get().status == "negotiating"


def test_the_keyboard_alone_reaches_a_move_and_the_way_out(open_as: Open, committed_world: World) -> None:
    issue = committed_world.issue("Soybeans")
    page = open_as("editor", at("issue_change", issue.pk))
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, "Discussing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/move/discussing/")
    tab_to(page, "", element="TEXTAREA")
    page.keyboard.type("Both spoke of it.")
    tab_to(page, "Move to Discussing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    tab_to(page, "editor")
    page.keyboard.press("Enter")
    tab_to(page, "Log out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def tab_to(page: Page, words: str, element: str = "") -> None:
    """Presses Tab until what has the focus bears these words; each stop on the way shows that it has it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        name, text, outline = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.tagName, e.innerText || '', s.outlineStyle + s.outlineWidth + s.boxShadow]; }"
        )
        assert name == "BODY" or outline != "none0pxnone", f"no focus shows on {name} {text!r}"
        if (element and name == element) or (not element and words in text and name in ("A", "BUTTON")):
            return
    raise AssertionError(f"Tab never came to {words or element}")


def test_two_browsers_that_edit_one_issue_end_with_both_texts_kept_by_choice(
    open_as: Open, committed_world: World
) -> None:
    issue = committed_world.issue("Soya")
    first, second = (open_as(name, at("issue_edit", issue.pk)) for name in ("lead", "editor"))
    first.get_by_label("Title").fill("Soybeans")
    first.get_by_role("button", name="Save").click()
    first.wait_for_url("**/change/")
    second.get_by_label("Title").fill("Soy beans")
    second.get_by_label("Summary").fill("As it is.")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text("nothing is lost")
    assert Issue.objects.get().title == "Soybeans"
    second.get_by_role("radio", name="Soy beans").check()
    second.get_by_role("button", name="Save with these choices").click()
    second.wait_for_url("**/change/")
    saved = Issue.objects.get()
    assert (saved.title, saved.summary) == ("Soy beans", "As it is.")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_is_wider_than_its_window(
    open_as: Open, committed_world: World, size: ViewportSize, dark: bool
) -> None:
    issue = committed_world.issue("Aircraft-engines-for-the-trainer-programme-and-the-licences-they-need " * 2)
    page = open_as("lead", "/admin/", dark=dark, size=size)
    addresses = [
        *("/admin/", at("issue_changelist"), at("issue_change", issue.pk), at("issue_edit", issue.pk)),
        *(at("issue_move", issue.pk, "agreed"), at("issue_add"), at("event_changelist"), at("flag_changelist")),
        *(at("membership_changelist"), at("relationship_change", committed_world.home.pk), "/admin/password_change/"),
    ]
    for address in addresses:
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, address


def test_a_phone_opens_and_closes_the_navigation(open_as: Open, committed_world: World) -> None:
    page = open_as("viewer", "/admin/", size=PHONE)
    page.get_by_role("button", name="Open the navigation").click()
    page.get_by_role("link", name="Issues", exact=True).click()
    expect(page.get_by_role("heading", name="Issues")).to_be_visible()


def test_the_theme_is_switched_and_kept(open_as: Open, committed_world: World) -> None:
    page = open_as("viewer", "/admin/")
    page.get_by_role("button", name="viewer").click()
    page.get_by_role("button", name="Dark").click()
    page.goto(at("issue_changelist"))
    expect(page.locator("html")).to_have_class("dark")
