"""Which products lie together in the original space: communities of the neighbour graph, at two levels.

The map plays no part here: what looks like a cluster on a map may be none, and the other way round.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import igraph
import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage

from pipeline.maps.neighbours import FloatArray, Neighbours, RowArray, exact_neighbours
from pipeline.maps.settings import Settings

CELLS = 2**25  # comparisons at once, at most: 32 MiB
LEAST = 1e-9  # share of an edge's weight that is left to it, however long it is


@dataclass(frozen=True)
class Clusters:
    """The cluster of every product at two levels; a fine cluster lies whole in a coarse one.

    Args:
        fine: int32 [n], largest cluster 0.
        coarse: int32 [n], largest cluster 0.
    """

    fine: RowArray
    coarse: RowArray


def cluster(vectors: FloatArray, neighbours: Neighbours, same: RowArray, settings: Settings) -> Clusters:
    """Return the communities of the neighbour graph, and groups of these.

    Products of one vector are one node, so they lie in one cluster: else they would fill each other's lists, and which
    of them did would be chance. With more of them than neighbours are read they are a cluster by themselves: nothing
    else is among their nearest. Two nodes are joined when one is among the other's nearest, the more strongly the more
    neighbours they share and the nearer they lie for their surroundings.
    Source: Levine et al. 2015, "Data-driven phenotypic dissection of AML" (PhenoGraph: Jaccard weights on neighbours);
    Traag, Waltman and van Eck 2019, "From Louvain to Leiden: guaranteeing well-connected communities"; the resolution
    is that of Reichardt and Bornholdt 2006.

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        neighbours: Of every product, `settings.joined(n)` or more.
        same: int32 [n], products with one number have one vector (`neighbours.identical`).
        settings: How many neighbours join, the resolution, and the seed of the order in which nodes are visited.
    """
    _, firsts, copies = np.unique(same, return_index=True, return_counts=True)
    own = np.arange(len(firsts), dtype=np.int32)  # each a cluster, unless the graph joins it to others
    joined = np.flatnonzero(copies <= settings.joined(len(firsts)))
    if (n := len(joined)) > 2:
        distinct, k = vectors[firsts[joined]], settings.joined(n)
        near = neighbours.first(k) if n == len(vectors) else exact_neighbours(distinct, k)
        weights = locally(shared_neighbours(near.rows), distinct, near.distances()[:, (k - 1) // 3])
        own[joined] = len(firsts) + leiden(weights, settings.fineness(n), settings.seed)
    fine = by_size(own[same])
    return Clusters(fine, by_size(merged(vectors, fine)[fine]))


def merged(vectors: FloatArray, fine: RowArray) -> RowArray:
    """Return int32 [n_fine], the coarse cluster of each fine one: about as many as the square root of theirs.

    Those whose mean directions are alike are joined, so that the sum of squares within grows least. The graph would
    not do: where hardly an edge leaves a community, no resolution joins it to another.
    Source: Ward 1963, "Hierarchical grouping to optimize an objective function".

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        fine: int32 [n], the fine cluster of each product, none of them empty.
    """
    n_fine = int(fine.max()) + 1
    if n_fine < 2:
        return np.zeros(n_fine, np.int32)
    member = sparse.csr_matrix((np.ones(len(fine)), (fine, np.arange(len(fine)))))
    sums = np.asarray(member @ vectors.astype(np.float64))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    tree = linkage(sums / np.where(lengths > 0, lengths, 1), "ward")
    found: RowArray = (fcluster(tree, round(n_fine**0.5), "maxclust") - 1).astype(np.int32)
    return found


def shared_neighbours(rows: RowArray) -> sparse.csr_matrix:
    """Return CSR float64 [n, n], symmetric, zero on the diagonal: the weight of every edge of the neighbour graph.

    weight = |in both lists| / |in either list|, a product's list being its k nearest and itself. Lists all have one
    length, so that a hub, whose edges are many, costs no more than its edges.

    Args:
        rows: int32 [n, k], as above.
    """
    n, k = rows.shape
    own = np.arange(n)
    lists = np.column_stack([own, rows])
    ends = np.sort(np.stack([np.repeat(own, k), rows.ravel()]), axis=0)
    first, second = np.divmod(np.unique(ends[0] * n + ends[1]), n)  # an edge that both ends list is one
    common = np.empty(len(first))
    step = max(CELLS // (k + 1) ** 2, 1)
    for begin in range(0, len(first), step):
        block = slice(begin, begin + step)
        alike = lists[first[block]][:, :, None] == lists[second[block]][:, None, :]
        common[block] = alike.sum(axis=(1, 2))
    upper = sparse.coo_matrix((common / (2 * (k + 1) - common), (first, second)), shape=(n, n))
    return sparse.csr_matrix(upper + upper.T)


def locally(weights: sparse.csr_matrix, vectors: FloatArray, scale: FloatArray) -> sparse.csr_matrix:
    """Return the weights times exp(-d(i, j)^2 / (s(i) s(j))), d the distance of the two ends.

    In a small catalogue the nearest of a product reach beyond its group. Such edges weigh next to nothing then, while
    those of a product that lies alone, all of them long, keep their weight.
    Source: Zelnik-Manor and Perona 2004, "Self-tuning spectral clustering" (local scaling).

    Args:
        weights: CSR [n, n], of every edge.
        vectors: float32 [n, d], rows L2-normalised, no two the same.
        scale: float32 [n], s: the distance of each to one of its nearest.
    """
    edges = sparse.coo_matrix(weights)
    squares = np.empty(edges.nnz)
    step = max(CELLS // (4 * vectors.shape[1]), 1)
    for begin in range(0, edges.nnz, step):
        block = slice(begin, begin + step)
        squares[block] = 2 - 2 * np.einsum("ed,ed->e", vectors[edges.row[block]], vectors[edges.col[block]])
    scales = scale.astype(np.float64)
    fall = np.exp(-np.maximum(squares, 0) / (scales[edges.row] * scales[edges.col]))
    # An edge that vanished would leave a product alone that nothing but long edges holds.
    return sparse.csr_matrix((edges.data * np.maximum(fall, LEAST), (edges.row, edges.col)), shape=weights.shape)


def by_size(codes: RowArray) -> RowArray:
    """Return the codes renumbered, largest cluster 0; of equal ones, that of the first product first."""
    _, firsts, inverse, sizes = np.unique(codes, return_index=True, return_inverse=True, return_counts=True)
    places = np.empty(len(sizes), np.int32)
    places[np.lexsort((firsts, -sizes))] = np.arange(len(sizes))
    renumbered: RowArray = places[inverse]
    return renumbered


def leiden(weights: sparse.csr_matrix, resolution: float, seed: int) -> RowArray:
    """Return int32 [n]: the community of each node of a symmetric graph, until no node gains by moving.

    igraph draws from one generator of the process: it is set to the seed before, and to Python's own again after.
    """
    upper = sparse.coo_matrix(sparse.triu(weights))
    graph = igraph.Graph(n=weights.shape[0], edges=np.column_stack([upper.row, upper.col]))
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = graph.community_leiden(
            "modularity", weights=upper.data.tolist(), resolution=resolution, n_iterations=-1
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.array(found.membership, np.int32)
