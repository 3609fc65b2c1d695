"""How far a map can be trusted: which of the neighbours that it shows are neighbours."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from pipeline.maps.neighbours import TIES, FloatArray, Neighbours, RowArray, without_self

CELLS = 2**25  # cosines at once, at most: 128 MiB


def on_map(coordinates: FloatArray, k: int) -> RowArray:
    """Return int32 [n, k]: the k nearest other products of each on the map, nearest first.

    Args:
        coordinates: float32 [n, 2].
        k: 1 to n - 1.
    """
    distances, rows = cKDTree(coordinates).query(coordinates, k=k + 1)
    return without_self(rows, distances)[0].astype(np.int32)


def faithfulness(vectors: FloatArray, neighbours: Neighbours, shown: RowArray) -> FloatArray:
    """Return float32 [n], 0..1: the share of a product's k true neighbours that are among its k nearest on the map.

    A product that is exactly as near as the k-th true neighbour is as true as that: of those, the map may show any, so
    many as the k leave room for.
    Chance is k / (n - 1). Source: Lee and Verleysen 2009, "Quality assessment of dimensionality reduction:
    rank-based criteria" (there the mean, Q_NX(k)).

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        neighbours: The k nearest of each in the original space.
        shown: int32 [n, k], the k nearest of each on the map.
    """
    least = neighbours.cosines[:, -1:]
    room = (np.abs(neighbours.cosines - least) <= TIES).sum(axis=1)
    share = np.empty(len(shown), np.float32)
    step = max(CELLS // (shown.shape[1] * vectors.shape[1]), 1)
    for begin in range(0, len(shown), step):
        block = slice(begin, begin + step)
        cosines = np.einsum("nd,nkd->nk", vectors[block], vectors[shown[block]])
        nearer = (cosines > least[block] + TIES).sum(axis=1)
        tied = (np.abs(cosines - least[block]) <= TIES).sum(axis=1)
        share[block] = (nearer + np.minimum(tied, room[block])) / shown.shape[1]
    return share


def trustworthiness(vectors: FloatArray, shown: RowArray, sampled: int, seed: int) -> float:
    """Return 0..1: 1 when every neighbour on the map is one in the original space, less the farther off they are.

    T(k) = 1 - 2 / (n k (2n - 3k - 1)) * sum over i and over j that the map, but not the original space, has among the
    k nearest of i, of (r(i, j) - k), r the rank of j by distance from i in the original space.
    Source: Venna and Kaski 2001, "Neighborhood preservation in nonlinear projection methods: an experimental study".
    The sum over i is over a sample of the products, scaled up.

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        shown: int32 [n, k], the k nearest of each on the map; k < n / 2.
        sampled: Products in the sample; all, where there are no more.
        seed: Of the sample.
    """
    n, k = shown.shape
    chosen = np.arange(n) if n <= sampled else np.sort(np.random.default_rng(seed).choice(n, sampled, replace=False))
    beyond = 0
    step = max(CELLS // n, 1)
    for begin in range(0, len(chosen), step):
        rows = chosen[begin : begin + step]
        cosines = vectors[rows] @ vectors.T
        cosines[np.arange(len(rows)), rows] = -np.inf  # a product is not its own neighbour
        own = np.take_along_axis(cosines, shown[rows], axis=1)
        cosines.sort(axis=1)
        for place, ordered in enumerate(cosines):
            ranks = n - np.searchsorted(ordered, own[place], side="right") + 1
            beyond += int(np.maximum(ranks - k, 0).sum())
    return float(1 - 2 * beyond / (len(chosen) * k * (2 * n - 3 * k - 1)))
