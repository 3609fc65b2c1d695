"""How well vectors and clusters go with categories, each figure beside chance.

Codes are int32 [n], a product's category, -1 where it has none; such products are left out. A figure is None where
there are not two categories, or where no two products share one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.maps.neighbours import FloatArray, RowArray


@dataclass(frozen=True)
class Measured:
    """A figure, what chance gives, and over how many products both were taken."""

    value: float
    chance: float
    n: int


def neighbour_purity(rows: RowArray, codes: RowArray) -> Measured | None:
    """Return the mean share of a product's nearest, of those with a category, that have its own.

    Chance is the share of pairs of products that have one category.

    Args:
        rows: int32 [n, k], the nearest other products of each.
        codes: As above.
    """
    if (chance := _pairs_of_one(codes)) is None:
        return None
    there = (codes[rows] >= 0) & (codes >= 0)[:, None]
    same = there & (codes[rows] == codes[:, None])
    measured = there.any(axis=1)
    if not measured.any():
        return None
    shares = same.sum(axis=1)[measured] / there.sum(axis=1)[measured]
    return Measured(float(shares.mean()), chance, int(measured.sum()))


def silhouette(vectors: FloatArray, codes: RowArray, sampled: int, seed: int) -> Measured | None:
    """Return the mean silhouette of the categories, -1..1, by cosine distance, over a sample of the products.

    s(i) = (b - a) / max(a, b), a the mean distance to the others of the category, b the least mean distance to the
    products of another. Chance is that of the same products with their categories dealt out anew.
    Source: Rousseeuw 1987, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis".

    Args:
        vectors: float32 [n, d], rows L2-normalised, none of them zeros.
        codes: As above.
        sampled: Products in the sample; all, where there are no more.
        seed: Of the sample and of the dealing.
    """
    from sklearn.metrics import silhouette_score  # slow to import, and never at query time

    generator = np.random.default_rng(seed)
    rows = np.flatnonzero(codes >= 0)
    if len(rows) > sampled:
        rows = np.sort(generator.choice(rows, sampled, replace=False))
    own = codes[rows]
    if not 2 <= len(np.unique(own)) < len(own):
        return None
    value, chance = (
        float(silhouette_score(vectors[rows], dealt, metric="cosine")) for dealt in (own, generator.permutation(own))
    )
    return Measured(value, chance, len(rows))


def cluster_purity(clusters: RowArray, codes: RowArray, seed: int) -> Measured | None:
    """Return the share of products that have the most common category of their cluster.

    Small clusters are purer by chance alone, so chance is taken over the same clusters, categories dealt out anew.
    Source: Manning, Raghavan and Schütze 2008, "Introduction to information retrieval", section 16.3.

    Args:
        clusters: int32 [n], the cluster of each product.
        codes: As above.
        seed: Of the dealing.
    """
    if _pairs_of_one(codes) is None:
        return None
    known = codes >= 0
    own, category = clusters[known], codes[known]
    dealt = np.random.default_rng(seed).permutation(category)
    value, chance = (
        sum(count for _, count, _ in main_categories(own, given).values()) / len(own) for given in (category, dealt)
    )
    return Measured(value, chance, len(own))


def main_categories(clusters: RowArray, codes: RowArray) -> dict[int, tuple[int, int, int]]:
    """Return, per cluster, its most common category, how many products have it, and how many have any.

    Of equally common ones the first; a cluster without any category is left out.
    """
    known = codes >= 0
    width = int(codes.max(initial=-1)) + 1
    pairs, counts = np.unique(clusters[known].astype(np.int64) * width + codes[known], return_counts=True)
    found: dict[int, tuple[int, int, int]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        place, category = divmod(pair, width)
        best, most, total = found.get(place, (category, 0, 0))
        found[place] = (category, count, total + count) if count > most else (best, most, total + count)
    return found


def _pairs_of_one(codes: RowArray) -> float | None:
    """Return the share of pairs of products that have one category; None where all or none have."""
    sizes = np.bincount(codes[codes >= 0]).astype(np.float64)
    pairs, all_pairs = (sizes * (sizes - 1)).sum(), sizes.sum() * (sizes.sum() - 1)
    return float(pairs / all_pairs) if 0 < pairs < all_pairs else None
