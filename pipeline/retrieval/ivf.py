"""Search by an inverted file: only the lists nearest to a query are read, and what they propose is compared exactly."""

from __future__ import annotations

import math
from pathlib import Path

import faiss
import numpy as np

from pipeline.retrieval.candidates import Candidates, FloatArray, Mask, top_k
from pipeline.retrieval.ivf_file import opened
from pipeline.retrieval.vectors import VectorIndex

FEW = 20_000  # allowed rows: as many are compared one by one in the time of a search by lists
DEEPEST = 1000  # times as many candidates as are asked for


class IvfIndex(VectorIndex):
    """Lists of near vectors, of which a query reads a few; row r is product r, and a score is an inner product.

    Which rows are listed is approximate; their scores are exact. Filters that leave few rows, or fewer than were asked
    for in the lists read, are answered by comparing all of them. `scores` is exact for every row.

    Args:
        index: An inverted file of whole vectors or of codes.
        vectors: float32 [n, d], what it was made of; may lie on disk.
        probes: Lists read for a query.
        refine: Candidates for each row asked for, compared exactly; 0 where the lists hold whole vectors.
    """

    def __init__(self, index: faiss.IndexIVF, vectors: FloatArray, probes: int, refine: int = 0) -> None:
        if not (1 <= probes <= index.nlist and 0 <= refine <= DEEPEST):
            raise ValueError("an index with impossible settings")
        self._index, self.vectors = index, vectors
        self.probes, self.refine = probes, refine

    @classmethod
    def read(cls, path: Path, vectors: FloatArray, refine: int = 0) -> IvfIndex:
        """Read an inverted file; its lists stay on disk, and the system keeps in memory what is used.

        Raises:
            OSError, ValueError: It is not as it says, or was made of other vectors.
        """
        index, found = opened(path, vectors)
        if (found.kind == "ivf-pq") != (refine > 0):
            raise ValueError(f"{path.name} is of another kind than its settings say")
        return cls(index, vectors, found.probes, refine)

    def save(self, path: Path) -> None:
        self._index.nprobe = self.probes
        faiss.write_index(self._index, str(path))

    @property
    def lists(self) -> int:
        """How many lists there are."""
        return int(self._index.nlist)

    @property
    def filled(self) -> int:
        """How many lists hold a vector."""
        return sum(self._index.invlists.list_size(each) > 0 for each in range(self.lists))

    def search(self, vector: FloatArray, k: int, allowed: Mask | None = None) -> Candidates:
        """Return k allowed rows near to float32 [d], best first; equal scores in row order."""
        n = len(self.vectors)
        available = n if allowed is None else int(allowed.sum())
        k = min(k, available)
        if k <= 0:
            return Candidates(np.empty(0, np.int32), np.empty(0, np.float32))
        if allowed is not None and available <= FEW:
            return self._exact(vector, k, allowed)
        settings = faiss.SearchParametersIVF(nprobe=self.probes)
        if allowed is not None:
            # A filter thins the lists: as many more are read as keep their allowed rows as many.
            probes = min(math.ceil(self.probes * n / available), self.lists)
            bitmap = np.packbits(allowed, bitorder="little")
            settings = faiss.SearchParametersIVF(nprobe=probes, sel=faiss.IDSelectorBitmap(bitmap))
        depth = min(k * max(self.refine, 1), available)
        found_scores, found_rows = self._index.search(np.ascontiguousarray(vector[None]), depth, params=settings)
        there = found_rows[0] >= 0
        rows, scores = found_rows[0][there], found_scores[0][there]
        if len(rows) < k:
            return self._exact(vector, k, allowed)
        if self.refine:
            scores = self.vectors[rows] @ vector
        order = np.lexsort((rows, -scores))[:k]
        return Candidates(rows[order].astype(np.int32), scores[order].astype(np.float32))

    def scores(self, vectors: FloatArray) -> FloatArray:
        """Return float32 [..., n], the inner product of every row with each of float32 [..., d]; reads all of them."""
        products: FloatArray = vectors @ self.vectors.T
        return products

    def _exact(self, vector: FloatArray, k: int, allowed: Mask | None) -> Candidates:
        """Return the k best of the allowed rows, each compared."""
        if allowed is None:
            return top_k(self.scores(vector), k)
        rows = np.flatnonzero(allowed)
        found = top_k(self.vectors[rows] @ vector, k)
        return Candidates(rows[found.rows].astype(np.int32), found.scores)
