"""The map in a real browser: coloured, lassoed, clicked, left and come back to; its address restores it."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import tiny
from tests.browser.test_accessible import at_rest
from tests.browser.test_dashboard import fine, go, in_a_new_tab

pytestmark = pytest.mark.browser

PLACE = """([plot, x, y]) => {
  const { left, top } = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
  return [left + xaxis.l2p(x), top + yaxis.l2p(y)];
}"""


def drawn(page: Page) -> None:
    """Wait until the map is drawn and has come to rest."""
    page.locator(".pse-map[data-drawn]").first.wait_for()
    before = ""
    for _ in range(40):
        now = page.locator(".pse-map").first.get_attribute("data-drawn") or ""
        if now == before and not page.locator("[data-testid=stStatusWidget]").count():
            return
        before = now
        page.wait_for_timeout(700)
    raise AssertionError("the map did not come to rest")


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the map is on the screen."""
    plot = page.locator(".pse-map-plot").first.element_handle()
    left, top = page.evaluate(PLACE, [plot, x, y])
    return left, top


def of(row: int) -> tuple[float, float]:
    """Return the place of a product of the tiny shop, which lies on a circle."""
    angle = row * 2 * math.pi / len(tiny.SHOP)
    return math.cos(angle), math.sin(angle)


def lasso(page: Page, corners: list[tuple[float, float]]) -> None:
    page.locator("[data-title='Lasso Select']").first.click()
    points = [place(page, x, y) for x, y in [*corners, corners[0]]]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def test_colour_lasso_click_leave_and_come_back(context: BrowserContext) -> None:
    page = go(context, "/map?version=tiny")
    drawn(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option", name="Brand", exact=True).click()
    page.locator(".pse-map[data-colour=brand]").wait_for()
    drawn(page)
    expect(page.get_by_role("button", name="Sonara 3")).to_be_visible()
    assert any("/api/map/colours" in url for url in sent)
    assert not any("/api/map/places" in url for url in sent)  # the places are not sent again

    right = [(0.2, -0.95), (1.04, -0.95), (1.04, 1.04), (0.2, 1.04)]
    lasso(page, right)  # products 0, 1, 2, 10 and 11
    expect(page.get_by_text("5 products selected, 41.7 % of 12")).to_be_visible()
    expect(page.locator("[data-testid=stDataFrame]")).to_be_visible()
    expect(page).to_have_url(re.compile(r"area=[-0-9._]+"))
    drawn(page)

    page.locator("[data-title=Pan]").first.click()
    page.mouse.click(*place(page, *of(1)))
    expect(page.locator("[data-product=C2]")).to_be_visible()
    expect(page).to_have_url(re.compile("product=C2"))
    drawn(page)
    before = page.url

    other = in_a_new_tab(context, page)
    drawn(other)
    expect(other.get_by_text("5 products selected, 41.7 % of 12")).to_be_visible()
    expect(other.locator("[data-product=C2]")).to_be_visible()
    expect(other.get_by_role("button", name="Sonara 3")).to_be_visible()
    other.close()

    page.get_by_role("link", name="Search for it").click()
    expect(page.get_by_role("heading", name="Search", exact=True)).to_be_visible()
    expect(page.locator("[data-product=C2]")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Map", exact=True)).to_be_visible()
    expect(page.get_by_text("5 products selected, 41.7 % of 12")).to_be_visible()
    assert page.url == before
    fine(page)


def test_pointing_tells_the_title_and_markup_stays_text(context: BrowserContext) -> None:
    page = go(context, "/map?version=tiny")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    drawn(page)
    x, y = place(page, *of(5))
    page.mouse.move(x + 30, y)
    page.mouse.move(x, y, steps=4)
    expect(page.locator(".pse-map-tip b")).to_have_text(tiny.MARKUP)
    assert page.locator("main img").count() == 0
    assert dialogs == []


def test_the_legend_switches_groups_off(context: BrowserContext) -> None:
    page = go(context, "/map?version=tiny")
    drawn(page)
    photo = page.get_by_role("button", name="Photo 6")
    photo.click()
    expect(photo).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_url(re.compile("off=0"))
    other = in_a_new_tab(context, page)
    expect(other.get_by_role("button", name="Photo 6")).to_have_attribute("aria-pressed", "false")


def test_a_shopper_on_the_map_and_off_it(context: BrowserContext) -> None:
    symbols = "plot => plot.data.flatMap(trace => trace.marker?.symbol ?? [])"
    page = go(context, "/recommend?version=tiny&shopper=bob")
    page.get_by_role("link", name="Show on map").first.click()
    expect(page).to_have_url(re.compile("/map.*shopper=bob"))
    drawn(page)
    plot = page.locator(".pse-map-plot").first
    assert plot.evaluate(symbols) == ["circle-open", "diamond-open", "diamond"]
    expect(page.get_by_text("Rings are the history, 4 products")).to_be_visible()
    page.get_by_role("button", name="Take off the map").click()
    expect(page).not_to_have_url(re.compile("shopper"))
    fine(page)


def test_show_on_map_from_a_search_result(context: BrowserContext) -> None:
    page = go(context, "/search?version=tiny&q=headphones")
    expect(page.locator("[data-product]")).to_have_count(10)
    at_rest(page)  # else the link may move away from under the click
    page.get_by_role("link", name="Show on map").first.click()
    expect(page.get_by_role("heading", name="Map", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("/map.*product=H"))
    drawn(page)
    fine(page)


def test_a_saved_map_opens_without_the_server(context: BrowserContext, tmp_path: Path) -> None:
    page = go(context, "/map?version=tiny")
    drawn(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as HTML").click()
    file = tmp_path / "map.html"
    waiting.value.save_as(file)
    with page.expect_download() as waiting:
        page.locator("[data-title='Save as PNG']").click()
    picture = tmp_path / "map.png"
    waiting.value.save_as(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    alone = page.context.browser.new_context(offline=True).new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(file.as_uri(), timeout=90_000)
    alone.locator(".pse-map[data-drawn]").wait_for()
    assert asked == [file.as_uri()]
    x, y = place(alone, *of(5))
    alone.mouse.move(x + 30, y)
    alone.mouse.move(x, y, steps=4)
    expect(alone.locator(".pse-map-tip b")).to_have_text(tiny.MARKUP)
    alone.context.close()
