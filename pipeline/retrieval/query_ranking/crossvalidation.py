"""What a ranker reaches on queries that it has not seen, and which one is to be trusted therefore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import lightgbm
import numpy as np
import numpy.typing as npt

from pipeline.retrieval.query_ranking.blending import WEIGHTS, Values, blend, choose
from pipeline.retrieval.query_ranking.folds import FOLDS, folds_of
from pipeline.retrieval.query_ranking.training import Example, fit

# What is chosen from: the shipped ranker, and two that learn from the dataset's own judgements. Pairs of one query suit
# long lists of which the top counts; gains by themselves, short lists of which all was judged.
RANKERS = ("shipped", "lambdarank", "regression")
TREES = 200


@dataclass(frozen=True)
class Chosen:
    """A ranker and its weight.

    Args:
        booster: The ranker.
        weight: 0..1, beside the scaled sum.
        kind: One of `RANKERS`.
    """

    booster: lightgbm.Booster
    weight: float
    kind: str


@dataclass(frozen=True)
class CrossValidated:
    """What came of it.

    Args:
        served: Learned from all queries, weighed by what the out-of-fold rankers reached.
        folds: For each fold, a ranker and a weight that saw no query of it, neither to learn nor to choose.
        values: float64 [n_queries, n_rankers, n_weights], NDCG@10 of each query by the rankers that did not learn from
            its fold; what `served` was chosen by, and better than what it will reach, for being chosen.
    """

    served: Chosen
    folds: tuple[Chosen, ...]
    values: Values


def crossvalidate(
    examples: Sequence[Example],
    names: Sequence[str],
    start: lightgbm.Booster,
    seed: int,
    advance: Callable[[int], None] = lambda done: None,
) -> CrossValidated:
    """Learn, and choose which ranker serves and how much it counts.

    Choosing is part of learning: for the figures of a fold it is done anew among the other folds, by rankers that saw
    neither that fold nor the one they are asked about. Source: Varma and Simon 2006, "Bias in error estimation when
    using cross-validation for model selection" (nested cross-validation).

    Args:
        examples: At least two folds of them.
        names: Of the features.
        start: The shipped ranker.
        seed: Of the training.
        advance: Called with the number of rankers trained since the last call.
    """
    fold = folds_of([example.query for example in examples])

    def learned(left_out: frozenset[int]) -> list[lightgbm.Booster]:
        kept = [example for example, own in zip(examples, fold, strict=True) if own not in left_out]
        boosters = [start, *(fit(kept, names, TREES, seed, kind) for kind in RANKERS[1:])]
        advance(1)
        return boosters

    without = {frozenset((own,)): learned(frozenset((own,))) for own in range(FOLDS)}
    without |= {frozenset(pair): learned(frozenset(pair)) for pair in combinations(range(FOLDS), 2)}
    folds = []
    for own in range(FOLDS):
        others = [other for other in range(FOLDS) if other != own]
        inner = [_values(_of(examples, fold, other), without[frozenset((own, other))]) for other in others]
        ranker, weight = choose(np.concatenate(inner))
        folds.append(Chosen(without[frozenset((own,))][ranker], WEIGHTS[weight], RANKERS[ranker]))
    outer = np.empty((len(examples), len(RANKERS), len(WEIGHTS)))
    for own in range(FOLDS):
        outer[fold == own] = _values(_of(examples, fold, own), without[frozenset((own,))])
    ranker, weight = choose(outer)
    served = Chosen(learned(frozenset())[ranker], WEIGHTS[weight], RANKERS[ranker])
    return CrossValidated(served, tuple(folds), outer)


def _of(examples: Sequence[Example], fold: npt.NDArray[np.int64], own: int) -> list[Example]:
    return [example for example, place in zip(examples, fold, strict=True) if place == own]


def _values(examples: Sequence[Example], boosters: Sequence[lightgbm.Booster]) -> Values:
    """Return float64 [n_queries, n_rankers, n_weights], NDCG@10."""
    found = np.empty((len(examples), len(boosters), len(WEIGHTS)))
    bounds = np.cumsum([len(example.gains) for example in examples])[:-1]
    values = np.concatenate([example.values for example in examples])
    for ranker, booster in enumerate(boosters):
        raw = np.asarray(booster.predict(values, num_threads=1))
        for place, (example, own) in enumerate(zip(examples, np.split(raw, bounds), strict=True)):
            found[place, ranker] = example.quality(np.stack([blend(example.base, own, weight) for weight in WEIGHTS]))
    return found
