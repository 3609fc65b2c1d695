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

from pipeline.maps.neighbours import FloatArray, RowArray

CELLS = 2**25  # comparisons at once, at most: 32 MiB


@dataclass(frozen=True)
class Clusters:
    """The cluster of every product at two levels; a fine cluster lies whole in a coarse one.

    Args:
        fine: int32 [n], largest cluster 0.
        coarse: int32 [n], largest cluster 0.
    """

    fine: RowArray
    coarse: RowArray


def cluster(vectors: FloatArray, rows: RowArray, resolution: float, seed: int) -> Clusters:
    """Return the communities of the neighbour graph, and groups of these.

    Two products are joined when one is among the other's nearest, the more strongly the more neighbours they share.
    Source: Levine et al. 2015, "Data-driven phenotypic dissection of AML" (PhenoGraph: Jaccard weights on neighbours);
    Traag, Waltman and van Eck 2019, "From Louvain to Leiden: guaranteeing well-connected communities"; the resolution
    is that of Reichardt and Bornholdt 2006.

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        rows: int32 [n, k], the nearest other products of each.
        resolution: Of the fine level; higher makes more clusters.
        seed: Of the order in which products are visited.
    """
    fine = by_size(leiden(shared_neighbours(rows), resolution, seed))
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
