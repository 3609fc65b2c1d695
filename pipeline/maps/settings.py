"""The parameters of every map, in one place: maps of two versions can be compared only when they share them."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How maps are made and measured.

    Args:
        seed: Of every random choice: UMAP, t-SNE, Leiden, samples.
        near: Neighbours that make the graph of the clusters and of UMAP, and that faithfulness counts.
        spread: UMAP's `min_dist`: how close products may lie on the map.
        perplexity: t-SNE's; three times as many neighbours are read.
        exaggerated: t-SNE's first steps, in which neighbours pull stronger.
        steps: Those that follow.
        cell: Side of a cell of t-SNE's grid.
        large: Above so many products t-SNE takes more steps on a finer grid, which pay there only.
        steps_large: Steps that follow then; the cell is 1.
        tsne_products: t-SNE is left out above so many products.
        occurrence: A product occurs when it is among the so many nearest of another (hubs, orphans).
        alike: Cosine above which two products are near-duplicates.
        duplicates: Near-duplicate pairs that are listed, at most.
        resolution: Of the finer clusters (Leiden), at most; higher makes more of them.
        words: Words of a cluster's label.
        central: Most central products that are listed of a cluster, and as many of the oddest.
        ranked: Sampled products whose neighbours on the map are ranked among all (trustworthiness).
        compared: Sampled products of the silhouette.
        smallest: Different vectors below which there is nothing to draw.
    """

    seed: int = 0
    near: int = 15
    spread: float = 0.1
    perplexity: float = 30.0
    exaggerated: int = 100
    steps: int = 250
    cell: int = 2
    large: int = 20_000
    steps_large: int = 400
    tsne_products: int = 200_000
    occurrence: int = 10
    alike: float = 0.98
    duplicates: int = 1000
    resolution: float = 8.0
    words: int = 4
    central: int = 5
    ranked: int = 1000
    compared: int = 2000
    smallest: int = 20

    def tsne(self, n: int) -> dict[str, int]:
        """Return openTSNE's `early_exaggeration_iter`, `n_iter` and `ints_in_interval` for n products."""
        large = n > self.large
        return {
            "early_exaggeration_iter": self.exaggerated,
            "n_iter": self.steps_large if large else self.steps,
            "ints_in_interval": 1 if large else self.cell,
        }

    def neighbours(self, n: int) -> int:
        """Return how many neighbours of each of n products count as near: fewer than half of all others."""
        return min(self.near, (n - 1) // 2)

    def joined(self, n: int) -> int:
        """Return how many neighbours of each of n different vectors make the graph of the clusters: sqrt(n) at most."""
        return max(min(self.neighbours(n), round(math.sqrt(n))), 1)

    def fineness(self, n: int) -> float:
        """Return the resolution for n different vectors: sqrt(n) / 15, but 1 at least and `resolution` at most.

        At resolution r a group that nothing joins to others is split where it holds more than about n / r of them: so
        none above 15 sqrt(n) stays whole, and the finer clusters of a small catalogue are no crumbs.
        """
        return min(self.resolution, max(math.sqrt(n) / 15, 1.0))

    def read(self, n: int) -> int:
        """Return how many neighbours of each of n products are looked up."""
        return min(n - 1, int(3 * self.perplexity) if n <= self.tsne_products else self.near)
