"""Paired differences of values that repeat: what `evaluation.compare.paired` finds, in a small part of the time.

A ranking metric of a shopper with one held-out product takes a dozen values, so 22,363 differences hold some hundred
distinct ones. Resampling shoppers is then drawing how often each distinct value comes, and flipping the signs of equal
differences is drawing as many bits: the same distributions, with far less work.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from pipeline.evaluation.compare import CONFIDENCE, PERMUTATIONS, RESAMPLES, Paired

Values = npt.NDArray[np.float64]
DECIMALS = 12  # differences closer than this are the same: a mean over seeds may differ in the last digit
CHUNK = 500  # orders at once, to bound memory
POWER = 0.8


def paired(first: Values, second: Values, seed: int = 0) -> Paired:
    """Compare two systems on the same users: paired bootstrap, and Fisher's randomisation test.

    See `pipeline.evaluation.compare.paired` for both methods and their sources.

    Args:
        first: float64 [n], a value per user; n is at least 1.
        second: float64 [n], of the same users in the same order.
        seed: Of both resamplings.
    """
    differences = np.round(first - second, DECIMALS)
    values, counts = np.unique(differences, return_counts=True)
    generator = np.random.default_rng(seed)
    low, high = _interval(values, counts, generator)
    return Paired(
        difference=float(values @ counts / counts.sum()),
        low=low,
        high=high,
        p=_randomisation(differences, generator),
        wins=int(counts[values > 0].sum()),
        ties=int(counts[values == 0].sum()),
        losses=int(counts[values < 0].sum()),
    )


def detectable(first: Values, second: Values) -> float:
    """Return the smallest true difference that a comparison of this size would find in four of five cases.

    d = (z(1 - alpha / 2) + z(power)) s / sqrt(n), s the standard deviation of the users' differences, z the quantile
    of the normal distribution, alpha 0.05 and power 0.8; of one test, before any correction for many.
    Source: Lachin 1981, "Introduction to sample size determination and power analysis for clinical trials", of a
    paired mean; Sakai 2016, "Topic set size design", for the same question in retrieval.

    Args:
        first: float64 [n], a value per user.
        second: float64 [n], of the same users in the same order.

    Returns:
        Not a number below two users.
    """
    if len(first) < 2:
        return math.nan
    z = ndtri((1 + CONFIDENCE) / 2) + ndtri(POWER)
    return float(z * np.std(first - second, ddof=1) / math.sqrt(len(first)))


def stricter(tests: int) -> float:
    """Return how many times larger a detectable difference is at alpha / tests than at alpha (Bonferroni)."""
    alpha = 1 - CONFIDENCE
    return float((ndtri(1 - alpha / max(tests, 1) / 2) + ndtri(POWER)) / (ndtri(1 - alpha / 2) + ndtri(POWER)))


def _interval(values: Values, counts: npt.NDArray[np.int64], generator: np.random.Generator) -> tuple[float, float]:
    n = int(counts.sum())
    means = generator.multinomial(n, counts / n, size=RESAMPLES) @ values / n
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def _randomisation(differences: Values, generator: np.random.Generator) -> float:
    """Return (flips at least as extreme + 1) / (flips + 1).

    A random bit is a sign. The signs of equal differences share bytes, and a byte adds as many times its difference as
    it has bits set: eight users at a time.
    """
    unequal = differences[differences != 0]  # a tie is the same with either sign
    extreme = abs(unequal.sum()) * (1 - 1e-12)  # sums of the same numbers in another order differ in the last digits
    sizes, counts = np.unique(abs(unequal), return_counts=True)
    whole = -(-counts // 8)
    worth = np.repeat(sizes, whole)
    kept = np.full(len(worth), 255, np.uint8)
    kept[np.cumsum(whole) - 1] = 255 >> (8 * whole - counts)  # bits that stand for no one
    found = 0
    for start in range(0, PERMUTATIONS, CHUNK):
        orders = min(CHUNK, PERMUTATIONS - start)
        signs = generator.integers(0, 256, size=(orders, len(worth)), dtype=np.uint8) & kept
        sums = 2 * (np.bitwise_count(signs).astype(np.float64) @ worth) - abs(unequal).sum()
        found += int((abs(sums) >= extreme).sum())
    return (found + 1) / (PERMUTATIONS + 1)
