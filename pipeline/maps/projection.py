"""From vectors to two coordinates: UMAP and t-SNE, both fed with the exact neighbours and started alike.

Both start from the first two principal components: what lies far apart in the original space then tends to lie far
apart on the map, which neither method sees to by itself, and the two maps of a space are turned the same way.
Source: Kobak and Linderman 2021, "Initialization is critical for preserving global data structure in both t-SNE and
UMAP".
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from pipeline.maps.neighbours import FloatArray, Neighbours
from pipeline.quiet import quiet

JITTER = 1e-3  # of the larger spread: no two products start in the same place
TSNE_START = 1e-4  # spread that t-SNE starts from, so that no distance is large before it has begun
TREE = 2_500  # products up to which t-SNE is faster with a tree (Barnes-Hut) than with a grid (FIt-SNE)


def start(vectors: FloatArray, seed: int) -> FloatArray:
    """Return float32 [n, 2]: the first two principal components, spread 1 in the first, no two products alike.

    Args:
        vectors: float32 [n, d].
        seed: Of the jitter that tells identical products apart.
    """
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)  # least first
    axes = axes[:, ::-1][:, :2]
    # An eigenvector may point either way; the greatest weight is made positive, so that a map is never mirrored.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    placed = np.zeros((len(vectors), 2))
    placed[:, : axes.shape[1]] = centred @ axes
    placed /= placed[:, 0].std() or 1.0
    return (placed + np.random.default_rng(seed).normal(scale=JITTER, size=placed.shape)).astype(np.float32)


def umap(vectors: FloatArray, neighbours: Neighbours, begin: FloatArray, min_dist: float, seed: int) -> FloatArray:
    """Return float32 [n, 2] by UMAP; the same seed gives the same map (one thread).

    Source: McInnes, Healy and Melville 2018, "UMAP: uniform manifold approximation and projection".

    Args:
        vectors: float32 [n, d]; not read where the neighbours are given, but asked for.
        neighbours: Of every product; itself counts as its first, so one fewer is read than UMAP is told.
        begin: float32 [n, 2], where the products start.
        min_dist: How close products may lie on the map.
        seed: Of the optimisation.
    """
    with quiet():  # the import brings TensorFlow with it, and compiles
        from umap import UMAP
    own = np.arange(len(vectors), dtype=np.int64)[:, None]
    rows = np.hstack([own, neighbours.rows])
    distances = np.hstack([np.zeros_like(own, dtype=np.float32), neighbours.distances()])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # new products cannot be transformed: they are placed by their neighbours
        mapper = UMAP(
            n_neighbors=rows.shape[1],
            min_dist=min_dist,
            metric="euclidean",  # of unit vectors
            init=begin * (10 / np.abs(begin).max()),
            precomputed_knn=(rows, distances),
            force_approximation_algorithm=True,  # else a small catalogue's neighbours are looked up again
            random_state=seed,
            n_jobs=1,
        )
        return standardised(mapper.fit_transform(vectors))


def tsne(
    neighbours: Neighbours, begin: FloatArray, perplexity: float, asked: Mapping[str, int], seed: int
) -> FloatArray:
    """Return float32 [n, 2] by t-SNE; the same seed gives the same map (one thread).

    Source: van der Maaten and Hinton 2008, "Visualizing data using t-SNE"; Poličar, Stražar and Zupan 2024,
    "openTSNE: a modular Python library for t-SNE dimensionality reduction and embedding"; Linderman et al. 2019, "Fast
    interpolation-based t-SNE for improved visualization of single-cell RNA-seq data".

    Args:
        neighbours: Of every product, three times the perplexity or all others.
        begin: float32 [n, 2], where the products start.
        perplexity: How many neighbours weigh, roughly; lowered where fewer than three times as many are given.
        asked: Further arguments of openTSNE's `TSNE`: how many steps on how fine a grid.
        seed: Of the optimisation.
    """
    with quiet():
        from openTSNE import TSNE
        from openTSNE.affinity import PerplexityBasedNN
        from openTSNE.nearest_neighbors import PrecomputedNeighbors
    index = PrecomputedNeighbors(neighbours.rows.astype(np.int64), neighbours.distances().astype(np.float64))
    perplexity = min(perplexity, neighbours.rows.shape[1] / 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        affinities = PerplexityBasedNN(perplexity=perplexity, knn_index=index, n_jobs=1, random_state=seed)
        placed = TSNE(
            **asked,
            negative_gradient_method="bh" if len(begin) <= TREE else "fft",
            n_jobs=1,
            random_state=seed,
        ).fit(affinities=affinities, initialization=begin.astype(np.float64) * (TSNE_START / begin[:, 0].std()))
    return standardised(np.asarray(placed))


def standardised(coordinates: np.ndarray) -> FloatArray:
    """Return float32 [n, 2], centred, at a root mean square distance of 1 from the centre.

    Raises:
        FloatingPointError: The method gave something that is no number.
    """
    if not np.isfinite(coordinates).all():
        raise FloatingPointError("a map holds something that is no number")
    centred = coordinates - coordinates.mean(axis=0, dtype=np.float64)
    radius = float(np.sqrt((centred**2).sum(axis=1).mean())) or 1.0
    return np.asarray(centred / radius, dtype=np.float32)
