"""Products that are everyone's neighbour, products that are nobody's, and products that are there twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from pipeline.maps.neighbours import FloatArray, Neighbours, RowArray


def occurrences(rows: RowArray) -> RowArray:
    """Return int32 [n]: among how many products' k nearest each product is; k on average.

    Hubs have many, orphans none: no list of similar products ever shows those.
    Source: Radovanović, Nanopoulos and Ivanović 2010, "Hubs in space: popular nearest neighbors in high-dimensional
    data" (N_k).

    Args:
        rows: int32 [n, k], the nearest other products of each.
    """
    return np.bincount(rows.ravel(), minlength=len(rows)).astype(np.int32)


def gini(counts: npt.NDArray[np.integer]) -> float:
    """Return how unequal counts are: 0 when all are the same, 1 when one has everything.

    G = sum over j of (2j - n - 1) x_j / ((n - 1) sum of x), the counts sorted, least first.
    Source: Shani and Gunawardana 2011, "Evaluating recommendation systems", section 8.3.
    """
    n, total = len(counts), int(counts.sum())
    if n < 2 or not total:
        return 0.0
    places = np.arange(1, n + 1)
    return float(((2 * places - n - 1) * np.sort(counts).astype(np.float64)).sum() / ((n - 1) * total))


def chance_gini(n: int, k: int) -> float:
    """Return the Gini of the occurrences that is expected when neighbours are drawn at random.

    They are then binomial (n - 1 draws of chance k / (n - 1)), and G = sum over x of F(x) (1 - F(x)) / mean.
    """
    below = stats.binom(n - 1, k / (n - 1)).cdf(np.arange(n))
    return float((below * (1 - below)).sum() / k)


def skewness(counts: npt.NDArray[np.integer]) -> float:
    """Return the skewness of the occurrences, the measure of hubness of Radovanović et al. 2010; 0 when all are equal.

    S = mean of (N - mean)^3 / (standard deviation)^3.
    """
    centred = counts - counts.mean()
    spread = float(centred.std())
    return float((centred**3).mean() / spread**3) if spread else 0.0


def near_duplicates(neighbours: Neighbours, above: float, limit: int) -> tuple[RowArray, FloatArray, int]:
    """Return the pairs of products that are nearly the same, most alike first, and how many there are in all.

    Pairs are looked for among the listed neighbours: a product with more near-duplicates than neighbours are listed
    has more than are counted.

    Args:
        neighbours: Of every product.
        above: Cosine that a pair exceeds.
        limit: Pairs returned, at most.

    Returns:
        int32 [m, 2], the lower row first; float32 [m], their cosines; the number of all such pairs.
    """
    first, place = np.nonzero(neighbours.cosines > above)
    second, cosines = neighbours.rows[first, place], neighbours.cosines[first, place]
    pairs = np.stack([np.minimum(first, second), np.maximum(first, second)], axis=1).astype(np.int32)
    pairs, kept = np.unique(pairs, axis=0, return_index=True)  # most pairs are listed from both sides
    order = np.argsort(-cosines[kept], kind="stable")[:limit]
    return pairs[order], cosines[kept][order], len(pairs)
