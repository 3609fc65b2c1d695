"""What the evaluation of a version says of single products: how often each is recommended, and how often found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.loading import versions
from dashboard.open_versions import CAPACITY
from pipeline.retrieval.engine import Engine

SYSTEMS = ("reranked", "towers", "text")  # what the version serves is the first of these that was measured

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """What each of n products gets from lists of ten, one for every shopper from whom something was held out.

    Args:
        shown: int64 [n], in how many lists it is.
        by_chance: int64 [n], in how many lists drawn at random.
        held_out: int64 [n], from how many shoppers it was held out.
        found: int64 [n], in how many of their lists it is.
    """

    shown: Counts
    by_chance: Counts
    held_out: Counts
    found: Counts

    def recall(self) -> npt.NDArray[np.float64]:
        """Return float64 [n]: found / held out; not a number where a product was held out from no one."""
        asked = self.held_out > 0
        found = np.full(len(asked), np.nan)
        np.divide(self.found, self.held_out, out=found, where=asked)
        return found

    def recall_of(self, rows: npt.NDArray[np.integer]) -> float | None:
        """Return recall@10 over every held-out product among some rows; None where none was held out."""
        asked = int(self.held_out[rows].sum())
        return int(self.found[rows].sum()) / asked if asked else None


def of(engine: Engine) -> Measured | None:
    """Return what was measured of a version's products; None where nothing was."""
    path = versions().store.root / engine.name / "evaluation" / "products.parquet"
    try:
        found = _read(path, path.stat().st_mtime_ns)
    except (OSError, KeyError, pa.ArrowException):
        return None
    return found if found is not None and len(found.shown) == len(engine.catalogue) else None


@lru_cache(maxsize=CAPACITY)
def _read(path: Path, changed: int) -> Measured | None:
    table = pq.read_table(path)
    names = table["system"].cast(pa.string())
    known = set(pc.unique(names).to_pylist())
    system = next((each for each in SYSTEMS if each in known), None)
    if system is None or "chance" not in known:
        return None

    def counts(of: str, column: str) -> Counts:
        found: Counts = table[column].filter(pc.equal(names, of)).to_numpy().astype(np.int64)
        return found

    return Measured(
        counts(system, "shown"), counts("chance", "shown"), counts(system, "held_out"), counts(system, "found")
    )


def chance(engine: Engine) -> float | None:
    """Return recall@10 of lists drawn at random, over every shopper; None where it was not measured."""
    for row in engine.metrics:
        if [row.get(name) for name in ("task", "system", "slice", "metric", "k")] == [
            "recommend",
            "chance",
            "all",
            "recall",
            10,
        ]:
            return float(row["value"])
    return None
