"""What only a browser shows: pages work by hand, an address can be passed on, nothing leaves the host."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import tiny

pytestmark = pytest.mark.browser


def go(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    expect(page.locator("h1")).to_be_visible()
    return page


def cards(page: Page) -> list[str]:
    """Return the ids on the cards of the page once they have stayed the same for a while."""
    page.locator("[data-product]").first.wait_for()
    before: list[str] = []
    for _ in range(40):
        found = page.locator("[data-product]").evaluate_all("cards => cards.map(card => card.dataset.product)")
        if found == before:
            return found
        before = found
        page.wait_for_timeout(500)
    raise AssertionError("the page did not come to rest")


def in_a_new_tab(context: BrowserContext, page: Page) -> Page:
    """Open the address of a page as someone would who was sent it."""
    return go(context, page.url)


def fine(page: Page) -> None:
    """Check that no error is on the page."""
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.get_by_text("could not be shown")).to_have_count(0)


@pytest.mark.parametrize("path", ["/search?q=camera", "/recommend?version=nothing", "/map"])
def test_what_is_laid_out_is_seen_and_stays_so(context: BrowserContext, path: str) -> None:
    """frame.css hides a page until its mark says that all of it is there, for two seconds at most."""
    page = go(context, path)
    body = page.locator(".stMainBlockContainer")
    expect(body).to_have_css("transition-delay", "0s")  # it is not hidden, whatever time has passed
    body.evaluate("body => body.getAnimations().forEach(each => each.cancel())")  # which shows it after two seconds
    expect(body).to_have_css("visibility", "visible")
    body.evaluate("body => { body.append(document.createElement('i')); body.lastChild.dataset.testid = 'stSkeleton'; }")
    expect(body).to_have_css("transition-delay", "864000s")  # something new is on its way
    assert body.evaluate("body => getComputedStyle(body).visibility") == "visible"


def test_search_filter_and_pass_on_the_address(context: BrowserContext) -> None:
    page = go(context, "/search")
    expect(page.get_by_text("Type what a shopper would look for.")).to_be_visible()
    page.get_by_label("Query").fill("camera")
    page.keyboard.press("Enter")
    expect(page.locator("[data-product]")).to_have_count(10)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Brand").click()
    page.get_by_role("option", name=re.compile("Norvik")).click()
    expect(page.locator("[data-product]")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"q=camera.*brand=Norvik|brand=Norvik.*q=camera"))
    other = in_a_new_tab(context, page)
    expect(other.locator("[data-product]")).to_have_count(2)
    assert cards(other) == cards(page)
    expect(other.get_by_label("Query")).to_have_value("camera")
    fine(other)


def test_similar_and_basket(context: BrowserContext) -> None:
    page = go(context, "/search?q=headphones")
    assert cards(page)[0] == "H1"  # and the page has come to rest: what is still being drawn may move under the pointer
    page.get_by_role("button", name="Add to basket").first.click()
    expect(page.get_by_role("button", name="In basket")).to_be_visible()
    page.get_by_role("button", name="Similar").first.click()
    expect(page.get_by_role("heading", name="Similar products")).to_be_visible()
    expect(page).to_have_url(re.compile("similar=H1"))
    page.get_by_role("button", name="Open the basket (1 product)").click()
    expect(page.get_by_role("heading", name="Recommend", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("/recommend.*basket=H1"))
    expect(page.locator("[data-product]")).to_have_count(11)
    assert cards(in_a_new_tab(context, page))[0] == "H1"


def test_pick_a_shopper_and_compare(context: BrowserContext) -> None:
    page = go(context, "/recommend?version=tiny")
    page.get_by_role("button", name=re.compile("^ann")).click()
    expect(page.get_by_text("5 products, newest first")).to_be_visible()
    expect(page).to_have_url(re.compile("shopper=ann"))
    assert cards(in_a_new_tab(context, page)) == cards(page)
    page = go(context, "/recommend?basket=C1&version=tiny&against=text")
    expect(page.get_by_role("heading", name="text", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("in common|the same, in the same order"))).to_be_visible()
    fine(page)


def test_navigation_keeps_the_version(context: BrowserContext) -> None:
    page = go(context, "/?version=text")
    page.get_by_role("link", name="Evaluation").click()
    expect(page.get_by_role("heading", name="Evaluation")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/evaluation\?version=text"))
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    expect(page.get_by_text(re.compile("Text: NDCG@10 is"))).to_be_visible()
    fine(page)


def test_markup_in_a_title_stays_text(context: BrowserContext) -> None:
    page = go(context, "/search?q=bag")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    expect(page.get_by_text(tiny.MARKUP).first).to_be_visible()
    assert page.locator("main img").count() == 0
    assert dialogs == []


def test_a_damaged_version_and_the_api_beside_the_pages(context: BrowserContext, server: str) -> None:
    page = go(context, "/search?version=wreck")
    expect(page.get_by_role("main").get_by_text("products.parquet differs")).to_be_visible()
    fine(page)
    with urllib.request.urlopen(f"{server}/api/search?q=camera&limit=1") as response:
        assert json.load(response)["items"][0]["asin"] == cards(go(context, "/search?q=camera"))[0]


@pytest.mark.parametrize("path", ["/search?q=camera", "/recommend?shopper=ann", "/evaluation"])
def test_the_controls_of_a_row_are_of_one_height(context: BrowserContext, path: str) -> None:
    page = go(context, path)
    row = page.locator("[data-testid=stHorizontalBlock]").filter(has=page.locator("[data-testid=stButtonGroup]")).first
    boxes = row.locator("[data-testid=stTextInputRootElement], [role=radio], [data-testid=stPopoverButton]")
    boxes.first.wait_for()
    heights = boxes.evaluate_all("boxes => boxes.map(box => box.getBoundingClientRect()).map(b => [b.top, b.height])")
    assert len(heights) >= 4
    assert max(top for top, _ in heights) - min(top for top, _ in heights) < 2
    assert max(height for _, height in heights) - min(height for _, height in heights) < 2


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_same_rank_is_at_the_same_height_in_both_lists(context: BrowserContext, width: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/recommend?basket=U2&version=tiny&against=wordy")
    expect(page.locator(".pse-even")).to_have_count(20)
    cards(page)
    tops = [
        each.locator(".pse-card").evaluate_all("cards => cards.map(card => card.getBoundingClientRect().top)")
        for each in page.locator(".st-key-side-0, .st-key-side-1").all()
    ]
    assert len(tops[0]) == len(tops[1]) == 10
    assert tops[0] == pytest.approx(tops[1], abs=1)
    for count, took in zip(
        page.locator(".pse-count").all(), page.get_by_text(re.compile("^in .* ms$")).all(), strict=True
    ):
        assert abs(count.bounding_box()["y"] - took.bounding_box()["y"]) < 10  # on one line
    cut = page.locator("[class*=st-key-row-], .pse-even .pse-card").evaluate_all(
        "cards => cards.filter(card => card.scrollHeight > card.clientHeight + 1).length"
    )
    assert cut == 0
