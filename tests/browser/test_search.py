"""Searching by hand: from a query to the reason for one product, to two lists, and the same from their address."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.versions import VersionStore
from tests import tiny
from tests.browser.conftest import serving
from tests.browser.test_accessible import at_rest
from tests.browser.test_dashboard import cards, fine, go, in_a_new_tab

pytestmark = pytest.mark.browser

PIXEL = base64.b64decode(  # a PNG of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def search(page: Page, query: str) -> None:
    page.get_by_label("Query").fill(query)
    page.keyboard.press("Enter")


def test_from_a_query_to_a_reason_and_again_from_the_address(context: BrowserContext) -> None:
    page = go(context, "/search?version=ranked")
    search(page, "camera bag")
    expect(page.locator("[data-product]")).to_have_count(10)
    expect(page.locator(".pse-title mark").first).to_be_visible()
    page.get_by_role("button", name="Help", exact=True).click()
    expect(page.get_by_text("A model orders what words and meaning find. The score, 0 to 1")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Category").click()
    page.get_by_role("option", name="Photo (6)").click()
    expect(page.locator("[data-product]")).to_have_count(6)
    band = page.locator("[data-testid=stButtonGroup] button").filter(has_text="20 to 50 (2)")
    band.click()  # the tripod and the bag
    expect(page.locator("[data-product]")).to_have_count(2)
    expect(band).to_be_visible()  # the filters stay unfolded
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Price 20 to 50 ✕")).to_be_visible()
    listed = cards(page)
    assert set(listed) == {"T1", "B1"}

    page.locator(f"[data-product={listed[0]}]").wait_for()
    page.get_by_role("button", name="Why", exact=True).first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text('Rank 1 of 2 for "camera bag"')).to_be_visible()
    expect(drawer.locator(".pse-for, .pse-against").first).to_be_visible()
    expect(page).to_have_url(re.compile(f"why={listed[0]}"))

    other = in_a_new_tab(context, page)
    expect(other.get_by_role("dialog").get_by_text('Rank 1 of 2 for "camera bag"')).to_be_visible()
    at_rest(other)  # reasons are drawn after the rank
    assert other.get_by_role("dialog").locator(".pse-reason").all_inner_texts() == (
        drawer.locator(".pse-reason").all_inner_texts()
    )
    other.get_by_role("button", name="Close").click()
    expect(other.get_by_role("dialog")).to_have_count(0)
    expect(other).not_to_have_url(re.compile("why="))
    expect(other.get_by_label("Query")).to_have_value("camera bag")
    assert cards(other) == listed

    other.get_by_role("button", name="Compare").click()
    other.get_by_role("combobox", name="With another mode").click()
    other.get_by_role("option", name="Meaning (MiniLM)").click()
    other.keyboard.press("Escape")
    expect(other.locator("[data-product]")).to_have_count(4)
    beside = cards(other)
    assert beside[:2] == listed
    assert sorted(beside[2:]) == sorted(listed)
    assert cards(in_a_new_tab(context, other)) == beside

    other.get_by_role("button", name="Price 20 to 50 ✕").click()
    expect(other.locator("[data-product]")).to_have_count(12)
    fine(other)


def test_the_keyboard_is_enough(context: BrowserContext) -> None:
    page = go(context, "/search?version=ranked")
    search(page, "camera")
    expect(page.locator("[data-product]").first).to_contain_text("camera")
    expect(page.get_by_label("Query")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("usb cable")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=usb(\+|%20)cable"))
    expect(page.locator("[data-product=U1]")).to_be_visible()
    expect(page.get_by_label("Query")).to_be_focused()
    link = page.get_by_role("link", name="Who finds it").first
    link.focus()  # after keys: as a Tab would
    expect(link).to_have_css("outline-style", "solid")


@pytest.mark.parametrize("size", [(1280, 900), (1920, 1080)])
@pytest.mark.parametrize("query", ["q=camera", "q=camera+under+300", "q=camera&brand=Norvik&max=1"])
def test_the_first_card_begins_in_the_upper_third(context: BrowserContext, size: tuple[int, int], query: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"/search?version=ranked&{query}")
    cards(page)
    box = page.locator(".st-key-result-1").bounding_box()
    assert box is not None
    assert box["y"] <= size[1] / 3


def test_what_was_left_out_is_struck_through(context: BrowserContext) -> None:
    page = go(context, "/search?version=ranked&q=camera&brand=Norvik&max=1")
    chip = page.get_by_role("button", name="Price up to 1 left out ✕")
    expect(chip.locator("del")).to_have_text("Price up to 1")
    expect(page.get_by_role("button", name="Norvik ✕").locator("del")).to_have_count(0)
    chip.click()
    expect(page).not_to_have_url(re.compile("max="))


def test_a_reason_that_is_unfolded_belongs_to_its_list(context: BrowserContext) -> None:
    page = go(context, "/search?version=tiny&similar=C1")
    cards(page)
    page.get_by_role("button", name="Why", exact=True).nth(2).click()
    expect(page.get_by_text("Own score")).to_be_visible()
    page.get_by_text("By shoppers", exact=True).click()
    expect(page).to_have_url(re.compile("space=towers"))
    expect(page.get_by_text("Own score")).to_have_count(0)


def test_a_compared_card_has_its_reason(context: BrowserContext) -> None:
    page = go(context, "/search?version=ranked&q=camera+bag&against-mode=words")
    cards(page)
    expect(page.locator(".st-key-side-1 mark").first).to_be_visible()
    page.locator(".st-key-act-1-1 button").first.click()
    page.get_by_role("option", name="Why").or_(page.get_by_role("menuitem", name="Why")).first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("Words (BM25): only what holds a word")).to_be_visible()
    expect(page).to_have_url(re.compile("why-side=2"))
    other = in_a_new_tab(context, page)
    expect(other.get_by_role("dialog").get_by_text("Words (BM25): only what holds a word")).to_be_visible()
    fine(other)


@dataclass(frozen=True)
class Pictured(tiny.Row):
    """A product with a picture."""

    image_url: str | None = None


def test_a_picture_lies_over_its_stand_in(chromium: Browser, tmp_path: Path) -> None:
    names = ("good", "broken")
    shop = tuple(
        Pictured(name, f"Camera {name}", None, (), None, f"https://pictures.example/{name}.png") for name in names
    )
    tiny.publish(VersionStore(tmp_path), towers=False, shop=shop)
    with serving(tmp_path) as address:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        asked: list[dict[str, str]] = []

        def answer(route) -> None:
            asked.append(route.request.all_headers())
            if "good" in route.request.url:
                route.fulfill(body=PIXEL, content_type="image/png")
            else:
                route.abort()

        context.route("https://pictures.example/**", answer)
        page = go(context, "/search?q=camera")
        cards(page)
        seen = {}
        for name in names:
            box = page.locator(f"[data-product={name}] .pse-picture")
            picture = box.locator("img")
            assert picture.evaluate("picture => picture.complete && picture.naturalWidth") == (name == "good")
            with_it = box.screenshot()
            picture.evaluate("picture => picture.remove()")
            seen[name] = (with_it, box.screenshot())
        context.close()
    assert seen["good"][0] != seen["good"][1]  # it covers the letters
    assert seen["broken"][0] == seen["broken"][1]  # nothing is drawn over them
    assert len(asked) == 2
    assert [headers.get("referer") for headers in asked] == [None, None]
