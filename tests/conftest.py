"""Fixtures for every test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real datasets: `PSE_DATA`, or `shared/data` beside the repository; skips where there is none."""
    folder = Path(os.environ.get("PSE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real datasets are not at {folder}; PSE_DATA says where they are")
    return folder


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MiniLM as ONNX, exported once a session."""
    from pipeline.quiet import quiet
    from pipeline.text import minilm

    folder = tmp_path_factory.mktemp("encoder")
    with quiet():
        minilm.export(folder)
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifacts of `python -m pipeline demo`, built once a session: the full sample, some minutes of work."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "pipeline", "demo", "--artifacts", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep a file's tests on one worker; all that need the demo are on one too, which starts with them."""
    for item in items:
        slow = "demo" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("demo" if slow else str(item.path)))
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: "demo" not in getattr(item, "fixturenames", ()))
