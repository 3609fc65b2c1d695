"""Drift between two versions' item vectors: which products have other neighbours now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Moved:
    """What moved between two versions.

    Args:
        rows: Row of a product in the first version and the share of neighbours kept, those that moved most first; of
            as much moved ones, those with more interactions first.
        mean: Of those shares.
        shared: Products that both versions hold; only these are neighbours.
    """

    rows: tuple[tuple[int, float], ...]
    mean: float
    shared: int


def moved(
    first: tuple[Sequence[str], FloatArray],
    second: tuple[Sequence[str], FloatArray],
    interactions: npt.NDArray[np.int64],
    k: int = NEIGHBOURS,
) -> Moved:
    """Return how much of its neighbourhood every product keeps that both versions hold.

    Args:
        first: Product ids, and float32 [n, d], of one version.
        second: The same of the other.
        interactions: int64 [n], of the first version's products.
        k: Neighbours.
    """
    place = {product_id: row for row, product_id in enumerate(second[0])}
    own = np.array([row for row, product_id in enumerate(first[0]) if product_id in place], np.int64)
    if len(own) < 2:
        return Moved((), 1.0, len(own))
    other = np.array([place[first[0][row]] for row in own], np.int64)
    shares = kept(neighbours(first[1][own], k), neighbours(second[1][other], k))
    order = np.lexsort((-interactions[own], shares))
    return Moved(tuple((int(own[i]), float(shares[i])) for i in order), float(shares.mean()), len(own))


def expected_by_chance(n: int, k: int = NEIGHBOURS) -> float:
    """Return the share in common that random neighbours would have: k / (n - 1)."""
    return min(k / (n - 1), 1.0) if n > 1 else 1.0
