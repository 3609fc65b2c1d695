"""A demonstration by hand: Home, the tour through its steps, a view pinned, presented and handed out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_accessible import at_rest
from tests.browser.test_dashboard import fine, go

pytestmark = pytest.mark.browser


def test_tour_pin_present_and_hand_out(context: BrowserContext, server: str) -> None:
    page = go(context, "/?version=tiny")
    page.get_by_role("link", name="Start the tour").click()
    for place in range(1, 7):
        expect(page.get_by_text(f"Step {place} of 6").last).to_be_visible()
        expect(page).to_have_url(re.compile(f"tour={place}(&|$)"))
        fine(page)
        if place < 6:  # an explanation lies over the page, and has the way on too
            over = page.get_by_role("dialog").get_by_role("link", name="Next")
            (over if place == 5 else page.get_by_role("link", name="Next")).click()
    page.go_back()
    expect(page.get_by_text("Step 5 of 6").last).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search\?.*tour=5(&|$)"))
    page.go_forward()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Step 6 of 6").last).to_be_visible()
    at_rest(page)  # links of the step before are still there until then
    page.get_by_role("link", name="End", exact=True).click()
    expect(page.get_by_role("heading", name="Product Search Explorer")).to_be_visible()

    page = go(context, "/?version=tiny&q=camera")  # an old address of Search
    expect(page).to_have_url(re.compile(r"/search\?.*q=camera"))
    expect(page.locator("[data-product]")).to_have_count(10)
    page.get_by_role("button", name="Pin this view").click()
    page.get_by_label("Note").fill("What the shop has <b>")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_text("Pinned. The playlist holds 1 view.")).to_be_visible()
    page.get_by_role("link", name="Open the playlist").click()
    expect(page.get_by_text("Search: camera")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as HTML").click()
    assert waiting.value.suggested_filename.startswith("playlist-tiny-data-0123456789ab-published-2026-03-01-saved-")
    handed_out = Path(waiting.value.path()).read_text("utf-8")
    assert f'href="{server}/search?' in handed_out
    assert "What the shop has &lt;b&gt;" in handed_out
    assert "Compact camera" in handed_out

    page.get_by_role("link", name="Present").click()
    expect(page.get_by_text("View 1 of 1")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.locator("[data-product]")).to_have_count(10)
    fine(page)
    page.get_by_role("link", name="End", exact=True).click()
    expect(page.get_by_role("heading", name="Playlist")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
