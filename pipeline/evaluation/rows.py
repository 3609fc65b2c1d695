"""Figures as tidy rows: means and intervals of values per user or query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.evaluation.chance import CHANCE
from pipeline.evaluation.compare import bootstrap
from pipeline.metrics import METRICS, Ranks

CUTOFFS = (5, 10, 20)
Figure = tuple[str, int | None]
AtK = tuple[str, int]
FIGURES: list[AtK] = [(metric, k) for metric in METRICS for k in CUTOFFS]
SLICED: list[AtK] = [("recall", 10), ("ndcg", 10)]  # of every slice

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """One tidy row of `evaluation/metrics.json`; k is None where the metric has none."""

    task: str
    split: str
    slice: str
    system: str
    metric: str
    k: int | None
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Evaluated:
    """Values per user or query, and the figures made of them.

    Args:
        rows: The figures, chance included.
        table: One row per system and user (or query): its id, the system, and a column `<metric>@<k>` each.
        ranks: One row per system and held-out product: user_id, system, row of the product, rank; None of queries.
            Whatever else is asked of the ranking later (a slice, a test between versions) follows from them.
        products: One row per system and product: how often it is shown and found; None where that was not asked.
    """

    rows: list[Row]
    table: pa.Table
    ranks: pa.Table | None = None
    products: pa.Table | None = None

    def as_dicts(self) -> list[dict[str, object]]:
        return [asdict(row) for row in self.rows]


def values_of(ranks: Ranks, figures: Sequence[AtK] = FIGURES) -> Values:
    """Return float64 [n, n_figures] from padded ranks, a column per figure."""
    return np.stack([METRICS[metric](ranks, k) for metric, k in figures], axis=1)


def chance_values(candidates: Counts, relevant: Counts, figures: Sequence[AtK] = FIGURES) -> Values:
    """Return float64 [n, n_figures], what a random order is expected to reach."""
    return np.stack([CHANCE[metric](candidates, relevant, k) for metric, k in figures], axis=1)


def rows_of(
    task: str,
    split: str,
    values: Mapping[str, Values],
    figures: Sequence[Figure] = FIGURES,
    slice_: str = "all",
    exact: Sequence[str] = ("chance",),
) -> list[Row]:
    """Return a row per system and figure: mean and 95 % interval over the users or queries that have a value.

    Args:
        task: recommend or search.
        split: The kind of split.
        values: By system: float64 [n, n_figures]; not a number where a user has no value of a figure, in which case
            the figure is the mean over the others, and left out where no one has one.
        figures: Metric and k of each column.
        slice_: The slice that was measured.
        exact: Systems whose values are expectations: their interval is the value.
    """
    rows = []
    for system, own in values.items():
        for columns, kept in _complete(own):
            chosen = own[kept][:, columns]
            mean, low, high = (chosen.mean(axis=0),) * 3 if system in exact else bootstrap(chosen)
            rows += [
                Row(
                    task,
                    split,
                    slice_,
                    system,
                    *figures[column],
                    float(mean[i]),
                    float(low[i]),
                    float(high[i]),
                    len(kept),
                )
                for i, column in enumerate(columns)
            ]
    return rows


def _complete(values: Values) -> list[tuple[list[int], npt.NDArray[np.int64]]]:
    """Return the columns, those with the same missing entries together, each with the rows that have a value."""
    missing = np.isnan(values)
    alike: dict[bytes, list[int]] = {}
    for column in range(values.shape[1]):
        alike.setdefault(missing[:, column].tobytes(), []).append(column)
    found = [(columns, np.flatnonzero(~missing[:, columns[0]])) for columns in alike.values()]
    return [(columns, kept) for columns, kept in found if len(kept)]


def per_unit(
    key: str, ids: Iterable[str], values: Mapping[str, Values], figures: Sequence[Figure] = FIGURES
) -> pa.Table:
    """Return one table row per system and user (or query), a float32 column per figure, null where it has no value."""
    ids = pa.array(ids, pa.string())
    parts = []
    for system, own in values.items():
        columns = {
            f"{metric}@{k}": pa.array(own[:, i].astype(np.float32), from_pandas=True)
            for i, (metric, k) in enumerate(figures)
        }
        parts.append(pa.table({key: ids, "system": pa.repeat(system, len(own)), **columns}))
    return pa.concat_tables(parts)
