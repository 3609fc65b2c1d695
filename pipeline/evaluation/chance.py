"""The chance floor, exactly: what a random order of the candidates is expected to reach."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def recall(candidates: Counts, relevant: Counts, k: int) -> Values:
    """Return float64 [n], the expected recall@k: every candidate is as likely as any other to be among the first k."""
    values: Values = np.minimum(k / candidates, 1.0)
    return values


def dcg(mean_gain: Values, candidates: Counts, k: int) -> Values:
    """Return float64 [n], the expected DCG@k: the mean gain of all candidates stands at every place."""
    discounts = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, k + 2)))])
    values: Values = mean_gain * discounts[np.minimum(candidates, k)]
    return values


def ndcg(candidates: Counts, relevant: Counts, k: int) -> Values:
    """Return float64 [n], the expected NDCG@k with binary gains."""
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, k + 2)))])
    values: Values = dcg(relevant / candidates, candidates, k) / ideal[np.minimum(relevant, k)]
    return values


def mrr(candidates: Counts, relevant: Counts, k: int) -> Values:
    """Return float64 [n], the expected MRR@k.

    The first relevant product stands at place i when i - 1 others came before it (drawing without replacement).
    """
    expected = np.zeros(len(candidates))
    none_yet = np.ones(len(candidates))
    for place in range(1, k + 1):
        left = np.maximum(candidates - place + 1, 1)
        hit = np.clip(relevant / left, 0.0, 1.0)
        expected += none_yet * hit / place
        none_yet *= 1 - hit
    return expected


CHANCE = {"recall": recall, "ndcg": ndcg, "mrr": mrr}
