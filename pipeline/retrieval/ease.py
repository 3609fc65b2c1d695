"""EASE: a linear model from the products of a history to all others, solved in closed form. A baseline only."""

from __future__ import annotations

from copy import copy

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from pipeline.retrieval.candidates import Candidates, FloatArray, Request, RowArray, top_k

BLOCK = 1024  # columns mirrored at once, to bound memory


class Ease:
    """Scores a product by a learned weight from every product of the history, recent products weighing more.

    B = argmin ||X - X B||^2 + l2 ||B||^2 with a zero diagonal, X the shoppers x products of train; with
    P = (X'X + l2 I)^-1 it is B_ij = -P_ij / P_jj; score(j) = sum over the history of decay^age * B_ij.
    Source: Steck 2019, "Embarrassingly shallow autoencoders for sparse data"; the decay is ItemKnn's.
    Memory: one float32 [n_products, n_products], inverted in place.

    Args:
        users: int [n], the shopper of each train interaction.
        rows: int [n], its product row.
        n_products: Products in the catalogue.
        l2: Strength of the regularisation, above 0.
        decay: Weight of each older product of a history, relative to the next newer one.
    """

    name = "ease"

    def __init__(
        self, users: npt.NDArray[np.int64], rows: RowArray, n_products: int, l2: float = 100.0, decay: float = 0.5
    ) -> None:
        self.l2, self.decay = l2, decay
        n_users = int(users.max()) + 1 if len(users) else 0
        seen = sparse.csr_matrix((np.ones(len(rows), np.float32), (users, rows)), shape=(n_users, n_products))
        self._inverse = _inverted((seen.T @ seen).toarray(order="F"), l2)
        self._scale = -1.0 / self._inverse.diagonal()
        np.fill_diagonal(self._inverse, 0.0)

    def parameters(self) -> dict[str, float]:
        """Return what can be tuned, by name."""
        return {"l2": self.l2, "decay": self.decay}

    def with_decay(self, decay: float) -> Ease:
        """Return the same model with another decay."""
        other = copy(self)
        other.decay = decay
        return other

    def retrieve(self, request: Request, k: int) -> Candidates:
        """Return the k allowed products that the history speaks for most, best first."""
        return top_k(self.scores(request), k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        ages = np.arange(len(request.history) - 1, -1, -1)
        weights = (self.decay**ages).astype(np.float32)
        # The inverse is symmetric: its columns, which lie together in memory, are its rows.
        scores: FloatArray = (self._inverse[:, request.history] @ weights) * self._scale
        return scores


def _inverted(gram: FloatArray, l2: float) -> FloatArray:
    """Return (gram + l2 I)^-1, float32 [n, n], written over `gram` (Fortran order, symmetric)."""
    gram[np.diag_indices(len(gram))] += l2
    factor, failed = linalg.lapack.spotrf(gram, lower=1, overwrite_a=1)
    assert not failed, "X'X + l2 I is positive definite"
    inverse, _ = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    for start in range(0, len(inverse), BLOCK):  # only the lower triangle was written
        stop = min(start + BLOCK, len(inverse))
        block = inverse[start:stop, start:stop]
        block[:] = np.tril(block) + np.tril(block, -1).T
        inverse[start:stop, stop:] = inverse[stop:, start:stop].T
    found: FloatArray = inverse
    return found
