"""How far a page moves while it is drawn, and when it is seen, in a headless browser that draws in software.

    python -m benchmarks.layout_shift --artifacts FOLDER [--width N] [--height N] [--loads N]

Layout shift is the sum over a load (https://web.dev/articles/cls calls up to 0.1 good). Times are counted from the
request. A first load of each page is not counted: it fills the caches.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, sync_playwright

from pipeline.versions import VersionStore
from tests.browser.conftest import CHROMIUM, FLAGS, serving

REST = 4000  # milliseconds after which nothing of a page is still to come
PAGES = (
    "/",
    "/search?q=camera",
    "/search?q=camera&against-mode=words",
    "/recommend",
    "/shopper",
    "/map",
    "/compare?others={other}",
    "/evaluation",
    "/new-product?title=camera+bag",
    "/reverse-search",
    "/query-sets",
    "/taste-test",
    "/judge",
    "/data",
    "/versions",
)
NOTED = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shift += each.value;
}).observe({ type: 'layout-shift', buffered: true });
(function look() {
  const title = document.querySelector('h1'), body = title?.closest('.stMainBlockContainer');
  if (title) window.titled ??= performance.now();
  if (body && getComputedStyle(body).visibility === 'visible') window.seen = performance.now();
  else requestAnimationFrame(look);
})();
"""


def load(context: BrowserContext, address: str) -> list[float]:
    """Return the layout shift of a page, and after how many milliseconds its title and all of it are seen."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("window.seen", timeout=120_000)
    page.wait_for_timeout(REST)
    found: list[float] = page.evaluate("[window.shift, window.titled, window.seen]")
    page.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--artifacts", type=Path, required=True, help="holds two versions; make demo publishes such")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--loads", type=int, default=3)
    given = parser.parse_args()
    names = VersionStore(given.artifacts).names()
    if len(names) < 2:
        raise SystemExit(
            f"{given.artifacts} holds {len(names)} versions; it takes two, as python -m pipeline demo makes."
        )
    print(f"{given.width} x {given.height}, {given.loads} loads\n\n| page | shift, median | most | title ms | all ms |")
    print("|---|--:|--:|--:|--:|")
    with serving(given.artifacts) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for path in PAGES:
            context = browser.new_context(viewport={"width": given.width, "height": given.height})
            context.add_init_script(NOTED)
            where = address + path.format(other=names[-1])
            _, *found = [load(context, where) for _ in range(given.loads + 1)]
            context.close()
            shifts, titled, seen = zip(*found, strict=True)
            times = f"{median(titled):,.0f} | {median(seen):,.0f}"
            print(f"| {path} | {median(shifts):.3f} | {max(shifts):.3f} | {times} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
