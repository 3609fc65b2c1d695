"""The exact nearest neighbours of every product, found once and read by everything else."""

from __future__ import annotations

from dataclasses import dataclass

import faiss
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from pipeline.cores import every_core

FloatArray = npt.NDArray[np.float32]
RowArray = npt.NDArray[np.int32]
TIES = 1e-6  # cosines closer than this are one: rounding differs between two ways of summing
BLOCK = 4096  # products looked up at once


@dataclass(frozen=True)
class Neighbours:
    """The nearest other products of every product, nearest first.

    Args:
        rows: int32 [n, k].
        cosines: float32 [n, k].
    """

    rows: RowArray
    cosines: FloatArray

    def first(self, k: int) -> Neighbours:
        """Return the k nearest of each."""
        return Neighbours(self.rows[:, :k], self.cosines[:, :k])

    def distances(self) -> FloatArray:
        """Return float32 [n, k]: the distance of unit vectors, sqrt(2 - 2 cosine), 0..2."""
        return chords(self.cosines)


def chords(cosines: FloatArray) -> FloatArray:
    """Return the Euclidean distance of two unit vectors, sqrt(2 - 2 cosine), for each cosine."""
    found: FloatArray = np.sqrt(np.maximum(2 - 2 * cosines, 0)).astype(np.float32)
    return found


def unit(vectors: FloatArray) -> FloatArray:
    """Return float32 [n, d], rows L2-normalised; a row of zeros, or with something that is no number, becomes zeros."""
    clean = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, 0).astype(np.float64)
    lengths = np.linalg.norm(clean, axis=1, keepdims=True)
    return np.ascontiguousarray(clean / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def exact_neighbours(vectors: FloatArray, k: int) -> Neighbours:
    """Return the k nearest other products of every product by cosine, compared with all; equal ones in row order.

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        k: 1 to n - 1.
    """
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    rows = np.empty((len(vectors), k), np.int32)
    cosines = np.empty((len(vectors), k), np.float32)
    with every_core():
        for begin in range(0, len(vectors), BLOCK):
            block = slice(begin, begin + BLOCK)
            near, found = index.search(vectors[block], k + 1)
            found, near = without_self(found, near, begin)
            order = np.lexsort((found, -near), axis=1)
            rows[block] = np.take_along_axis(found, order, axis=1)
            cosines[block] = np.take_along_axis(near, order, axis=1)
    return Neighbours(rows, cosines)


def identical(neighbours: Neighbours) -> RowArray:
    """Return int32 [n], 0 to the highest: products with one number have one vector (cosine 1, but for rounding).

    A product lists at least some of its twins, and each of those others: whoever is reached so is one of them.
    """
    n = len(neighbours.rows)
    first, place = np.nonzero(neighbours.cosines > 1 - TIES)
    joined = sparse.coo_matrix((np.ones(len(first)), (first, neighbours.rows[first, place])), shape=(n, n))
    found: RowArray = connected_components(joined, directed=False)[1].astype(np.int32)
    return found


def without_self(
    rows: npt.NDArray[np.int64], values: npt.NDArray[np.floating], begin: int = 0
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.floating]]:
    """Return [n, k] of [n, k + 1]: what was found less the product itself, or less the last where it is not there.

    A product is not among its own nearest where more than k others lie in the very same place.

    Args:
        rows: int64 [n, k + 1], nearest first.
        values: The cosine or distance of each.
        begin: The row of the first product.
    """
    own = rows == np.arange(begin, begin + len(rows))[:, None]
    own[~own.any(axis=1), -1] = True
    shape = (len(rows), rows.shape[1] - 1)
    return rows[~own].reshape(shape), values[~own].reshape(shape)
