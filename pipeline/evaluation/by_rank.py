"""Recall by rank: how much of what was wanted is among the first k, for every k."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.answers import Answers
from pipeline.evaluation.chance import CHANCE
from pipeline.metrics import Ranks

DEPTH = 100
NORMAL = 1.959964  # the 97.5 % quantile of the normal distribution

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ByRank:
    """Recall@k for k = 1, 2, ..., of n shoppers.

    Args:
        system: Whose.
        recall: float64 [depth], the mean over the shoppers.
        half: float64 [depth], half the width of its 95 % interval; 0 of chance, which is computed.
        n: How many shoppers.
    """

    system: str
    recall: Values
    half: Values
    n: int


def by_rank(answers: Answers, depth: int = DEPTH) -> list[ByRank]:
    """Return recall by rank of every system, best at the last rank first, chance last.

    recall@k of a shopper = held-out products with rank k or better / held-out products. The interval is the normal
    approximation, mean +- 1.96 sd / sqrt(n).

    Args:
        answers: The ranks.
        depth: The last k.
    """
    relevant, n = answers.relevant, len(answers.chosen)
    found = [ByRank(system, *_recall(ranks, relevant, depth), n) for system, ranks in answers.ranks.items()]
    expected = np.array([CHANCE["recall"](answers.candidates, relevant, k).mean() for k in range(1, depth + 1)])
    found.sort(key=lambda each: -each.recall[-1])
    return [*found, ByRank("chance", expected, np.zeros(depth), n)]


def _recall(ranks: Ranks, relevant: npt.NDArray[np.int64], depth: int) -> tuple[Values, Values]:
    n = len(relevant)
    mean, half = np.empty(depth), np.empty(depth)
    hits = np.zeros(n)
    there = [np.nonzero(ranks == k)[0] for k in range(1, depth + 1)]
    for k, shoppers in enumerate(there):
        np.add.at(hits, shoppers, 1.0)
        share = hits / relevant
        mean[k] = share.mean()
        half[k] = NORMAL * share.std(ddof=1) / np.sqrt(n) if n > 1 else 0.0
    return mean, half
