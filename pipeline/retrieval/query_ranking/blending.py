"""How much words, meaning and the ranker count: chosen by what queries say that the ranker has not seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

WEIGHTS = tuple(round(0.1 * step, 1) for step in range(11))
EVEN = 0.5
MIXES = (EVEN, 0.25, 0.75, 0.0, 1.0)  # the share of words beside meaning; even, unless that is seen to be worse

Values = npt.NDArray[np.float64]
Scores = npt.NDArray[np.floating]


def mixed(parts: Scores, words: float) -> Scores:
    """Return float [n], 0..1: the scaled sum, uneven where words and meaning are not equally good.

    Args:
        parts: float [2, n], BM25 and cosine, each scaled to 0..1.
        words: 0..1, the share of BM25.
    """
    together: Scores = words * parts[0] + (1 - words) * parts[1]
    return together


def spread(raw: Scores) -> float:
    """Return how far a ranker's scores of one query's candidates lie apart; what stands for 0 to 1 in the blend."""
    return float(raw.max() - raw.min()) if len(raw) else 0.0


def share(raw: Scores) -> Scores:
    """Return float [c] in 0..1: the ranker's scores between those of its worst and its best candidate."""
    apart = spread(raw)
    return (raw - raw.min()) / apart if apart > 0 else np.zeros_like(raw)


def blend(base: Scores, raw: Scores, weight: float) -> Scores:
    """Return float [c]: (1 - weight) x the scaled sum + weight x the ranker's share.

    Args:
        base: float [c], the scaled sum of each candidate, 0..1.
        raw: float [c], the ranker's score of each.
        weight: 0..1; 0 leaves the scaled sum as it is.
    """
    return (1 - weight) * base + weight * share(raw)


def choose(values: Values) -> tuple[int, int, int]:
    """Return (ranker, mix, weight) as places in `values`: the plainest cell that is not clearly worse than the best.

    The mean of the best cell is the luckiest of many. Of all cells whose distance to it, in the mean, is within one
    standard error of that distance over queries, the one with the earliest mix is taken, then the one with the smallest
    weight, then the earlier ranker: what is not seen to help is not used.
    Source: Breiman, Friedman, Olshen and Stone 1984, "Classification and regression trees", section 3.4.3 (1 SE rule),
    with the error of the paired difference.

    Args:
        values: float64 [n_queries, n_rankers, n_mixes, n_weights], a quality per query; weights ascending, the first
            of them 0.
    """
    means = values.mean(axis=0)
    best = values.reshape(len(values), -1)[:, int(means.argmax())]
    behind = best[:, None, None, None] - values
    error = behind.std(axis=0, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.full(means.shape, np.inf)
    mix, weight, ranker = np.argwhere((behind.mean(axis=0) <= error).transpose(1, 2, 0))[0]
    return int(ranker), int(mix), int(weight)
