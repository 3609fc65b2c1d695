"""A product that is not released yet: where it belongs, what another title changes; and who finds one that is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_dashboard import fine, go, in_a_new_tab

pytestmark = pytest.mark.browser


def test_a_draft_on_the_map_under_two_titles_and_who_finds_its_neighbour(context: BrowserContext) -> None:
    page = go(context, "/new-product?version=tiny")
    page.get_by_label("Title").fill("Quokka compact camera")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"title=Quokka(\+|%20)compact(\+|%20)camera"))
    expect(page.get_by_text(re.compile(r"Among the first ten of \d of 2 judged queries"))).to_be_visible()
    expect(page.locator(".pse-map .plotly").first).to_be_visible()
    expect(page.get_by_text("★ is the new product")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Compact camera"))).to_be_visible()

    page.get_by_role("radio", name="Another title").click()
    page.get_by_label("Another title", exact=True).fill("Long USB cable")
    page.keyboard.press("Enter")
    expect(page.get_by_text("nearest in meaning stay")).to_be_visible()
    expect(page).to_have_url(re.compile("edited=Long"))
    other = in_a_new_tab(context, page)
    expect(other.get_by_text("nearest in meaning stay")).to_be_visible()
    fine(other)

    page = go(context, "/search?version=tiny&q=zoom+lens")
    page.locator(".st-key-result-1").get_by_role("link", name="Who finds it").click()
    expect(page).to_have_url(re.compile("reverse-search.*product="))
    expect(page.get_by_text(re.compile(r"among the first ten of \d of 2 judged queries"))).to_be_visible()
    page.get_by_role("radio", name="Shoppers").click()
    expect(page).to_have_url(re.compile("detail=shoppers"))
    fine(page)
