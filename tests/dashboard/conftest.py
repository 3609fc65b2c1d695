"""A store of tiny versions in a temporary folder, and the dashboard pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard import loading
from pipeline.versions import VersionStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VersionStore:
    """An empty store that pages and API serve from."""
    monkeypatch.setenv("PSE_ARTIFACTS", str(tmp_path))
    monkeypatch.delenv("PSE_VERSION", raising=False)
    monkeypatch.setattr(loading, "LOOK", 0.0)  # tests damage versions, and ask at once
    loading._versions.cache_clear()
    return VersionStore(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once() -> Iterator[None]:
    """Look for components among the installed packages once: AppTest does for every run, half a second each."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield
