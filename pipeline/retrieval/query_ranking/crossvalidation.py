"""What a ranker reaches on queries that it has not seen, and which one is to be trusted therefore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import lightgbm
import numpy as np
import numpy.typing as npt

from pipeline.retrieval.query_ranking.blending import EVEN, MIXES, WEIGHTS, Values, blend, choose, mixed
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
        words: 0..1, the share of words in the scaled sum, beside meaning.
    """

    booster: lightgbm.Booster
    weight: float
    kind: str
    words: float = EVEN


@dataclass(frozen=True)
class CrossValidated:
    """What came of it.

    Args:
        served: Learned from all queries, weighed by what the out-of-fold rankers reached.
        folds: For each fold, a ranker and a weight that saw no query of it, neither to learn nor to choose.
        values: float64 [n_queries, n_rankers, n_mixes, n_weights], NDCG@10 of each query by the rankers that did not
            learn from its fold; what `served` was chosen by, and better than what it will reach, for being chosen.
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
        folds.append(_chosen(np.concatenate(inner), without[frozenset((own,))]))
    outer = np.empty((len(examples), len(RANKERS), len(MIXES), len(WEIGHTS)))
    for own in range(FOLDS):
        outer[fold == own] = _values(_of(examples, fold, own), without[frozenset((own,))])
    return CrossValidated(_chosen(outer, learned(frozenset())), tuple(folds), outer)


def _chosen(values: Values, boosters: Sequence[lightgbm.Booster]) -> Chosen:
    ranker, mix, weight = choose(values)
    return Chosen(boosters[ranker], WEIGHTS[weight], RANKERS[ranker], MIXES[mix])


def _of(examples: Sequence[Example], fold: npt.NDArray[np.int64], own: int) -> list[Example]:
    return [example for example, place in zip(examples, fold, strict=True) if place == own]


def _values(examples: Sequence[Example], boosters: Sequence[lightgbm.Booster]) -> Values:
    """Return float64 [n_queries, n_rankers, n_mixes, n_weights], NDCG@10."""
    found = np.empty((len(examples), len(boosters), len(MIXES), len(WEIGHTS)))
    bounds = np.cumsum([len(example.gains) for example in examples])[:-1]
    values = np.concatenate([example.values for example in examples])
    for ranker, booster in enumerate(boosters):
        raw = np.asarray(booster.predict(values, num_threads=1))
        for place, (example, own) in enumerate(zip(examples, np.split(raw, bounds), strict=True)):
            bases = [mixed(example.parts, words) for words in MIXES]
            orders = np.stack([blend(base, own, weight) for base in bases for weight in WEIGHTS])
            found[place, ranker] = example.quality(orders).reshape(len(MIXES), len(WEIGHTS))
    return found
