"""Which products lie together in the original space: communities of the neighbour graph, at two levels.

The map plays no part here: what looks like a cluster on a map may be none, and the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy import sparse

from pipeline.maps.neighbours import RowArray

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


def cluster(rows: RowArray, fine: float, coarse: float, seed: int) -> Clusters:
    """Return the communities of the neighbour graph, and the communities of these.

    Two products are joined when one is among the other's nearest, the more strongly the more neighbours they share.
    Source: Levine et al. 2015, "Data-driven phenotypic dissection of AML" (PhenoGraph: Jaccard weights, Louvain);
    Blondel et al. 2008, "Fast unfolding of communities in large networks"; the resolution is that of Reichardt and
    Bornholdt 2006.

    Args:
        rows: int32 [n, k], the nearest other products of each.
        fine: Resolution of the fine level; higher makes more clusters.
        coarse: Resolution of the coarse level.
        seed: Of the order in which Louvain visits products.
    """
    graph = shared_neighbours(rows)
    small = by_size(_louvain(graph, fine, seed))
    n_small = int(small.max()) + 1
    member = sparse.csr_matrix((np.ones(len(small)), (np.arange(len(small)), small)), shape=(len(small), n_small))
    between = sparse.csr_matrix(member.T @ graph @ member)
    between.setdiag(between.diagonal() / 2)  # an edge within a cluster was counted at both ends
    large = _louvain(between, coarse, seed)[small]
    return Clusters(small, by_size(large))


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


def _louvain(weights: sparse.csr_matrix, resolution: float, seed: int) -> RowArray:
    """Return int32 [n]: the community of each node of a symmetric graph."""
    upper = sparse.coo_matrix(sparse.triu(weights))
    graph = nx.Graph()
    graph.add_nodes_from(range(weights.shape[0]))
    graph.add_weighted_edges_from(zip(upper.row.tolist(), upper.col.tolist(), upper.data.tolist(), strict=True))
    codes = np.empty(weights.shape[0], np.int32)
    for code, members in enumerate(nx.community.louvain_communities(graph, resolution=resolution, seed=seed)):
        codes[list(members)] = code
    return codes
