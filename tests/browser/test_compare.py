"""Two searches side by side, and a query set, by hand."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_dashboard import cards, fine, go, in_a_new_tab

pytestmark = pytest.mark.browser


def download(page: Page, key: str = "download") -> tuple[str, list[dict[str, str]]]:
    """Press a button by its key; return the file's name and its rows.

    A button's place among others will not do: those of the view before are still there until the next one is drawn.
    """
    with page.expect_download() as waiting:
        page.locator(f".st-key-{key}").get_by_role("button").click()
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return waiting.value.suggested_filename, list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_compare_two_modes_and_pass_on_the_address(context: BrowserContext) -> None:
    page = go(context, "/search?q=camera&version=tiny")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("combobox", name="With another mode").click()
    page.get_by_role("option", name="Meaning (MiniLM)").click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("against-mode=meaning"))
    expect(page.get_by_text(re.compile("results are in common"))).to_be_visible()
    found = cards(page)
    assert len(found) == 20
    name, rows = download(page)
    assert re.fullmatch(
        r"tiny-fused-tiny-meaning-camera-data-0123456789ab-published-2026-03-01-saved-\d{4}-\d\d-\d\d\.csv", name
    )
    assert [row["product_id"] for row in rows] == found
    assert [row["mode"] for row in rows] == ["fused"] * 10 + ["semantic"] * 10
    other = in_a_new_tab(context, page)
    assert cards(other) == found
    fine(other)


@pytest.mark.parametrize(
    "path", ["/search?q=camera&against-mode=meaning", "/recommend?basket=U2&version=tiny&against=wordy"]
)
@pytest.mark.parametrize("width", [600, 1280, 1920])
def test_each_line_meets_the_middle_of_its_rows(context: BrowserContext, path: str, width: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    cards(page)
    picture = page.locator(".pse-lines")
    if width < 1280:
        expect(picture).to_be_hidden()  # the lists stand below each other
        return
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    box, rows = picture.bounding_box(), page.locator(".st-key-side-0 .pse-card")
    assert box is not None
    n = rows.count()
    for place in range(n):
        row = rows.nth(place).bounding_box()
        assert row is not None
        assert row["y"] + row["height"] / 2 == pytest.approx(box["y"] + box["height"] * (place + 0.5) / n, abs=1)


def test_make_a_query_set_run_it_and_download_it(context: BrowserContext) -> None:
    page = go(context, "/query-sets?version=tiny")
    page.get_by_role("button", name=re.compile("Type or upload queries|New set")).click()
    page.get_by_label("One query a line").fill("zoom lens\nusb\n=tripod")
    page.get_by_label("Name").fill("by hand")
    page.get_by_label("Name").press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("3 queries; 2 can be measured")).to_be_visible()
    page.get_by_text("Words", exact=True).click()
    expect(page).to_have_url(re.compile("mode=words"))
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(re.compile(r"Words: NDCG@10 is 0\.575"))).to_be_visible()
    expect(page.locator("[data-testid=stDataFrame] canvas").first).to_be_visible()
    name, rows = download(page)
    assert name.startswith("tiny-by-hand-data-")
    assert [(row["query"], row["top_product_id"], row["ndcg@10"][:6]) for row in rows] == [
        ("zoom lens", "L1", "0.5364"),  # worked out in tests/evaluation/test_batch.py
        ("usb", "U1", "0.6131"),
        ("'=tripod", "T1", ""),
    ]
    other = in_a_new_tab(context, page)
    expect(other.get_by_text(re.compile(r"NDCG@10 is 0\.575"))).to_be_visible()
    fine(other)
