"""A real server on a free port, and a real Chromium in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, expect, sync_playwright

from pipeline.versions import VersionStore
from tests import tiny

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
]


@contextmanager
def serving(artifacts: Path) -> Iterator[str]:
    """Start the dashboard as its command starts it, over the versions in `artifacts`; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (artifacts / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PSE_ARTIFACTS": str(artifacts)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, (artifacts / "server.log").read_text()
                time.sleep(0.5)
        else:
            pytest.fail("The server did not start within a minute: " + (artifacts / "server.log").read_text())
        yield address
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard over healthy tiny versions, one with long titles, one with a search ranker, and a damaged one."""
    artifacts = tmp_path_factory.mktemp("artifacts")
    store = VersionStore(artifacts)
    tiny.publish(store, mapped=True, judged={"zoom lens": {"C2": 2, "L1": 1, "C1": 2}, "usb": {"U1": 1, "C1": 1}})
    tiny.publish(store, "text", towers=False, generated=False, created="2026-01-01T00:00:00Z")
    wordy = tuple(replace(row, title=f"{row.title}, with a name that goes on and on") for row in tiny.SHOP)
    tiny.publish(store, "wordy", towers=False, shop=wordy, created="2025-06-01T00:00:00Z")
    tiny.publish(store, "ranked", towers=False, ranked=0.5, created="2025-05-01T00:00:00Z")
    tiny.damage(tiny.publish(store, "wreck", created="2025-01-01T00:00:00Z"))
    with serving(artifacts) as address:
        yield address


@pytest.fixture(scope="session")
def sample_server(demo: Path) -> Iterator[str]:
    """The dashboard over the built-in sample, as `make demo` serves it."""
    with serving(demo) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        words = f"{CHROMIUM} is not installed (Debian: apt install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def browsing(chromium: Browser, server: str) -> Iterator[BrowserContext]:
    """Open a browser that notes every request; fails if one went anywhere but to the server."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=server)
    context.set_default_timeout(90_000)
    expect.set_options(timeout=90_000)  # a busy machine draws slowly
    outside: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((server, "data:", "blob:")):
            outside.append(request.url)

    context.on("request", note)
    yield context
    context.close()
    assert outside == []


@pytest.fixture
def context(chromium: Browser, server: str) -> Iterator[BrowserContext]:
    with browsing(chromium, server) as context:
        yield context


@pytest.fixture
def sample(chromium: Browser, sample_server: str) -> Iterator[BrowserContext]:
    with browsing(chromium, sample_server) as context:
        yield context
