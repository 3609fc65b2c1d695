"""A run that is started from a page: watched, closed and found again, cancelled; nothing is published by halves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from pipeline.data.sample import generate
from pipeline.versions import VersionStore
from tests import tiny
from tests.browser.conftest import browsing, serving
from tests.browser.test_dashboard import fine, go

pytestmark = pytest.mark.browser


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """An artifacts folder with a version, and the description of a shop that takes a while to be read."""
    tiny.publish(VersionStore(tmp_path), "shop", towers=False)
    generate(tmp_path / "descriptions", products=200, shoppers=300, interactions=3000, queries=20)
    return tmp_path


@pytest.fixture
def context(chromium: Browser, artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    monkeypatch.setenv("PSE_ALLOW_RUNS", "1")
    with serving(artifacts) as address, browsing(chromium, address) as context:
        yield context


def test_a_run_is_started_watched_and_cancelled(context: BrowserContext, artifacts: Path) -> None:
    published = (artifacts / "versions" / "shop" / "manifest.json").read_bytes()
    page = go(context, "/runs?dataset=descriptions%2Fdataset.toml&recipe=text&replace=1")
    page.get_by_label("Version name").fill("shop")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(re.compile(r"job=\d{8}-\d{6}"))
    told = page.get_by_role("cell", name=re.compile("Prepare tables"))
    expect(told).to_be_visible(timeout=240_000)  # a run stands back behind other work, and imports much before it tells
    fine(page)
    address = page.url
    page.close()
    page = go(context, address)  # the run has outlived its tab
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel shop").click()
    expect(page.get_by_text(re.compile("shop was cancelled after"))).to_be_visible()
    fine(page)
    (job,) = (artifacts / "jobs").glob("2*")
    assert VersionStore(artifacts).names() == ["shop"]
    assert (artifacts / "versions" / "shop" / "manifest.json").read_bytes() == published
    assert not _at_work(job)


def _at_work(job: Path) -> bool:
    """Return whether any process still works for a run: its events are named in the process's environment."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == os.getuid() and bytes(job) in (process / "environ").read_bytes():
                return True
        except OSError:
            continue
    return False
