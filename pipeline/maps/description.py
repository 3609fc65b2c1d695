"""What a map shows, in words: clusters with their labels, central and odd products, and categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipeline.maps.clusters import Clusters
from pipeline.maps.labels import central_and_odd, label_words
from pipeline.maps.neighbours import FloatArray, RowArray
from pipeline.maps.separation import cluster_purity, main_categories, neighbour_purity, silhouette
from pipeline.maps.settings import Settings
from pipeline.maps.space_map import LEVELS, Cluster, Level


@dataclass(frozen=True)
class Described:
    """What is known of the products beside their vectors.

    Args:
        texts: The title and the words of the category of each.
        names: The categories that tell products apart.
        codes: int32 [n], the category of each, its place in `names`; -1 where it has none.
        brands: The brand of each, "" where it has none; None where brands are not known.
    """

    texts: Sequence[str]
    names: Sequence[str]
    codes: RowArray
    brands: Sequence[str] | None = None

    def take(self, rows: np.ndarray) -> Described:
        """Return the same of some products."""
        brands = None if self.brands is None else [self.brands[row] for row in rows.tolist()]
        return Described([self.texts[row] for row in rows.tolist()], self.names, self.codes[rows], brands)


def describe(
    clusters: Clusters, vectors: FloatArray, products: Described, rows: np.ndarray, settings: Settings
) -> dict[Level, tuple[Cluster, ...]]:
    """Return the clusters of each level in words, central and odd products, and categories.

    Args:
        clusters: Of n products.
        vectors: float32 [n, d], rows L2-normalised.
        products: The same n products.
        rows: int [n], their rows in the catalogue.
        settings: How many words and products.
    """
    found: dict[Level, tuple[Cluster, ...]] = {}
    for level in LEVELS:
        own = getattr(clusters, level)
        words = label_words(products.texts, own, settings.words, products.brands)
        ends = central_and_odd(vectors, own, settings.central)
        main = main_categories(own, products.codes)
        sizes, firsts = np.bincount(own), np.unique(own, return_index=True)[1]
        found[level] = tuple(
            Cluster(
                code=code,
                size=int(sizes[code]),
                words=tuple(words[code]),
                central=tuple(rows[ends[code][0]].tolist()),
                odd=tuple(rows[ends[code][1]].tolist()),
                category=products.names[main[code][0]] if code in main else None,
                purity=main[code][1] / main[code][2] if code in main else None,
                parent=int(clusters.coarse[firsts[code]]) if level == "fine" else None,
            )
            for code in range(len(sizes))
        )
    return found


def by_category(
    vectors: FloatArray, near: RowArray, clusters: Clusters, codes: RowArray, settings: Settings
) -> dict[str, Any]:
    """Return how well vectors and clusters go with categories (`separation`); None where it cannot be measured."""
    measured = {
        "neighbour_purity": neighbour_purity(near, codes),
        "silhouette": silhouette(vectors, codes, settings.compared, settings.seed),
        "fine_purity": cluster_purity(clusters.fine, codes, settings.seed),
        "coarse_purity": cluster_purity(clusters.coarse, codes, settings.seed),
    }
    return {name: asdict(each) if each else None for name, each in measured.items()}
