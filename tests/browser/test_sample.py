"""The built-in sample in a real browser: each page opened, a search narrowed, a shopper picked, nothing broken."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_dashboard import cards, fine, go, in_a_new_tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_search_and_filter(sample: BrowserContext) -> None:
    page = go(sample, "/search?version=sample-history")
    expect(page.get_by_text("generated data")).to_be_visible()
    page.get_by_label("Query").fill("camera")
    page.keyboard.press("Enter")
    expect(page.locator("[data-product]")).to_have_count(10)
    expect(page.locator("[data-product]").first).to_contain_text(re.compile("Digital Camera|Mirrorless Camera|DSLR"))
    before = cards(page)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Brand").click()
    page.keyboard.type("Larkholm")
    page.get_by_role("option", name=re.compile("Larkholm")).click()
    expect(page).to_have_url(re.compile("brand=Larkholm"))
    expect(page.locator("[data-product]").filter(has_text="Larkholm")).to_have_count(10)
    after = cards(page)
    assert after != before
    assert cards(in_a_new_tab(sample, page)) == after
    fine(page)


def test_laptops_by_another_name(sample: BrowserContext) -> None:
    page = go(sample, "/search?version=sample-history&q=notebook+computer")
    expect(page.locator("[data-product]")).to_have_count(10)
    expect(page.locator("[data-product]").filter(has_text="Laptops")).to_have_count(10)
    fine(page)


def test_a_shopper_in_two_versions(sample: BrowserContext) -> None:
    page = go(sample, "/recommend?version=sample-history&against=sample-text")
    page.get_by_role("button", name=re.compile(r"^S\d+ \(")).first.click()
    expect(page).to_have_url(re.compile(r"shopper=S\d+"))
    for version in ("sample-history", "sample-text"):
        expect(page.get_by_role("heading", name=version, exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("in common|the same, in the same order"))).to_be_visible()
    assert cards(in_a_new_tab(sample, page)) == cards(page)
    fine(page)


def test_figures(sample: BrowserContext) -> None:
    page = go(sample, "/evaluation?version=sample-history")
    expect(page.get_by_text(re.compile(r"Re-ranked: NDCG@10 is 0\.0\d+"))).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("Chance")).first).to_be_visible()
    fine(page)
