"""Exact search over a published index and the vectors added behind it."""

from __future__ import annotations

import numpy as np

from pipeline.retrieval.candidates import Candidates, FloatArray, Mask, top_k
from pipeline.retrieval.vectors import VectorIndex


class LiveVectors(VectorIndex):
    """A published index and added vectors behind it; the published one is searched as it is, and not copied.

    Args:
        index: The published one.
        vectors: float32 [n + m, d], its own and the added ones behind them.
    """

    def __init__(self, index: VectorIndex, vectors: FloatArray) -> None:
        self._published, self.vectors = index, vectors
        self._more = vectors[len(index.vectors) :]

    def save(self, path: object) -> None:
        raise NotImplementedError("what was added is kept in a journal")

    def normalised(self) -> VectorIndex:
        lengths = np.linalg.norm(self.vectors, axis=1, keepdims=True)
        return LiveVectors(self._published.normalised(), self.vectors / np.maximum(lengths, 1e-12))

    def search(self, vector: FloatArray, k: int, allowed: Mask | None = None) -> Candidates:
        n = len(self._published.vectors)
        first = self._published.search(vector, k, None if allowed is None else np.ascontiguousarray(allowed[:n]))
        second = top_k(self._more @ vector, k, None if allowed is None else allowed[n:])
        rows = np.concatenate([first.rows, second.rows + n]).astype(np.int32)
        scores = np.concatenate([first.scores, second.scores])
        order = np.lexsort((rows, -scores))[:k]
        return Candidates(rows[order], scores[order])

    def scores(self, vectors: FloatArray) -> FloatArray:
        return np.concatenate([self._published.scores(vectors), vectors @ self._more.T], axis=-1)
