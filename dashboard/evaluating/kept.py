"""What a version keeps of its evaluation beside the figures; nothing where it was published before it was kept."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard import segment_slices
from dashboard.batches import Recent
from dashboard.loading import versions
from dashboard.open_versions import CAPACITY
from pipeline.evaluation.by_rank import ByRank, by_rank
from pipeline.retrieval.engine import Engine

log = logging.getLogger(__name__)
Row = Mapping[str, Any]
COLUMNS = {
    "roc": ("system", "false_positives", "true_positives", "positives", "negatives", "rated"),
    "calibration": ("system", "predicted", "observed", "low", "high", "n"),
    "curves": ("epoch", "loss"),
}
_by_rank: Recent[str, list[ByRank]] = Recent(CAPACITY)


def folder(engine: Engine) -> Path:
    return versions().store.root / engine.name / "evaluation"


def there(engine: Engine, name: str) -> bool:
    """Return whether a version keeps a file of COLUMNS."""
    return (folder(engine) / f"{name}.parquet").exists()


def table(engine: Engine, name: str) -> Sequence[Row]:
    """Return the rows of a file of COLUMNS; none where there is none, or where it cannot be read."""
    path = folder(engine) / f"{name}.parquet"
    try:
        found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    except FileNotFoundError:
        return []
    except (OSError, pa.ArrowException):
        log.exception("%s cannot be read", path)
        return []
    return found if found and set(COLUMNS[name]) <= set(found[0]) else []


def chance(engine: Engine, metric: str, k: int) -> float | None:
    """Return what chance reaches on the validation products; None where that is not kept."""
    try:
        rows = json.loads((folder(engine) / "validation.json").read_text("utf-8"))
        return next(
            float(row["value"])
            for row in rows
            if (row["system"], row["metric"], row["k"], row["slice"]) == ("chance", metric, k, "all")
        )
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return None  # the curve can be drawn without


def ranked(engine: Engine) -> bool:
    """Return whether a version keeps the ranks of what was held out."""
    return engine.shoppers is not None and segment_slices.ranks(engine).exists()


def recall_by_rank(engine: Engine) -> list[ByRank]:
    """Return recall by rank of every system, chance last; the version must keep ranks."""
    found = _by_rank.get(engine.manifest.checksum)
    if found is None:
        found = by_rank(segment_slices.answers(engine))
        _by_rank.put(engine.manifest.checksum, found)
    return found
