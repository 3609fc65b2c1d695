"""From a comparison to a judgement, by hand: the worst slice, a regression, its grade, NDCG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, expect

from pipeline.versions import VersionStore
from tests.browser.conftest import browsing, serving
from tests.browser.test_compare import download
from tests.browser.test_dashboard import fine, go, in_a_new_tab
from tests.comparing import shop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two versions of one shop: the second is better for photo, worse for audio, and orders by price."""
    artifacts = tmp_path_factory.mktemp("crowd")
    store = VersionStore(artifacts)
    shop.publish(store, "first", photo=2, audio=1)
    shop.publish(store, "second", photo=1, audio=6, reranked=True, created="2026-02-01T00:00:00Z")
    with serving(artifacts) as address:
        yield address


@pytest.fixture
def visitor(chromium: Browser, crowd: str) -> Iterator[BrowserContext]:
    with browsing(chromium, crowd) as context:
        yield context


def at_rest(page: Page, element: Locator) -> FloatRect:
    """Scroll to an element; return where it is once it has stopped moving."""
    element.scroll_into_view_if_needed()
    before = None
    for _ in range(40):
        box = element.bounding_box()
        if box is not None and box == before:
            return box
        before = box
        page.wait_for_timeout(500)
    raise AssertionError("the page did not come to rest")


def value(page: Page) -> float:
    """Return the first version's NDCG@10 as the page Judge says it."""
    words = page.get_by_text(re.compile(r"NDCG@10 over 1 shopper: first")).inner_text()
    found = re.search(r"first (\d\.?\d*)", words)
    assert found
    return float(found[1])


def test_the_whole_story(visitor: BrowserContext) -> None:
    """Compare, find the worst slice, open a regression, judge it, see NDCG move, take the handout along."""
    page = go(visitor, "/compare?version=first")
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name=re.compile("^second")).click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("others=second"))
    expect(page.get_by_text(re.compile("certainly worse in"))).to_be_visible()
    page.get_by_text("Slices", exact=True).click()
    expect(page.get_by_text("category: Audio").first).to_be_visible()
    name, rows = download(page, "slices-csv")
    assert name.startswith("first-second-slices")
    worst = min(rows, key=lambda row: float(row["difference"]))
    assert worst["slice"] in ("category: Audio", "price: unknown")
    page.get_by_role("radio", name="Shoppers").click()
    expect(page.get_by_text("40 shoppers, worse")).to_be_visible()
    expect(page.locator(".js-plotly-plot .scatterlayer .point").first).to_be_visible()
    table = page.get_by_test_id("stDataFrame").first
    table.locator("canvas").first.wait_for()
    table.click(position={"x": 20, "y": 52})  # the box of the first row
    expect(page).to_have_url(re.compile("unit=a00"))
    expect(page.locator(".pse-lines")).to_be_visible()
    fine(in_a_new_tab(visitor, page))
    address = page.url
    page.get_by_role("link", name="Judge both lists").click()
    expect(page.get_by_text("Shopper: a00")).to_be_visible()
    expect(page.get_by_text("No shopper has a product graded above 0 yet.")).to_be_visible()
    page.get_by_role("radio", name="3", exact=True).nth(0).click()
    expect(page.get_by_text(re.compile("NDCG@10 over 1 shopper: first"))).to_be_visible()
    expect(page.get_by_text("1 grade by 1 judge.")).to_be_visible()
    before = value(page)
    page.get_by_role("radio", name="3", exact=True).nth(1).click()
    expect(page.get_by_text("2 grades by 1 judge.")).to_be_visible()
    assert value(page) != before
    fine(page)
    page.go_back()  # past the address that names what is judged
    if "/judge" in page.url:
        page.go_back()
    expect(page).to_have_url(address)
    expect(page.locator(".pse-lines")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as HTML").click()
    name = waiting.value.suggested_filename
    assert re.fullmatch(r"first-second-comparison-data-0123456789ab-published-.*saved-\d{4}-\d\d-\d\d\.html", name)
    handed = visitor.new_page()
    handed.set_content(Path(waiting.value.path()).read_text("utf-8"))
    expect(handed.get_by_role("heading", name="second against first")).to_be_visible()
    expect(handed.get_by_text("0123456789abcdef" * 4)).to_be_visible()
    picture = handed.get_by_role("img", name=re.compile("by slice")).bounding_box()
    assert picture is not None
    assert picture["height"] > 100
    assert handed.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_box_in_the_scatter_stays_in_the_address(visitor: BrowserContext) -> None:
    page = go(visitor, "/compare?version=first&others=second&detail=units&change=all")
    plot = page.locator(".js-plotly-plot .nsewdrag").first
    expect(page.locator(".js-plotly-plot .scatterlayer .point").first).to_be_visible()
    expect(page.get_by_text("80 shoppers, in all")).to_be_visible()
    box = at_rest(page, plot)
    # The lower right: 1.0 under the first, 1 / log2(7) under the second, the audio shoppers.
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + box["height"] * 0.8, steps=8)
    page.mouse.up()
    expect(page).to_have_url(re.compile("box="))
    expect(page.get_by_text("40 shoppers in the box, in all")).to_be_visible()
    other = in_a_new_tab(visitor, page)
    expect(other.get_by_text("40 shoppers in the box, in all")).to_be_visible()


def test_vote_blind_and_see_the_tally(visitor: BrowserContext) -> None:
    page = go(visitor, "/taste-test?version=first&against=second&kind=shopper")
    expect(page.get_by_text("Left", exact=True)).to_be_visible()
    page.get_by_role("button", name="Left is better").click()
    expect(page.get_by_text("Your vote is kept.")).to_be_visible()
    expect(page).to_have_url(re.compile("ballot="))
    page.get_by_text("Tally", exact=True).click()
    expect(page.get_by_text(re.compile("of 1 decided vote"))).to_be_visible()
    fine(page)
