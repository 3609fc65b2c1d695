"""Means, intervals and differences: the one place where values per user or query become figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
PERMUTATIONS = 10_000
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
    low, high = resampled(len(values), lambda weights: weights @ values / len(values), seed)
    return values.mean(axis=0), low, high


def resampled(n: int, statistic: Callable[[Values], Values], seed: int = 0) -> tuple[Values, Values]:
    """Return the 95 % interval of a statistic of weighted rows, by the percentile bootstrap.

    Args:
        n: Rows, at least 1.
        statistic: Returns float64 [c, m] for weights [c, n]: how often each row is in each of c resamples.
        seed: Of the resampling.

    Returns:
        low, high: float64 [m]; resamples whose statistic is not a number are left out.
    """
    found = np.concatenate([statistic(weights) for weights in _resamples(n, seed)])
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(found, [tail, 1 - tail], axis=0)
    return low, high


def _resamples(n: int, seed: int) -> Iterator[Values]:
    generator = np.random.default_rng(seed)
    for _ in range(0, RESAMPLES, CHUNK):
        picks = generator.integers(0, n, size=(CHUNK, n))
        yield np.stack([np.bincount(pick, minlength=n) for pick in picks]).astype(np.float64)


@dataclass(frozen=True)
class Paired:
    """Two systems over the same users or queries.

    Args:
        difference: Mean of the first minus mean of the second.
        low: Lower end of its 95 % interval.
        high: Upper end.
        p: Two-sided p-value of "the two are interchangeable".
        wins: Users for whom the first is better.
        ties: Users for whom both are equal.
        losses: Users for whom the second is better.
    """

    difference: float
    low: float
    high: float
    p: float
    wins: int
    ties: int
    losses: int


def paired(first: Values, second: Values, seed: int = 0) -> Paired:
    """Compare two systems on the same users: paired bootstrap, and Fisher's randomisation test.

    If the systems were interchangeable, every difference could as well have the other sign: p is the share of random
    sign flips, the observed one counted among them, whose mean difference is at least as far from 0.
    Source: Fisher 1935, "The design of experiments", section 21; Smucker, Allan and Carterette 2007, "A comparison of
    statistical significance tests for information retrieval evaluation". The observed order is counted as Davison and
    Hinkley 1997 ("Bootstrap methods and their application", section 4.2) say, so that p is never 0.

    Args:
        first: float64 [n], a value per user; n is at least 1.
        second: float64 [n], of the same users in the same order.
        seed: Of both resamplings.
    """
    differences = first - second
    mean, low, high = bootstrap(differences[:, None], seed)
    return Paired(
        difference=float(mean[0]),
        low=float(low[0]),
        high=float(high[0]),
        p=_randomisation(differences, seed),
        wins=int((differences > 0).sum()),
        ties=int((differences == 0).sum()),
        losses=int((differences < 0).sum()),
    )


def _randomisation(differences: Values, seed: int) -> float:
    """Return (flips at least as extreme + 1) / (flips + 1)."""
    unequal = differences[differences != 0]  # a tie is the same with either sign
    observed = abs(unequal.sum())
    extreme = observed * (1 - 1e-12)  # sums of the same numbers in another order differ in the last digits
    generator = np.random.default_rng(seed)
    count = 0
    for start in range(0, PERMUTATIONS, CHUNK):
        size = (min(CHUNK, PERMUTATIONS - start), len(unequal))
        flipped = generator.integers(0, 2, size=size, dtype=np.int8).astype(np.float64)
        count += int((abs(unequal.sum() - 2 * (flipped @ unequal)) >= extreme).sum())
    return (count + 1) / (PERMUTATIONS + 1)


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values corrected for how many tests were made.

    Calling those below 0.05 real is wrong about any of them in at most 1 of 20 families. The i-th smallest
    of m becomes the largest of (m - j + 1) p_j over j = 1..i, at most 1.
    Source: Holm 1979, "A simple sequentially rejective multiple test procedure".

    Args:
        p: One per test of the family.
    """
    values = np.array(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(stepped, 1)
    return [float(each) for each in corrected]
