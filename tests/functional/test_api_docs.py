"""The API's page in a real browser: it works under the site's Content-Security-Policy, with nothing from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import launched
from tests.world import World

# What a page looks like and does is the same on either database.
pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_the_page_shows_every_operation_and_asks_nobody_else(committed_world: World, live_server: Any) -> None:
    elsewhere: list[str] = []
    complaints: list[str] = []
    with launched() as browser:
        page = browser.new_page()
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((live_server.url, "data:")) else elsewhere.append(asked.url),
        )
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{live_server.url}/api/docs/")
        expect(page.get_by_text("Move the issue, or correct or void a move")).to_be_visible()
        page.get_by_text("The issues that you may see").click()
        expect(page.get_by_role("button", name="Try it out")).to_be_visible()
    assert elsewhere == []
    assert complaints == []
