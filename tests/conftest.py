"""Fixtures for every test."""

from __future__ import annotations

import atexit
import fcntl
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
if "PYTEST_XDIST_WORKER" in os.environ:
    # A worker is one of as many as there are cores: threads that wait for each other would cost half of the time.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Put back what runs as __main__: Streamlit's AppTest leaves its page there, and spawned processes would run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


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
    """The artifacts of `python -m pipeline demo`, built once for all workers: minutes of work."""
    several = "PYTEST_XDIST_WORKER" in os.environ
    root = tmp_path_factory.getbasetemp().parent if several else tmp_path_factory.mktemp("demo")
    folder = root / "demo"
    with (root / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "demo.done").exists():
            command = [sys.executable, "-m", "pipeline", "demo", "--artifacts", str(folder)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            (root / "demo.done").touch()
    return folder


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of garbage collections: Streamlit asks for one after every run of a page."""
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: now and then one waits for a browser or a server."""
    return min((os.cpu_count() or 1) + 1, 4)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let one of several workers build the demo first, as it takes longest; what else needs it comes last."""
    if hasattr(config, "workerinput"):
        first = next((item.path for item in items if _needs_demo(item)), None)
        items.sort(key=lambda item: 0 if item.path == first else 2 if _needs_demo(item) else 1)


def _needs_demo(item: pytest.Item) -> bool:
    return "demo" in getattr(item, "fixturenames", ())
