"""Vectors with clusters, and the files of approximate indexes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.index_choice import build, write

N, DIMENSION = 2000, 16
CODED = 1e-9  # GB: nothing fits


def clustered() -> FloatArray:
    """Forty clusters of fifty; the last two rows are one vector."""
    rng = np.random.default_rng(3)
    found = np.repeat(rng.normal(size=(40, DIMENSION)), N // 40, axis=0) + 0.3 * rng.normal(size=(N, DIMENSION))
    found[-1] = found[-2]
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def folder_of(path: Path, vectors: FloatArray, budget: float) -> Path:
    """Write a version's vectors, and indexes of them that are approximate from 1,000 on."""
    (path / "index").mkdir(parents=True)
    choices = {}
    for name, file in (("items", "item_vectors.npy"), ("text", "text_vectors.npy")):
        np.save(path / file, vectors)
        choices[name] = build(vectors, path / "index" / f"{name}.faiss", budget, exact=1000)
    write(choices, path / "index")
    return path


def folders_of(path: Path, vectors: FloatArray) -> dict[str, Path]:
    """Write indexes of whole vectors and of coded ones."""
    return {
        "ivf-flat": folder_of(path / "whole", vectors, 2.0),
        "ivf-pq": folder_of(path / "coded", vectors, CODED),
    }
