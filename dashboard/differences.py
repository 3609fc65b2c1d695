"""Differences between systems over the same shoppers or queries, from the values that a version keeps of each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.components.differing import Difference
from dashboard.components.measured import served
from dashboard.loading import versions
from pipeline.evaluation.compare import paired

FILES = {"recommend": "per_user.parquet", "search": "per_query.parquet"}
REMEMBERED = 64  # tables: each is a second's work for 20,000 shoppers


def differences(version: str, task: str, metric: str, k: int) -> tuple[Difference, ...]:
    """Return every other system's difference to the version's own, best first; none where nothing is kept.

    Chance is left out: what is kept of it are expectations, not one order.

    Args:
        version: Name of a published version.
        task: recommend or search.
        metric: A metric with a value per shopper or query.
        k: Its cut-off.
    """
    path = versions().store.root / version / "evaluation" / FILES[task]
    try:
        return _differences(path, path.stat().st_mtime_ns, task, f"{metric}@{k}")
    except (OSError, KeyError, pa.ArrowException):
        return ()  # versions without values per shopper have figures all the same


@lru_cache(maxsize=REMEMBERED)
def _differences(path: Path, changed: int, task: str, column: str) -> tuple[Difference, ...]:
    table = pq.read_table(path, columns=["system", column])
    systems = pc.unique(table["system"]).to_pylist()
    own = served(task, systems)
    if own is None:
        return ()
    # The shoppers of each system come in the same order.
    values = {
        system: table.filter(pc.field("system") == system)[column].to_numpy().astype("float64") for system in systems
    }
    found = [
        Difference(system, own, paired(values[system], values[own]), len(values[own]))
        for system in systems
        if system not in (own, "chance")
    ]
    return tuple(sorted(found, key=lambda each: -each.paired.difference))
