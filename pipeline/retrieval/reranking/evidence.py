"""What the train interactions and the catalogue say about products: counted once, read at every request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.reranking import neighbours
from pipeline.retrieval.reranking.neighbours import Table
from pipeline.retrieval.reranking.timeline import Timeline

KEPT = 300  # neighbours kept of each product in a table
ALIKE, ALIKE_COLD = 60, 20  # neighbours by text: of all products, of those without train interactions
TABLES = ("together", "next", "near", "alike", "cold")


@dataclass(frozen=True)
class Evidence:
    """Which products go with which, how often each was interacted with, and when.

    Args:
        tables: together (cosine of the shoppers with both), next (share of direct successors), near (successors within
            three places, as a cosine), alike (cosine of the text vectors), cold (the same, but only products without
            train interactions).
        seen: float32 [n], train interactions of each product.
        timeline: When they happened; empty where the source has no times.
    """

    tables: dict[str, Table]
    seen: FloatArray
    timeline: Timeline

    @classmethod
    def count(
        cls,
        users: npt.NDArray[np.int64],
        rows: RowArray,
        times: npt.NDArray[np.int64] | None,
        text: FloatArray,
    ) -> Evidence:
        """Count interactions.

        Args:
            users: int [n_interactions], the shopper of each; those of one lie together, oldest first.
            rows: int [n_interactions], the product row of each.
            times: int64 [n_interactions], ms; None where the source has none.
            text: float32 [n, d], the text vectors.
        """
        n = len(text)
        seen = np.bincount(rows, minlength=n).astype(np.float32)
        tables = {
            "together": neighbours.cosine(neighbours.together(users, rows, n), seen),
            "next": neighbours.share(neighbours.following(users, rows, n, window=1)),
            "near": neighbours.cosine(neighbours.following(users, rows, n), seen),
            "alike": neighbours.alike(text, ALIKE),
            "cold": neighbours.alike(text, ALIKE_COLD, np.flatnonzero(seen == 0).astype(np.int32)),
        }
        kept = {name: neighbours.strongest(table, KEPT) for name, table in tables.items()}
        nothing = np.empty(0, np.int64)
        timeline = Timeline(nothing.astype(np.int32), nothing, n) if times is None else Timeline(rows, times, n)
        return cls(kept, seen, timeline)

    def save(self, folder: Path) -> None:
        """Write a NumPy archive for each table and one for the rest."""
        for name, table in self.tables.items():
            sparse.save_npz(folder / f"{name}.npz", table)
        np.savez_compressed(folder / "seen.npz", seen=self.seen, rows=self.timeline.rows, times=self.timeline.times)

    @classmethod
    def load(cls, folder: Path, n_products: int) -> Evidence:
        """Read what `save` wrote.

        Raises:
            ValueError: A table is of another size.
        """
        tables = {name: sparse.csr_matrix(sparse.load_npz(folder / f"{name}.npz")) for name in TABLES}
        with np.load(folder / "seen.npz", allow_pickle=False) as found:
            seen, rows, times = found["seen"], found["rows"], found["times"]
        if any(table.shape != (n_products, n_products) for table in tables.values()) or len(seen) != n_products:
            raise ValueError("the evidence does not fit the catalogue")
        return cls(tables, seen, Timeline(rows, times, n_products))
