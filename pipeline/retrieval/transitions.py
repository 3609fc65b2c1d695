"""First-order transitions: which product followed which in the histories. Counting, no learning."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.retrieval.candidates import FloatArray, RowArray


class Transitions:
    """How often a product came right after another in a train history, as the share of all that came after it.

    matrix[i, j] = c_ij / sum_j c_ij, where c_ij counts the histories in which j is the very next product after i:
    the maximum-likelihood estimate of a first-order Markov chain.
    Source: Rendle, Freudenthaler and Schmidt-Thieme 2010, "Factorizing personalized Markov chains for next-basket
    recommendation", section 4 (its unpersonalised chain).

    Args:
        users: int [n], the shopper of each train interaction; a shopper's interactions lie together, oldest first.
        rows: int [n], its product row.
        n_products: Products in the catalogue.

    Attributes:
        counts: CSR float32 [n_products, n_products], c_ij.
        matrix: CSR float32 [n_products, n_products], rows sum to 1, or to 0 where nothing followed.
    """

    def __init__(self, users: npt.NDArray[np.int64], rows: RowArray, n_products: int) -> None:
        follows = users[1:] == users[:-1]
        pairs = (rows[:-1][follows], rows[1:][follows])
        ones = np.ones(len(pairs[0]), np.float32)
        self.counts = sparse.csr_matrix((ones, pairs), shape=(n_products, n_products))  # repeated pairs add up
        outgoing = np.asarray(self.counts.sum(axis=1)).ravel()
        scale = sparse.diags(1.0 / np.maximum(outgoing, 1.0))
        self.matrix = sparse.csr_matrix(scale @ self.counts, dtype=np.float32)

    def scores(self, history: RowArray, last: int = 1, decay: float = 0.5) -> FloatArray:
        """Return float32 [n_products]: the transitions from the newest products of a history, added up.

        score(j) = sum over the `last` newest products i of decay^age(i) * matrix[i, j]; all 0 for an empty history.

        Args:
            history: Product rows, oldest first.
            last: How many of the newest products are read.
            decay: Weight of each older product, relative to the next newer one.
        """
        newest = history[max(len(history) - last, 0) :]
        weights = (decay ** np.arange(len(newest) - 1, -1, -1)).astype(np.float32)
        return weighted_rows(self.matrix, newest, weights)


def weighted_rows(matrix: sparse.csr_matrix, rows: RowArray, weights: FloatArray) -> FloatArray:
    """Return float32 [columns]: the sum of some rows of a sparse matrix, each times its weight."""
    chosen = matrix[rows]
    summed = np.bincount(
        chosen.indices, weights=np.repeat(weights, np.diff(chosen.indptr)) * chosen.data, minlength=chosen.shape[1]
    )
    return summed.astype(np.float32)
