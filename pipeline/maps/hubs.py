"""Products that are everyone's neighbour, products that are nobody's, and products that are there twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from pipeline.maps.neighbours import TIES, FloatArray, Neighbours, RowArray


def occurrences(neighbours: Neighbours, k: int, same: RowArray) -> RowArray:
    """Return int32 [n]: among how many products' k nearest each product is; k on average, more where some are as near.

    Hubs have many, orphans none: no list of similar products ever shows those. A product that is exactly as near as
    the k-th is among the k nearest too, so products of one vector occur equally often (each is a neighbour of the
    others) and no order of rows decides. Products as near as the k-th that have another vector count where listed.
    Source: Radovanović, Nanopoulos and Ivanović 2010, "Hubs in space: popular nearest neighbors in high-dimensional
    data" (N_k).

    Args:
        neighbours: Of every product, k or more of each.
        k: How many count as near.
        same: int32 [n], products with one number have one vector (`neighbours.identical`).
    """
    n, width = len(same), int(same.max()) + 1
    product, place = np.nonzero(neighbours.cosines >= neighbours.cosines[:, k - 1 : k] - TIES)
    # Whoever is near to one of several products of one vector is so to all of them; but nobody is near to itself.
    pairs = np.unique(product * width + same[neighbours.rows[product, place]])
    counts = np.bincount(pairs % width, minlength=width)[same]
    counts -= np.isin(np.arange(n) * width + same, pairs)
    return counts.astype(np.int32)


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


def chance_gini(n: int, mean: float) -> float:
    """Return the Gini of the occurrences that is expected when neighbours are drawn at random.

    They are then binomial (n - 1 draws of chance mean / (n - 1)), and G = sum over x of F(x) (1 - F(x)) / mean.

    Args:
        n: Products.
        mean: Of the occurrences: k, or more where ties are.
    """
    below = stats.binom(n - 1, mean / (n - 1)).cdf(np.arange(n))
    return float((below * (1 - below)).sum() / mean)


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
