"""What the Map page sends, and how long its first map takes to appear, in a headless browser that draws in software.

    python -m benchmarks.map_page [--products N]

Publishes made-up products in groups on a made-up map, serves them as the dashboard does, and opens the page once. The
time of the processor stands beside that of the clock, for a machine that does something else as well; it is that of the
browser, of the server and of all that they start, while the page opens. Static assets are the scripts, styles and fonts
of Streamlit and Plotly.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from playwright.sync_api import Page, sync_playwright

from pipeline.maps.space_map import Cluster, SpaceMap
from pipeline.versions import VersionStore
from tests import tiny
from tests.browser.conftest import CHROMIUM, FLAGS, serving
from tests.maps.drawn import circle

GROUPS = 150
STATIC = ("/static/", "/assets/")


def islands(n: int, space: str) -> SpaceMap:
    """Return a map of n products in groups, each around a place of its own."""
    generator = np.random.default_rng(0)
    group = np.sort(generator.integers(GROUPS, size=n)).astype(np.int32)
    centres = generator.normal(size=(GROUPS, 2))
    places = (centres[group] + 0.06 * generator.normal(size=(n, 2))).astype(np.float32)
    sizes = np.bincount(group, minlength=GROUPS)
    fine = tuple(Cluster(code, int(sizes[code]), (f"kind{code}",), (), (), None, None, 0) for code in range(GROUPS))
    coarse = tuple(
        Cluster(code, int((group // 10 == code).sum()), (f"great{code}",), (), (), None, None, None)
        for code in range(GROUPS // 10)
    )
    return replace(
        circle(n, space),
        coordinates={"umap": places, "tsne": places[:, ::-1].copy()},
        clusters={"fine": group, "coarse": group // 10},
        described={"fine": fine, "coarse": coarse},
    )


def shop(n: int) -> tuple[tiny.Row, ...]:
    """Return n products of the tiny shop, over and over."""
    return tuple(
        replace(tiny.SHOP[row % len(tiny.SHOP)], product_id=f"P{row}", title=f"{tiny.SHOP[row % 12].title} {row}")
        for row in range(n)
    )


def worked(root: int) -> float:
    """Return the seconds of the processor that a process and those below it have taken."""
    parents, seconds = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(path.parent.name)] = int(fields[1])
        seconds[int(path.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    inside, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in inside} | inside
        grown, inside = more != inside, more
    return sum(seconds.get(pid, 0.0) for pid in inside - {os.getpid()})


def measure(page: Page, path: str) -> None:
    """Open the page and print what came and how long it took."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda it: addresses.update({it["requestId"]: it["request"]["url"]}))
    session.on("Network.loadingFinished", lambda it: sizes.update({it["requestId"]: int(it["encodedDataLength"])}))
    frames: list[int] = []
    session.on("Network.webSocketFrameReceived", lambda it: frames.append(len(it["response"]["payloadData"]) * 3 // 4))
    before, began = worked(os.getpid()), perf_counter()
    page.goto(path)
    page.locator(".pse-map[data-drawn]").wait_for(timeout=300_000)
    taken, processor = perf_counter() - began, worked(os.getpid()) - before
    inside = page.evaluate("() => Number(document.querySelector('.pse-map').dataset.drawn)")
    page.wait_for_timeout(1000)
    static = sum(size for key, size in sizes.items() if any(each in addresses.get(key, "") for each in STATIC))
    print(f"  drawn after {taken:.1f} s ({inside / 1000:.1f} s by the page's clock), processor {processor:.1f} s")
    print(f"  static assets {static / 1e6:.2f} MB, over the socket {sum(frames) / 1e6:.3f} MB")
    for key, size in sizes.items():
        if "/api/" in addresses.get(key, ""):
            print(f"  {addresses[key].split('/api/')[1].split('?')[0]:14}{size / 1e6:.3f} MB")
    other = sum(sizes.values()) - static + sum(frames)
    print(f"  all beyond static assets {other / 1e6:.3f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--products", type=int, default=48_629)
    n = parser.parse_args().products
    with tempfile.TemporaryDirectory() as folder:
        tiny.publish(VersionStore(Path(folder)), "great", shop=shop(n), towers=False, drawn=[islands(n, "text")])
        with serving(Path(folder)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            page = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address).new_page()
            page.goto("/")
            page.locator("h1").wait_for()  # the version is open: what follows is the map alone
            print(f"{n:,} products, the first map of a browser that has the page's own scripts:")
            measure(page, "/map?version=great")
            browser.close()


if __name__ == "__main__":
    main()
