"""What the train interactions and the catalogue say about products: counted once, read at every request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline import stored
from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.reranking import neighbours
from pipeline.retrieval.reranking.neighbours import Table
from pipeline.retrieval.reranking.timeline import Timeline
from pipeline.retrieval.shoppers import FIRST, LAST, Shoppers

KEPT = 300  # neighbours kept of each product in a table
ALIKE, ALIKE_COLD = 60, 20  # neighbours by text: of all products, of those without train interactions
COUNTED = ("together", "next", "near", "alike", "cold")
# How much a frequent product is held back, asked with and offered: between raw counts (0, 0) and the cosine (.5, .5).
ASKED, OFFERED = 0.5, 0.15


@dataclass(frozen=True)
class Evidence:
    """Which products go with which, how often each was interacted with, and when.

    Args:
        counts: Tables [n, n]: together (shoppers with both, each weighing 1 / log(1 + products of the shopper)), next
            (how often j came right after i), near (within three places, a step of s counting 1 / s), alike (cosine of
            the nearest text vectors), cold (the same among products without train interactions).
        seen: float32 [n], train interactions of each product.
        timeline: When they happened; empty where the source has no times.
    """

    counts: dict[str, Table]
    seen: FloatArray
    timeline: Timeline

    @classmethod
    def count(
        cls,
        users: npt.NDArray[np.int64],
        rows: RowArray,
        times: npt.NDArray[np.int64] | None,
        text: FloatArray,
        alike: Table | None = None,
    ) -> Evidence:
        """Count interactions.

        Args:
            users: int [n_interactions], the shopper of each; those of one lie together, oldest first.
            rows: int [n_interactions], the product row of each.
            times: int64 [n_interactions], ms; None where the source has none.
            text: float32 [n, d], the text vectors, rows L2-normalised.
            alike: That table, where other evidence of the same products has it already; None makes it.
        """
        n = len(text)
        seen = np.bincount(rows, minlength=n).astype(np.float32)
        counts = {
            "together": neighbours.together(users, rows, n),
            "next": neighbours.following(users, rows, n, window=1),
            "near": neighbours.following(users, rows, n),
            "alike": neighbours.alike(text, ALIKE) if alike is None else alike,
            "cold": neighbours.alike(text, ALIKE_COLD, np.flatnonzero(seen == 0).astype(np.int32)),
        }
        kept = {name: neighbours.strongest(table, KEPT) for name, table in counts.items()}
        if times is None:
            rows, times = np.empty(0, np.int32), np.empty(0, np.int64)
        return cls(kept, seen, Timeline(rows, times, n))

    @classmethod
    def of(
        cls, shoppers: Shoppers, counted: npt.NDArray[np.bool_], text: FloatArray, alike: Table | None = None
    ) -> Evidence:
        """Count those interactions of shoppers that a mask, bool [n_interactions], names."""
        times = None if shoppers.times is None else shoppers.times[counted]
        return cls.count(shoppers.owners()[counted], shoppers.rows[counted], times, text, alike)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables as they are read: counts held back by how often both products were seen.

        linked (together plus next, held back by powers), together (the same without next), next (held back), share
        (of what came right after i, the share that was j), near (cosine), pairs (together as counted), alike, cold.
        """
        together, following = self.counts["together"], self.counts["next"]
        return {
            "linked": neighbours.held_back(together + following, self.seen, ASKED, OFFERED),
            "together": neighbours.held_back(together, self.seen, ASKED, OFFERED),
            "next": neighbours.held_back(following, self.seen, ASKED, OFFERED),
            "share": neighbours.share(following),
            "near": neighbours.held_back(self.counts["near"], self.seen, 0.5, 0.5),
            "pairs": together,
            "alike": self.counts["alike"],
            "cold": self.counts["cold"],
        }

    def save(self, folder: Path) -> None:
        """Write a NumPy archive for each table and one for the rest."""
        for name, table in self.counts.items():
            sparse.save_npz(folder / f"{name}.npz", table)
        timeline = self.timeline
        np.savez_compressed(folder / "seen.npz", seen=self.seen, rows=timeline.rows, times=timeline.times)

    @classmethod
    def load(cls, folder: Path, n_products: int, n_interactions: int) -> Evidence:
        """Read what `save` wrote.

        Args:
            folder: Where it lies.
            n_products: Products in the catalogue.
            n_interactions: Of which these were counted, at most.

        Raises:
            OSError, ValueError: It cannot be read, or is of another size than the catalogue.
        """
        counts = {name: neighbours.load(folder / f"{name}.npz", n_products, KEPT) for name in COUNTED}
        found = stored.archive(folder / "seen.npz", 4 * n_products + 12 * n_interactions)
        wanted = (("seen", np.float32, 1), ("rows", np.int32, 1), ("times", np.int64, 1))
        seen, rows, times = stored.members(found, wanted)
        if len(seen) != n_products or len(rows) != len(times):
            raise ValueError("the evidence does not fit the catalogue")
        stored.within(rows, 0, n_products, "times of products")
        stored.within(times, FIRST, LAST, "times")
        return cls(counts, seen, Timeline(rows, times, n_products))
