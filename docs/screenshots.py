"""The README's pictures, made from the running dashboard over the built-in sample.

    make demo        # once; or name a folder that holds the sample's versions
    .venv/bin/python docs/screenshots.py [ARTIFACTS]

Needs Chromium and the development requirements (`make check` installs them).
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tests.browser.conftest import CHROMIUM, FLAGS, serving  # noqa: E402

WIDE, HIGH = 1280, 860
VIEWS = {
    "home": ("/", ".pse-versions td"),
    "search": ("/search?version=sample-history&q=wireless+headphones&against-mode=meaning", ".pse-lines"),
    "shopper": ("/shopper?version=sample-history&shopper=S001909", ".js-plotly-plot"),
    "map": ("/map?version=sample-history&q=camera", "canvas"),
    "compare": ("/compare?version=sample-text&others=sample-history", ".pse-table td"),
}


def main() -> None:
    artifacts = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "artifacts"
    with serving(artifacts) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH}, color_scheme="light")
        page.set_default_timeout(120_000)
        for name, (path, waited_for) in VIEWS.items():
            page.goto(address + path)
            page.locator(waited_for).first.wait_for()
            page.locator("[data-testid=stStatusWidget]").wait_for(state="hidden")
            page.wait_for_timeout(3000)  # the map's last labels, the chart's last frame
            page.screenshot(path=HERE / f"{name}.png")
            print(HERE / f"{name}.png")


if __name__ == "__main__":
    main()
