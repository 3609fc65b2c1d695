"""Evaluating recommendations: every product ranked for every held-out product, the shopper's own history masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.evaluation.chance import CHANCE
from pipeline.evaluation.compare import bootstrap
from pipeline.metrics import METRICS, Ranks, pad, target_ranks
from pipeline.retrieval.candidates import Request, Retriever
from pipeline.retrieval.shoppers import Shoppers

CUTOFFS = (5, 10, 20)
FIGURES = [(metric, k) for metric in METRICS for k in CUTOFFS]


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
    """

    rows: list[Row]
    table: pa.Table

    def as_dicts(self) -> list[dict[str, object]]:
        return [asdict(row) for row in self.rows]


def evaluable(shoppers: Shoppers, part: str, among: npt.NDArray[np.bool_] | None = None) -> list[int]:
    """Return the shoppers with a product held out in `part` and a history before it.

    Args:
        shoppers: All shoppers.
        part: valid or test.
        among: bool [n_shoppers]; None means all.
    """
    return [
        index
        for index in range(len(shoppers))
        if (among is None or among[index]) and len(shoppers.within(index, part)) and len(shoppers.before(index, part))
    ]


def evaluate_recommendations(
    systems: Sequence[Retriever],
    shoppers: Shoppers,
    n_products: int,
    split: str,
    part: str,
    chosen: Sequence[int],
    advance: Callable[[int], None] = lambda done: None,
) -> Evaluated:
    """Rank every product for every chosen shopper under every system.

    The history is everything before the part; the targets are the products inside it. Ties count against the target.

    Args:
        systems: Retrievers; each is asked for the score of every product.
        shoppers: All shoppers.
        n_products: Products in the catalogue.
        split: Its kind, for the rows.
        part: valid or test.
        chosen: Numbers of the shoppers to evaluate, at least one.
        advance: Called with the number of shoppers done since the last call.
    """
    ranks: dict[str, list[Ranks]] = {system.name: [] for system in systems}
    relevant, candidates = [], []
    for index in chosen:
        history, targets = shoppers.before(index, part), shoppers.within(index, part)
        relevant.append(len(targets))
        candidates.append(n_products - len(history))
        request = Request(history=history, shopper=index)
        for system in systems:
            ranks[system.name].append(target_ranks(system.scores(request), targets, history))
        advance(1)
    values = {"chance": chance_values(np.array(candidates), np.array(relevant))}
    for name, found in ranks.items():
        values[name] = values_of(pad(found))
    ids = [shoppers.ids[index] for index in chosen]
    return Evaluated(figures("recommend", split, values), per_unit("user_id", ids, values))


def values_of(ranks: Ranks) -> npt.NDArray[np.float64]:
    """Return float64 [n, n_figures] from padded ranks, columns in the order of FIGURES."""
    return np.stack([METRICS[metric](ranks, k) for metric, k in FIGURES], axis=1)


def chance_values(candidates: npt.NDArray[np.int64], relevant: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return float64 [n, n_figures], what a random order is expected to reach."""
    return np.stack([CHANCE[metric](candidates, relevant, k) for metric, k in FIGURES], axis=1)


def figures(task: str, split: str, values: dict[str, npt.NDArray[np.float64]]) -> list[Row]:
    """Return a row per system and figure: mean and 95 % interval. Chance is exact, so its interval is the value."""
    rows = []
    for system, own in values.items():
        mean, low, high = (own.mean(axis=0),) * 3 if system == "chance" else bootstrap(own)
        rows += [
            Row(task, split, "all", system, metric, k, float(mean[i]), float(low[i]), float(high[i]), len(own))
            for i, (metric, k) in enumerate(FIGURES)
        ]
    return rows


def per_unit(key: str, ids: Iterable[str], values: dict[str, npt.NDArray[np.float64]]) -> pa.Table:
    """Return one table row per system and user (or query), a float32 column per figure."""
    ids = pa.array(ids, pa.string())
    parts = []
    for system, own in values.items():
        columns = {f"{metric}@{k}": pa.array(own[:, i].astype(np.float32)) for i, (metric, k) in enumerate(FIGURES)}
        parts.append(pa.table({key: ids, "system": pa.repeat(system, len(own)), **columns}))
    return pa.concat_tables(parts)
