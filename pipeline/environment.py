"""What a version was made with: git commit, Python, library versions."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = (
    "bm25s", "duckdb", "faiss-cpu", "keras", "keras-rs", "lightgbm", "numpy", "onnxruntime", "openvino", "pyarrow",
    "sentence-transformers", "tensorflow", "torch",
)  # fmt: skip


def describe() -> dict[str, Any]:
    """Return git commit (None outside a checkout; "+" after it marks uncommitted changes), Python and libraries."""
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return {"git": _git(), "python": platform.python_version(), "libraries": found}


def _git() -> str | None:
    def git(*words: str) -> str:
        command = ["git", "-C", str(Path(__file__).parent), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.SubprocessError):
        return None
