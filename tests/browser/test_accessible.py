"""Everyone can use the pages: axe-core finds nothing serious in light or dark (WCAG 2 A and AA, contrast among it)."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
GRAVE = ("serious", "critical")
GROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
# What is looked at, and what says that it is there.
PAGES = [
    ("/", ".pse-versions td"),
    ("/playlist", "h1"),
    ("/search?q=camera&tour=1", ".st-key-stage a"),
    ("/search?q=camera", ".pse-meta"),
    ("/search?q=camera+bag&version=ranked&brand=Norvik&why=C1", ".pse-reason small"),
    ("/search?q=camera&against-mode=words", ".pse-lines"),
    ("/recommend?shopper=ann", ".pse-meta"),
    ("/recommend?version=text", "[data-testid=stBaseButton-primary]"),
    ("/map", "canvas"),
    ("/query-sets", "h1"),
    ("/compare?version=tiny&others=text", "[data-tag]"),
    ("/taste-test", "h1"),
    ("/judge", "h1"),
    ("/evaluation", ".pse-table td"),
    ("/data", "h1"),
    ("/runs?name=a", ".pse-note"),
    ("/own-data", ".pse-empty"),
    ("/versions", ".pse-table td"),
    ("/shopper?shopper=ann", ".js-plotly-plot"),
    ("/new-product?title=zoom+lens", "canvas"),
    ("/reverse-search?product=C1", "main table td"),
]


def at_rest(page: Page) -> None:
    """Wait until nothing runs and nothing is being drawn."""
    page.locator("[data-testid=stStatusWidget]").wait_for(state="hidden")
    page.locator("[data-stale=true]").first.wait_for(state="hidden")


@pytest.mark.parametrize(("path", "waited_for"), PAGES)
def test_nothing_serious_is_found(context: BrowserContext, path: str, waited_for: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="light")
    page.goto(path)
    page.locator(waited_for).first.wait_for()
    at_rest(page)
    found = grave(page)
    ground = page.evaluate(GROUND)
    page.emulate_media(color_scheme="dark")  # pages follow at once
    page.wait_for_function(f"before => ({GROUND})() !== before", arg=ground)
    at_rest(page)
    assert found + grave(page) == []


def grave(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical, with the element and what to do."""
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][-150:]}"
        for each in Axe().run(page, options=RULES).response["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
