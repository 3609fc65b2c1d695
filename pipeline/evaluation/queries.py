"""Evaluating search: judged queries, graded gains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.evaluation import chance
from pipeline.evaluation.rows import FIGURES, AtK, Evaluated, per_unit, rows_of
from pipeline.metrics import METRICS, graded_ndcg
from pipeline.retrieval.candidates import Candidates, FloatArray, Request, Retriever

# Beyond what recommendations are measured by: how much of what was judged good a longer list holds, how often nothing
# is found, and how much of a list no one has judged (which counts as irrelevant, wrongly at times).
SEARCHED: list[AtK] = [*FIGURES, ("recall", 100), ("zero_result", 10), ("unjudged", 10)]
UNLISTED = np.iinfo(np.int64).max  # the rank of a product that is not in a list


@dataclass(frozen=True)
class Judged:
    """One query: the rows that were judged and their gains (0 = irrelevant)."""

    query: str
    rows: npt.NDArray[np.int32]
    gains: npt.NDArray[np.float64]


class Remembered:
    """A retriever that keeps the scores of its last query: fused systems ask for the same ones again."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._last: tuple[str, FloatArray] | None = None

    @property
    def name(self) -> str:
        return self._retriever.name

    def retrieve(self, request: Request, k: int) -> Candidates:
        return self._retriever.retrieve(request, k)

    def scores(self, request: Request) -> FloatArray:
        if self._last is None or self._last[0] != request.text:
            self._last = (request.text, self._retriever.scores(request))
        return self._last[1]


def gains_of(grades: npt.NDArray[np.float64], gain: str, min_grade: float) -> npt.NDArray[np.float64]:
    """Return the gain of each grade, counted from the grade that means irrelevant.

    Args:
        grades: float64 [n].
        gain: "exponential" (2^grade - 1) or "linear" (the grade itself).
        min_grade: The grade that means irrelevant.
    """
    above = np.maximum(grades - min_grade, 0.0)
    values: npt.NDArray[np.float64] = 2**above - 1 if gain == "exponential" else above
    return values


def judged_of(queries: pa.ChunkedArray, rows: npt.NDArray[np.int32], gains: npt.NDArray[np.float64]) -> list[Judged]:
    """Return judgements by query, the queries in order of appearance.

    Args:
        queries: The query of each judgement.
        rows: int32 [n], the product's row.
        gains: float64 [n].
    """
    encoded = queries.combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(encoded.dictionary) + 1))
    return [
        Judged(query, rows[chosen], gains[chosen])
        for query, chosen in zip(encoded.dictionary.to_pylist(), np.split(order, bounds[1:-1]), strict=True)
    ]


def evaluate_queries(
    systems: Sequence[Retriever],
    queries: Sequence[Judged],
    n_products: int,
    protocol: str,
    advance: Callable[[int], None] = lambda done: None,
) -> Evaluated:
    """Rank for every query that has any gain, under every system.

    Args:
        systems: Retrievers; each is asked for the score of every product.
        queries: At least one with a gain above 0; the others are left out.
        n_products: Products in the catalogue.
        protocol: "open" (rank the catalogue, unjudged = 0) or "judged" (rank only the judged products of the query,
            which are all that a system may return).
        advance: Called with the number of queries done since the last call.
    """
    kept = [judged for judged in queries if judged.gains.any()]
    values: dict[str, list[npt.NDArray[np.float64]]] = {"chance": [], **{system.name: [] for system in systems}}
    for judged in kept:
        gains = np.zeros(n_products)
        gains[judged.rows] = judged.gains
        seen = np.zeros(n_products, dtype=bool)
        seen[judged.rows] = True
        pool = np.arange(n_products) if protocol == "open" else judged.rows
        request = Request(text=judged.query, allowed=None if protocol == "open" else seen)
        values["chance"].append(chance_of(judged, n_products, protocol))
        for system in systems:
            values[system.name].append(_values(system.scores(request)[pool], gains[pool], seen[pool]))
        advance(1)
    stacked = {name: np.stack(found) for name, found in values.items()}
    ids = [judged.query for judged in kept]
    rows = rows_of("search", "queries", stacked, SEARCHED)
    return Evaluated(rows, per_unit("query", ids, stacked, SEARCHED))


def chance_of(judged: Judged, n_products: int, protocol: str) -> npt.NDArray[np.float64]:
    """Return float64 [n_figures], in the order of `SEARCHED`: what a random order is expected to reach for one query.

    Args:
        judged: The query; one of its gains is above 0.
        n_products: Products in the catalogue.
        protocol: As in `evaluate_queries`.
    """
    if protocol == "judged":
        return _chance(judged.gains, np.ones(len(judged.gains), dtype=bool))
    gains, seen = np.zeros(n_products), np.zeros(n_products, dtype=bool)
    gains[judged.rows], seen[judged.rows] = judged.gains, True
    return _chance(gains, seen)


def _values(
    scores: FloatArray, gains: npt.NDArray[np.float64], judged: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return float64 [n_figures] of one ranking; among equal scores the lower gain comes first.

    A product with no score above 0 was not found: it is ranked all the same, but does not count as returned.
    """
    order = np.lexsort((gains, -scores))
    shown = order[:10][scores[order[:10]] > 0]
    return values_of_list(gains[order], gains, judged[shown], complete=bool(judged.all()))


def values_of_list(
    in_order: npt.NDArray[np.float64],
    gains: npt.NDArray[np.float64],
    judged: npt.NDArray[np.bool_],
    *,
    complete: bool = False,
) -> npt.NDArray[np.float64]:
    """Return float64 [n_figures], in the order of `SEARCHED`, of one list.

    Args:
        in_order: float64, gains of the list, best ranked first; 100 are enough for every figure.
        gains: float64 [n_judged or more], the gains of every product of the query; one is above 0.
        judged: bool [at most 10], whether each of the first ten products that were found was judged.
        complete: Whether every product that may be listed was judged: then the unjudged share says nothing.
    """
    ranks = np.flatnonzero(in_order > 0) + 1
    missed = np.full(int((gains > 0).sum()) - len(ranks), UNLISTED)
    ranks = np.concatenate([ranks, missed])[None, :]
    found = []
    for metric, k in SEARCHED:
        if metric == "ndcg":
            found.append(graded_ndcg(in_order, gains, k))
        elif metric == "zero_result":
            found.append(float(not len(judged)))
        elif metric == "unjudged":
            found.append(float((~judged).mean()) if len(judged) and not complete else np.nan)
        else:
            found.append(METRICS[metric](ranks, k)[0])
    return np.array(found)


def _chance(gains: npt.NDArray[np.float64], judged: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return float64 [n_figures]: what a random order of these candidates is expected to reach."""
    candidates, relevant = np.array([len(gains)]), np.array([int((gains > 0).sum())])
    best = np.sort(gains)[::-1]
    found = []
    for metric, k in SEARCHED:
        if metric == "ndcg":
            ideal = (best[:k] / np.log2(np.arange(2, len(best[:k]) + 2))).sum()
            found.append(chance.dcg(np.array([gains.mean()]), candidates, k)[0] / ideal)
        elif metric == "zero_result":
            found.append(0.0)
        elif metric == "unjudged":
            found.append(float((~judged).mean()) if not judged.all() else np.nan)
        else:
            found.append(chance.CHANCE[metric](candidates, relevant, k)[0])
    return np.array(found)
