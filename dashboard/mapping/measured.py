"""What the evaluation of a version says of single products."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.loading import CAPACITY, versions
from pipeline.retrieval.engine import Engine

LIST = 10  # a held-out product is found when it is among so many
SYSTEMS = ("reranked", "towers", "text")  # what the version serves is the first of these that was measured

Recall = npt.NDArray[np.float64]


def found(engine: Engine) -> Recall | None:
    """Return float64 [n]: how often a product is among the ten recommended to the shoppers it was held out from.

    Not a number where it was held out from no one; None where the version was not measured.
    """
    path = versions().store.root / engine.name / "evaluation" / "ranks.parquet"
    try:
        return _found(path, path.stat().st_mtime_ns, len(engine.catalogue))
    except (OSError, KeyError, pa.ArrowException):
        return None


@lru_cache(maxsize=CAPACITY)
def _found(path: Path, changed: int, n: int) -> Recall | None:
    table = pq.read_table(path, columns=["system", "row", "rank"])
    known = set(pc.unique(table["system"]).to_pylist())
    system = next((each for each in SYSTEMS if each in known), None)
    if system is None:
        return None
    own = table.filter(pc.equal(table["system"], system))
    rows, ranks = own["row"].to_numpy(), own["rank"].to_numpy()
    if not len(rows) or rows.min() < 0 or rows.max() >= n:
        return None
    hits = np.bincount(rows[(ranks >= 1) & (ranks <= LIST)], minlength=n)
    asked = np.bincount(rows, minlength=n)
    return np.divide(hits, asked, out=np.full(n, np.nan), where=asked > 0)
