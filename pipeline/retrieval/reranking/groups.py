"""Which brand follows which brand, and which category which: links that a product has before anyone bought it."""

from __future__ import annotations

from copy import copy

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.reranking.attributes import Codes
from pipeline.retrieval.reranking.neighbours import Entries, Table, widened

PRIOR = 5.0  # of a group that little came after, little is concluded
RARE = 1e-4


class GroupLinks:
    """How often a group of products comes after another, from how often products do.

    share(a, b) = n_ab / (n_a + 5), where n_ab adds up the links from products of a to products of b; lift is the share
    over how often b comes after anything. Products of no group belong to none: they add nothing, and are told nothing.

    Args:
        links: float32 [n, n], how often j came soon after i.
        codes: int32 [n], the group of each product, 0 where the source says none.
    """

    def __init__(self, links: Table, codes: Codes) -> None:
        self._codes = codes
        pairs = links.tocoo()
        n = int(codes.max(initial=0)) + 1
        known = (codes[pairs.row] > 0) & (codes[pairs.col] > 0)
        places = (codes[pairs.row[known]], codes[pairs.col[known]])
        counts = sparse.csr_matrix((pairs.data[known], places), shape=(n, n))
        after = np.asarray(counts.sum(axis=1)).ravel()
        self._shares = sparse.csr_matrix(sparse.diags(1 / (after + PRIOR)) @ counts, dtype=np.float32)
        usual = np.asarray(counts.sum(axis=0)).ravel()
        self._usual = (usual / max(usual.sum(), 1.0) + RARE).astype(np.float32)

    def over(self, codes: Codes) -> GroupLinks:
        """Return the same links over more products; a group that is new among them has none.

        Args:
            codes: int32 [any], the group of each product; those of before are the same, new ones come behind.
        """
        other = copy(self)
        other._codes = codes
        before = self._shares.shape[0]
        if (n := int(codes.max(initial=0)) + 1) > before:
            other._shares = widened(self._shares, n)
            other._usual = np.append(self._usual, np.full(n - before, RARE, np.float32))
        return other

    def everywhere(self, history: RowArray, weights: FloatArray) -> FloatArray:
        """Return float32 [n]: the share of every product's group after a weighted history, 0 without a group."""
        shares = Entries.of(self._shares, self._codes[history]).total(weights)
        shares[0] = 0
        found: FloatArray = shares[self._codes]
        return found

    def of(
        self, history: RowArray, weights: FloatArray, rows: RowArray
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return share and lift of each candidate's group after a weighted history: float32 [n] both, NaN without."""
        shares = Entries.of(self._shares, self._codes[history]).total(weights)
        shares[0] = np.nan
        own = self._codes[rows]
        return shares[own], shares[own] / self._usual[own]
