"""Product text that attacks: on every page it is text, runs nothing, asks no other host for anything, and fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from pipeline.maps.space_map import SpaceMap
from pipeline.versions import VersionStore
from pipeline.work.profile import profile
from pipeline.workspace.playlist import Playlist
from tests import tiny
from tests.browser.conftest import browsing, serving
from tests.browser.test_dashboard import fine
from tests.maps.drawn import circle
from tests.profile import shop

pytestmark = pytest.mark.browser

RUN = "window.attacked=1"
SCRIPT = f"<script>{RUN}</script>"
IMAGE = f'<img src=x onerror="{RUN}">'
LINK = f"[camera](javascript:{RUN}) ![camera](https://evil.example/x.png) <https://evil.example>"
TURNED = "camera \u202eesrever\u202c \u2066\u202e gnp.exe"
NULLS = "camera\x00 with\x00\x07\x1b[31m nulls"
LONG = "camera" + "W" * 100_000
WORDY = "camera " * 14_000  # 98 kB with blanks
BREAKING = f"camera \"'><svg onload={RUN}> `{{{{7*7}}}}` $\\alpha$ :red[x] :material/delete: <!-- ]]> &lt; %s {{0}}"
STYLE = "camera</style><style>*{display:none}</style><iframe srcdoc='<script>parent.attacked=1</script>'></iframe>"
TITLES = (f"camera {SCRIPT}", f"camera {IMAGE}", LINK, TURNED, NULLS, LONG, WORDY, BREAKING, STYLE)
FRAME = "data:text/html,<script>parent.attacked=1</script>"
URLS = (f"javascript:{RUN}", f'x" onerror="{RUN}', FRAME, "//evil.example/x")
SHOPPERS = (f"ann {IMAGE}", f"bob [x](javascript:{RUN})", "cem\u202e")


@dataclass(frozen=True)
class Row(tiny.Row):
    """A product with everything that a dataset can say."""

    image_url: str | None = None
    description: str | None = None


SHOP = tuple(
    Row(
        product_id=f"P{number}" if number % 3 else f"P{number}\"'><b>{number}</b>",
        title=title,
        brand=(f"Brand {SCRIPT}", f"[b](javascript:{RUN})", LONG)[number % 3],
        category=(f"Photo {IMAGE}", (f"Cameras {LINK}", LONG, TURNED)[number % 3]),
        price=10.0 * (number + 1),
        image_url=URLS[number % len(URLS)],
        description=TITLES[-number],
    )
    for number, title in enumerate(TITLES)
)
IDS = [row.product_id for row in SHOP]
HISTORIES = {SHOPPERS[0]: tuple(IDS[:5]), SHOPPERS[1]: tuple(IDS[2:6]), SHOPPERS[2]: tuple(IDS[4:8])}
PAGES = {
    "home": "/",
    "playlist": "/playlist",
    "a pin, presented": "/search?q=camera&version=evil&present=1",
    "search": "/search?q=camera",
    "search, why": "/search?q=camera&why=P1",
    "search, similar": "/search?q=camera&similar=P1",
    "search, two ways": "/search?q=camera&against-mode=words",
    "search, filters": "/search?q=camera&price=10-60",
    "recommend, a basket": "/recommend?basket=P1",
    "recommend, a shopper": "/recommend?shopper=ann+%3Cimg+src%3Dx+onerror%3D%22window.attacked%3D1%22%3E",
    "recommend, two versions": "/recommend?basket=P1&version=evil&against=other",
    "map": "/map",
    "new product": "/new-product?title=camera+%3Cscript%3Ewindow.attacked%3D1%3C%2Fscript%3E&detail=displaced",
    "reverse search": "/reverse-search?product=P1&others=other&queries=own",
    "query sets": "/query-sets",
    "compare": "/compare?version=evil&against=other",
    "taste test": "/taste-test?version=evil&against=other",
    "judge": "/judge?version=evil&q=camera",
    "evaluation": "/evaluation",
    "data, groups": "/data?version=evil&about=groups",
    "data, what was left out": "/data?version=evil&about=left-out",
}


LEADING_OUT = """() => [...document.querySelectorAll('a[href], img[src]')].map(each => each.href || each.src)
  .filter(address => new URL(address, location).host.includes('evil'))"""


def told(out: Path) -> None:
    """Write a profile of a dataset whose names, reasons and rejected rows attack."""
    catalogue = [(row.product_id, row.title, row.brand, list(row.category), row.price) for row in SHOP]
    deeds = [
        (user, product, day, None, "test" if day == len(history) - 1 else "train")
        for user, history in HISTORIES.items()
        for day, product in enumerate(history)
    ]
    rejected = [("products", number, title, title) for number, title in enumerate(TITLES)]
    counts = shop.COUNTS | {"rejected": {"products": dict.fromkeys(TITLES, 1), "interactions": {}}}
    with TemporaryDirectory() as folder:
        profile(shop.write(Path(folder), catalogue=catalogue, deeds=deeds, rejected=rejected, counts=counts), out)


def drawn(space: str) -> SpaceMap:
    """Return a map whose clusters are called by what attacks."""
    plain = circle(len(SHOP), space)
    described = {
        level: tuple(replace(each, words=(IMAGE, LINK, SCRIPT), category=f"Photo {IMAGE}") for each in clusters)
        for level, clusters in plain.described.items()
    }
    return replace(plain, described=described)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    artifacts = tmp_path_factory.mktemp("hostile")
    store = VersionStore(artifacts)
    maps = [drawn("text"), drawn("towers")]
    judged = {f"camera {IMAGE}": {"P1": 2.0, "P2": 0.0}, LINK: {"P4": 1.0, "P5": 0.0}}
    for name, created in (("evil", "2026-03-01T00:00:00Z"), ("other", "2026-01-01T00:00:00Z")):
        tiny.publish(
            store, name, shop=SHOP, histories=HISTORIES, created=created, judged=judged, drawn=maps, generated=False,
            data=told,
        )  # fmt: skip
    asked = (("q", "camera"), ("version", "evil"))
    for title in TITLES[:3]:
        Playlist(artifacts).add("search", asked, title[:100], title[:500], {"evil": "", title[:40]: title[:40]})
    with serving(artifacts) as address:
        yield address


@pytest.fixture
def visitor(chromium: Browser, hostile: str) -> Iterator[BrowserContext]:
    with browsing(chromium, hostile) as context:
        yield context


def rested(page: Page) -> None:
    """Wait until the server has drawn everything."""
    expect(page.locator("h1")).to_be_visible()
    before = ""
    for _ in range(60):
        page.wait_for_timeout(500)
        busy = page.locator("[data-testid=stStatusWidget], [data-stale=true]").count()
        now = page.locator("body").inner_text()[:20_000]
        if not busy and now == before:
            return
        before = now
    raise AssertionError("the page did not come to rest")


def wrong(line: ConsoleMessage) -> bool:
    """Whether a line of the console is an error; below a page's path Streamlit first asks for its own routes there."""
    return line.type == "error" and "/_stcore/" not in line.location["url"]


@pytest.mark.parametrize("where", PAGES, ids=lambda where: f"{where} -> text only, nothing ran, nothing overflows")
def test_it_is_harmless(visitor: BrowserContext, where: str) -> None:
    page = visitor.new_page()
    dialogs: list[str] = []
    errors: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(f"{line.text} {line.location}") if wrong(line) else None)
    page.goto(PAGES[where])
    rested(page)
    fine(page)
    assert "says of its data cannot be read" not in page.locator("[data-testid=stMain]").inner_text()
    assert page.evaluate("window.attacked") is None
    assert dialogs == []
    assert errors == []
    assert page.locator("script", has_text=re.compile("attacked")).count() == 0
    assert page.locator("[onerror], [onload], iframe[srcdoc], a[href^='javascript:']").count() == 0
    assert page.evaluate(LEADING_OUT) == []  # a query of this app may name such a host
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room
    inner = page.locator("[data-testid=stMain]").evaluate("main => [main.scrollWidth, main.clientWidth]")
    assert inner[0] <= inner[1] + 1
    assert "\u202e" not in page.locator("[data-testid=stMain]").inner_text()


def test_the_title_is_seen_as_it_is_written(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/search?q=camera")
    expect(page.get_by_text(f"camera {SCRIPT}").first).to_be_visible()
