"""Means and intervals: the one place where values per user or query become figures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
CONFIDENCE = 0.95
CHUNK = 50  # resamples at once, to bound memory

Values = npt.NDArray[np.float64]


def bootstrap(values: Values, seed: int = 0) -> tuple[Values, Values, Values]:
    """Return the mean of each column and its 95 % interval, by the percentile bootstrap over rows.

    All columns share the same resamples, so that figures of one report move together.
    Source: Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13.

    Args:
        values: float64 [n, m]: one row per user or query, one column per figure; n is at least 1.
        seed: Of the resampling.

    Returns:
        mean, low, high: float64 [m].
    """
    generator = np.random.default_rng(seed)
    n = len(values)
    means = np.empty((RESAMPLES, values.shape[1]))
    for start in range(0, RESAMPLES, CHUNK):
        picks = generator.integers(0, n, size=(CHUNK, n))
        weights = np.stack([np.bincount(pick, minlength=n) for pick in picks])
        means[start : start + CHUNK] = weights @ values / n
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return values.mean(axis=0), low, high
