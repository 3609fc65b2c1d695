"""Tables of neighbours: which products go with which, counted or compared once, read at every request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline import stored
from pipeline.retrieval.candidates import FloatArray, RowArray

Table: TypeAlias = sparse.csr_matrix  # float32, [products, products]
WINDOW = 3  # how many products later something still follows
CELLS = 2**25  # cosines at once, at most: 128 MiB a copy


def together(users: npt.NDArray[np.int64], rows: RowArray, n_products: int) -> Table:
    """Return float32 [n, n]: the shoppers with both, each weighing 1 / log(1 + its products); 0 on the diagonal.

    Who has everything says little about any pair.
    Source: Adamic and Adar 2003, "Friends and neighbors on the web", on the graph of shoppers and products.

    Args:
        users: int [n_interactions], the shopper of each train interaction.
        rows: int [n_interactions], its product row.
        n_products: Products in the catalogue.
    """
    n_users = int(users.max()) + 1 if len(users) else 0
    seen = sparse.csr_matrix((np.ones(len(rows), np.float32), (users, rows)), shape=(n_users, n_products))
    weights = sparse.diags((1 / np.log1p(np.maximum(np.bincount(users, minlength=n_users), 1))).astype(np.float32))
    counts = sparse.csr_matrix(seen.T @ weights @ seen, dtype=np.float32)
    counts.setdiag(0)
    counts.eliminate_zeros()
    return counts


def following(users: npt.NDArray[np.int64], rows: RowArray, n_products: int, window: int = WINDOW) -> Table:
    """Return float32 [n, n]: how often j came after i in a history, a step of s places counting 1 / s.

    With a window of 1 these are the counts of a first-order Markov chain.
    Source: Rendle, Freudenthaler and Schmidt-Thieme 2010, "Factorizing personalized Markov chains for next-basket
    recommendation", section 4 (its unpersonalised chain).

    Args:
        users: int [n_interactions], the shopper of each train interaction; those of one lie together, oldest first.
        rows: int [n_interactions], its product row.
        n_products: Products in the catalogue.
        window: Longest step that counts; 1 counts direct successors only.
    """
    counts = sparse.csr_matrix((n_products, n_products), dtype=np.float32)
    for step in range(1, min(window, max(len(rows) - 1, 0)) + 1):
        same = users[:-step] == users[step:]
        pairs = (rows[:-step][same], rows[step:][same])
        weights = np.full(len(pairs[0]), 1 / step, np.float32)
        counts = counts + sparse.csr_matrix((weights, pairs), shape=counts.shape)
    counts.setdiag(0)
    counts.eliminate_zeros()
    return sparse.csr_matrix(counts, dtype=np.float32)


def held_back(counts: Table, seen: FloatArray, asked: float, offered: float) -> Table:
    """Return counts_ij / (seen_i^asked * seen_j^offered): with both powers one half, the cosine.

    Source: Deshpande and Karypis 2004, "Item-based top-N recommendation algorithms", section 4.2.

    Args:
        counts: float32 [n, n].
        seen: float32 [n], how often each product was interacted with.
        asked: How much a frequent product of the history is held back, 0 (not) to 1.
        offered: How much a frequent product that is scored is held back, 0 (not) to 1.
    """
    often = np.maximum(seen, 1)
    left, right = (sparse.diags((often**-power).astype(np.float32)) for power in (asked, offered))
    return sparse.csr_matrix(left @ counts @ right, dtype=np.float32)


def share(counts: Table) -> Table:
    """Return counts with every row divided by its sum: of what came after i, the share that was j."""
    total = np.asarray(counts.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags((1 / np.maximum(total, 1e-9)).astype(np.float32)) @ counts, dtype=np.float32)


def alike(vectors: FloatArray, k: int, among: RowArray | None = None) -> Table:
    """Return float32 [n, n]: the cosines of the k products nearest to each, itself left out.

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        k: Neighbours of each product.
        among: The rows that may be neighbours; None allows all.
    """
    n = len(vectors)
    allowed = np.arange(n, dtype=np.int32) if among is None else among
    k = min(k, len(allowed))
    if not k:
        return sparse.csr_matrix((n, n), dtype=np.float32)
    place = np.full(n, -1)
    place[allowed] = np.arange(len(allowed))
    rows, columns, values = [], [], []
    block = max(CELLS // len(allowed), 1)
    for start in range(0, n, block):
        own = np.arange(start, min(start + block, n))
        cosines = vectors[own] @ vectors[allowed].T
        itself = place[own] >= 0
        cosines[np.flatnonzero(itself), place[own][itself]] = -np.inf
        best = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        rows.append(np.repeat(own, k))
        columns.append(allowed[best].ravel())
        values.append(np.take_along_axis(cosines, best, axis=1).ravel())
    weights = np.concatenate(values)
    kept = weights > 0
    pairs = (np.concatenate(rows)[kept], np.concatenate(columns)[kept])
    return sparse.csr_matrix((weights[kept], pairs), shape=(n, n), dtype=np.float32)


def strongest(table: Table, k: int) -> Table:
    """Return the table with only the k largest entries of each row: what is kept small enough to serve from."""
    length = np.diff(table.indptr)
    owner = np.repeat(np.arange(table.shape[0]), length)
    order = np.lexsort((-table.data, owner))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - table.indptr[:-1][owner[order]]
    kept = place < k
    pairs = (owner[kept], table.indices[kept])
    return sparse.csr_matrix((table.data[kept], pairs), shape=table.shape, dtype=np.float32)


def load(path: Path, n_products: int, kept: int) -> Table:
    """Return a table as `scipy.sparse.save_npz` wrote it.

    Args:
        path: The archive.
        n_products: Products in the catalogue.
        kept: Entries of a row, at most.

    Raises:
        OSError, ValueError: It cannot be read, or is no such table.
    """
    own = min(kept, n_products)
    found = stored.archive(path, 8 * (n_products * own + n_products + 1) + 64)
    wanted = (("data", np.float32, 1), ("indices", np.int32, 1), ("indptr", np.int32, 1), ("shape", np.int64, 1))
    data, indices, starts, shape = stored.members(found, wanted)
    if shape.tolist() != [n_products, n_products] or len(data) != len(indices):
        raise ValueError("a table does not fit the catalogue")
    stored.compressed(starts, indices, n_products, n_products)
    return sparse.csr_matrix((data, indices, starts), shape=(n_products, n_products))


@dataclass(frozen=True)
class Entries:
    """The entries of a table in the rows of a history.

    Args:
        columns: int [m], the product of each entry.
        values: float32 [m].
        places: int [m], which product of the history it belongs to.
        n_products: Products in the catalogue.
    """

    columns: RowArray
    values: FloatArray
    places: npt.NDArray[np.int64]
    n_products: int

    @classmethod
    def of(cls, table: Table, history: RowArray) -> Entries:
        """Read the rows of a history; written out, since SciPy's own row choice costs more than all the rest."""
        starts = table.indptr[history].astype(np.int64)
        lengths = table.indptr[history + 1] - starts
        at = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        places = np.repeat(np.arange(len(history)), lengths)
        return cls(table.indices[at], table.data[at], places, table.shape[1])

    def among(self, place: npt.NDArray[np.int32], n: int) -> Entries:
        """Return the entries of n chosen products alone, numbered by `place`: int32 [n_products], -1 for the others."""
        columns = place[self.columns]
        kept = columns >= 0
        return Entries(columns[kept], self.values[kept], self.places[kept], n)

    def total(self, weights: FloatArray) -> FloatArray:
        """Return float32 [n_products]: the rows added up, each times its weight, float32 [n_history]."""
        spread = weights[self.places] * self.values
        total: FloatArray = np.bincount(self.columns, weights=spread, minlength=self.n_products).astype(np.float32)
        return total
