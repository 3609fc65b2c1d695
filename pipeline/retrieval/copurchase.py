"""Item-KNN: products that the same shoppers interacted with. Counting, no learning."""

from __future__ import annotations

from copy import copy

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.retrieval.candidates import Candidates, FloatArray, Request, RowArray, top_k


class ItemKnn:
    """Scores a product by its cosine co-occurrence with the history, recent products weighing more.

    similarity(i, j) = c_ij / sqrt(c_i c_j), where c_ij counts the shoppers with both in train and c_i those with i;
    score(j) = sum over the history of decay^age * similarity(i, j).
    Source: Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms"; the decay by age
    follows Ludewig and Jannach 2018, "Evaluation of session-based recommendation algorithms".

    Args:
        users: int [n], the shopper of each train interaction.
        rows: int [n], its product row.
        n_products: Products in the catalogue.
        decay: Weight of each older product of a history, relative to the next newer one.
    """

    name = "item-knn"

    def __init__(self, users: npt.NDArray[np.int64], rows: RowArray, n_products: int, decay: float = 0.8) -> None:
        n_users = int(users.max()) + 1 if len(users) else 0
        seen = sparse.csr_matrix((np.ones(len(rows), np.float32), (users, rows)), shape=(n_users, n_products))
        counts = np.asarray(seen.sum(axis=0)).ravel()
        scale = sparse.diags(1.0 / np.sqrt(np.maximum(counts, 1.0)))
        similarity = sparse.csr_matrix(scale @ (seen.T @ seen) @ scale, dtype=np.float32)
        similarity.setdiag(0)
        similarity.eliminate_zeros()
        self._similarity = similarity
        self.decay = decay

    def with_decay(self, decay: float) -> ItemKnn:
        """Return the same counts with another decay."""
        other = copy(self)
        other.decay = decay
        return other

    def retrieve(self, request: Request, k: int) -> Candidates:
        """Return products that co-occur with the history; others are not listed."""
        scores = self.scores(request)
        related = scores > 0
        return top_k(scores, k, related if request.allowed is None else related & request.allowed)

    def scores(self, request: Request) -> FloatArray:
        weights = (self.decay ** np.arange(len(request.history) - 1, -1, -1)).astype(np.float32)
        chosen = self._similarity[request.history]
        scores: FloatArray = np.bincount(
            chosen.indices, weights=np.repeat(weights, np.diff(chosen.indptr)) * chosen.data, minlength=chosen.shape[1]
        ).astype(np.float32)
        return scores
