"""Pages in narrow windows: what is read and what is clicked lies inside its box and inside the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import browsing
from tests.browser.test_accessible import at_rest

pytestmark = pytest.mark.browser
# What is looked at, and what says that it is there.
PAGES = [
    ("/search?q=camera&against-mode=words", ".pse-even"),
    ("/recommend?shopper=ann", ".pse-card"),
    ("/compare?version=tiny&others=text", ".pse-table td"),
    ("/judge?version=tiny&against=text&unit=zoom+lens", ".st-key-guideline"),
    ("/versions", ".pse-table td"),
    ("/runs", "[data-testid=stSelectbox]"),
]
# Text whose line leaves a box that neither shows nor scrolls it, its column or the window; controls outside the window.
# A title ends after two lines, a category or brand in a compared list where its line does: that is meant.
LEAVING = """() => {
  const main = document.querySelector(".stMainBlockContainer"), found = [];
  const wide = document.documentElement.clientWidth;
  const shown = node => node.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const says = (box, element) => {
    for (let each = element; each !== main.parentElement; each = each.parentElement) {
      const style = getComputedStyle(each), around = each.getBoundingClientRect();
      if (around.width <= 2) return "";  // read aloud only
      if (["auto", "scroll"].includes(style.overflowX) && each.scrollWidth > each.clientWidth) return "";
      if ((style.overflowX !== "visible" || each.matches(".stColumn")) &&
          (box.right > around.right + 2 || box.left < around.left - 2)) return "is cut";
    }
    return box.right > wide + 1 || box.left < -1 ? "is outside" : "";
  };
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, element = text.parentElement, range = document.createRange();
    if (!text.data.trim() || !shown(element)) continue;
    if (element.closest(".js-plotly-plot, [data-testid=stIconMaterial], .pse-title, .pse-even bdi")) continue;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect(), why = box.width ? says(box, element) : "";
    if (why) found.push(`${text.data} ${why}`);
    else if (text.data.length > 12 && box.width < 48 && box.height > 80) found.push(`${text.data} is squeezed`);
  }
  for (const control of main.querySelectorAll("button, a, input, [role=combobox]")) {
    const box = control.getBoundingClientRect(), why = shown(control) && box.width > 2 ? says(box, control) : "";
    if (why) found.push(`${control.outerHTML.slice(0, 80)} ${why}`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def tablet(chromium: Browser, server: str) -> Iterator[Page]:
    with browsing(chromium, server) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 820, "height": 1180})
        yield page


def leaving(page: Page) -> list[str]:
    """Return what leaves its box on a page that has come to rest; the last styles may still be on their way."""
    at_rest(page)
    for _ in range(20):
        if not (found := page.evaluate(LEAVING)):
            return []
        page.wait_for_timeout(200)
    return found


@pytest.mark.parametrize(("path", "waited_for"), PAGES)
def test_nothing_is_cut_on_a_tablet(tablet: Page, path: str, waited_for: str) -> None:
    tablet.goto(path)
    tablet.locator(waited_for).first.wait_for()
    expect(tablet.get_by_role("combobox", name="Version")).to_be_visible()
    assert leaving(tablet) == []
    main = tablet.locator(".stMain").bounding_box()
    assert main is not None
    assert (main["x"], main["width"]) == (0, 820)  # the sidebar stands above


def test_nothing_is_cut_on_a_phone(tablet: Page) -> None:
    tablet.set_viewport_size({"width": 390, "height": 844})
    tablet.goto("/search?q=camera")
    tablet.locator(".pse-card").first.wait_for()
    assert leaving(tablet) == []
    body, side = (f"document.querySelector('{each}').getBoundingClientRect()" for each in (".pse-body", ".pse-side"))
    assert tablet.evaluate(f"{side}.top - {body}.bottom") >= 0  # the score leaves the line to the title
