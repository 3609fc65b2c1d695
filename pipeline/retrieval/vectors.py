"""Exact inner-product search by FAISS; over L2-normalised vectors an inner product is a cosine."""

from __future__ import annotations

import struct
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np

from pipeline.retrieval.candidates import Candidates, FloatArray, Mask

# A server answers many sessions at once: one thread a query keeps them from queueing for each other.
faiss.omp_set_num_threads(1)

# A flat index on disk, checked before FAISS reads it, since other kinds name other files to read: the kind, dimension,
# rows, two unused numbers, whether it is trained, its metric, how many float32 follow. Source: faiss, index_write.cpp.
HEADER = struct.Struct("<4siqqqBiQ")
FLAT = b"IxFI"
WIDEST = 65_536  # dimensions
FEW = 128  # rows left out that are cheaper to find and drop than to have FAISS look at every row for


class VectorIndex:
    """A flat FAISS index whose row r is product r; a score is an inner product.

    Args:
        index: A flat inner-product index.
    """

    def __init__(self, index: faiss.IndexFlat) -> None:
        self._index = index
        self.vectors: FloatArray = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(-1, index.d)

    @classmethod
    def build(cls, vectors: FloatArray) -> VectorIndex:
        """Index float32 [n, d]: rows L2-normalised where scores shall be cosines."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError: It is not a flat inner-product index, or not of the size it says.
        """
        with path.open("rb") as file:
            header = file.read(HEADER.size)
        if len(header) < HEADER.size:
            raise ValueError(f"{path.name} ends too early")
        kind, dimension, total, _, _, trained, metric, values = HEADER.unpack(header)
        fits = 0 < dimension <= WIDEST and total >= 0 and values == dimension * total
        if (kind, trained, metric) != (FLAT, 1, faiss.METRIC_INNER_PRODUCT) or not fits:
            raise ValueError(f"{path.name} is no flat index")
        if path.stat().st_size != HEADER.size + values * np.dtype(np.float32).itemsize:
            raise ValueError(f"{path.name} is not as long as it says")
        return cls(faiss.read_index(str(path)))

    def normalised(self) -> VectorIndex:
        """Return an index of the same vectors, L2-normalised; a vector of zeros stays one."""
        lengths = np.linalg.norm(self.vectors, axis=1, keepdims=True)
        return VectorIndex.build(self.vectors / np.maximum(lengths, 1e-12))

    def search(self, vector: FloatArray, k: int, allowed: Mask | None = None) -> Candidates:
        """Return the k allowed rows nearest to float32 [d], best first; equal scores in row order."""
        total = self._index.ntotal
        available = total if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, available)
        if k <= 0:
            return Candidates(np.empty(0, np.int32), np.empty(0, np.float32))
        if allowed is None or total - available <= FEW:
            (scores,), (rows,) = self._index.search(vector[None], k + total - available)
        else:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            (scores,), (rows,) = self._index.search(vector[None], k, params=faiss.SearchParameters(sel=selector))
        order = np.lexsort((rows, -scores))
        if allowed is not None:
            order = order[allowed[rows[order]]]
        return Candidates(rows[order[:k]].astype(np.int32), scores[order[:k]])

    def scores(self, vectors: FloatArray) -> FloatArray:
        """Return float32 [..., n], the inner product of every row with each of float32 [..., d]."""
        products: FloatArray = vectors @ self._by_dimension
        return products

    @cached_property
    def _by_dimension(self) -> FloatArray:
        """float32 [d, n], for `scores` alone: BLAS reads this order in half the time of the other."""
        return np.ascontiguousarray(self.vectors.T)
