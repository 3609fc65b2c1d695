"""Drift between two versions' item vectors: which products have other neighbours now."""

from __future__ import annotations

import faiss
import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray

NEIGHBOURS = 10

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def neighbours(vectors: FloatArray, k: int = NEIGHBOURS) -> Rows:
    """Return int64 [n, k], the rows nearest to each product by cosine, itself left out; fewer columns where n <= k.

    Args:
        vectors: float32 [n, d].
        k: How many.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    own = np.ascontiguousarray(vectors / np.where(lengths > 0, lengths, 1))
    k = min(k, len(own) - 1)
    if k < 1:
        return np.empty((len(own), 0), np.int64)
    index = faiss.IndexFlatIP(own.shape[1])
    index.add(own)
    found = index.search(own, k + 1)[1]
    # A product with twins may come behind them, or not at all: then the last one goes.
    other = found != np.arange(len(own))[:, None]
    other[other.all(axis=1), -1] = False
    rows: Rows = found[other].reshape(len(own), k)
    return rows


def kept(first: Rows, second: Rows) -> Values:
    """Return float64 [n]: the share of each product's neighbours that two versions have in common, 0..1.

    Spaces may be turned and scaled against each other: only who is near whom is compared.
    Source: Gonen et al. 2020, "Simple, interpretable and stable method for detecting words with usage change across
    corpora" (overlap of nearest neighbours).

    Args:
        first: int64 [n, k], neighbours in one version.
        second: int64 [n, k], of the same products, in the same numbering, in the other.
    """
    if not first.shape[1]:
        return np.ones(len(first))
    shared = np.zeros(len(first))
    for column in second.T:
        shared += (first == column[:, None]).any(axis=1)
    values: Values = shared / first.shape[1]
    return values


def expected_by_chance(n: int, k: int = NEIGHBOURS) -> float:
    """Return the share in common that random neighbours would have: k / (n - 1)."""
    return min(k / (n - 1), 1.0) if n > 1 else 1.0
