"""How long the page Compare takes over real versions, from a click in a headless browser to the page at rest.

    python -m benchmarks.compare_page BASELINE OTHER... [--artifacts FOLDER] [--rounds N]

The first load opens the versions and computes every test; what follows is what an analyst does then. The page is at
rest when Streamlit says that its script, and every fragment of it, has run, and nothing changed for a while, which is
taken off. "a weight" is an arrow key on a slider of What if, up to the redrawn frontier; the candidates must have been
collected. Times are seconds, least, median and most.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, serving

QUIET = 0.4  # seconds without a change of the page
TABS = ("Slices", "Shoppers", "Lists", "Drift", "What if", "What differs", "Cost", "Metrics")
# Resolves when the page has been at rest so long.
REST = """(quiet) => new Promise(done => {
    let last = performance.now();
    const seen = new MutationObserver(() => { last = performance.now() });
    seen.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
    const look = setInterval(() => {
        const app = document.querySelector('[data-testid="stApp"]');
        const stale = document.querySelector('[data-stale="true"]');
        if (!app || app.dataset.testScriptState !== 'notRunning' || stale) last = performance.now();
        if (performance.now() - last > 1000 * quiet) { clearInterval(look); seen.disconnect(); done() }
    }, 20);
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("baseline")
    parser.add_argument("others", nargs="+")
    parser.add_argument("--artifacts", type=Path, default=Path(os.environ.get("PSE_ARTIFACTS", "artifacts")))
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    address = f"/compare?version={asked.baseline}" + "".join(f"&others={name}" for name in asked.others)
    with serving(asked.artifacts.resolve()) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, base_url=server)
        page.set_default_timeout(120_000)
        tell("first load", [opened(page, address)])
        tell("load again", [opened(page, address) for _ in range(asked.rounds)])
        found: dict[str, list[float]] = {}
        for _ in range(asked.rounds):
            for name in TABS:
                tab = page.get_by_role("radio", name=name, exact=True)
                if tab.count():
                    found.setdefault(f"to {name}", []).append(timed(page, partial(tab.first.click, force=True)))
                if name == "What if" and page.get_by_role("slider").count():
                    slider = page.get_by_role("slider").first
                    slider.focus()
                    found.setdefault("a weight", []).append(timed(page, lambda: page.keyboard.press("ArrowRight")))
        for name, taken in found.items():
            tell(name, taken)
        browser.close()


def opened(page: Page, address: str) -> float:
    """Return the seconds from asking for the page to its verdict at rest."""
    began = perf_counter()
    page.goto(address)
    page.get_by_role("radio", name="Slices", exact=True).wait_for(state="attached")
    page.evaluate(REST, QUIET)
    return perf_counter() - began - QUIET


def timed(page: Page, act: Callable[[], object]) -> float:
    """Return the seconds from an act to the page at rest."""
    began = perf_counter()
    act()
    page.evaluate(REST, QUIET)
    return perf_counter() - began - QUIET


def tell(name: str, taken: list[float]) -> None:
    print(f"{name:<16}{min(taken):8.2f}{median(taken):8.2f}{max(taken):8.2f}", flush=True)


if __name__ == "__main__":
    main()
