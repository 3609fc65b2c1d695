"""What a ranker reaches on queries that it has not seen, and which one is to be trusted therefore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import lightgbm
import numpy as np
import numpy.typing as npt

from pipeline.retrieval.query_ranking.blending import WEIGHTS, Values, blend, choose
from pipeline.retrieval.query_ranking.folds import FOLDS, folds_of
from pipeline.retrieval.query_ranking.training import Example, fit

TREES = (0, 100)  # that are learned from a dataset's own judgements, on top of the shipped ranker's


@dataclass(frozen=True)
class Chosen:
    """A ranker and its weight.

    Args:
        booster: The ranker.
        weight: 0..1, beside the scaled sum.
        trees: How many of its trees were learned from the dataset's own judgements.
    """

    booster: lightgbm.Booster
    weight: float
    trees: int


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
    """Learn, and choose how many trees of its own a ranker gets and how much it counts.

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
        boosters = _grown(kept, names, start, seed)
        advance(1)
        return boosters

    without = {frozenset((own,)): learned(frozenset((own,))) for own in range(FOLDS)}
    without |= {frozenset(pair): learned(frozenset(pair)) for pair in combinations(range(FOLDS), 2)}
    folds = []
    for own in range(FOLDS):
        inner = [
            _values(example, without[frozenset((own, int(other)))])
            for example, other in zip(examples, fold, strict=True)
            if other != own
        ]
        ranker, weight = choose(np.stack(inner))
        folds.append(Chosen(without[frozenset((own,))][ranker], WEIGHTS[weight], TREES[ranker]))
    outer = np.stack(
        [_values(example, without[frozenset((int(own),))]) for example, own in zip(examples, fold, strict=True)]
    )
    ranker, weight = choose(outer)
    served = Chosen(learned(frozenset())[ranker], WEIGHTS[weight], TREES[ranker])
    return CrossValidated(served, tuple(folds), outer)


def _grown(
    examples: Sequence[Example], names: Sequence[str], start: lightgbm.Booster, seed: int
) -> list[lightgbm.Booster]:
    """Return a ranker for each number of trees, each going on from the one before."""
    found = [start]
    for before, trees in pairwise(TREES):
        found.append(fit(examples, names, trees - before, seed + trees, found[-1]))
    return found


def _values(example: Example, boosters: Sequence[lightgbm.Booster]) -> npt.NDArray[np.float64]:
    """Return float64 [n_rankers, n_weights], the query's NDCG@10."""
    found = np.empty((len(boosters), len(WEIGHTS)))
    for place, booster in enumerate(boosters):
        raw = np.asarray(booster.predict(example.values, num_threads=1))
        found[place] = [example.quality(blend(example.base, raw, weight)) for weight in WEIGHTS]
    return found
