"""Shoppers: what they are interested in, what they spend, how loyal and how strict they are, and when they shop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.data.sample.assortment import LAST_DAY
from pipeline.data.sample.vocabulary import Vocabulary

OPENING_DAY = 19_174  # 2022-07-01: the first purchase
DAY_MS = 86_400_000
LONGEST = 60  # purchases of the keenest shopper, unless the average asks for more
FEWEST = 3
BUDGETS = 4
TRIP = 2.4  # purchases in one go: a main product and what goes with it
# How busy the shop is, January to December.
SEASON = (0.95, 0.80, 0.85, 0.85, 0.90, 0.90, 0.95, 0.95, 0.95, 1.05, 1.75, 1.95)


@dataclass(frozen=True)
class Shoppers:
    """All shoppers; every array is aligned with them.

    Attributes:
        interests: int64 [n, 3], the foremost interests; the same one may come twice.
        budget: 0 (thrifty) to BUDGETS - 1.
        loyalty: Chance that a purchase goes to the brand bought before.
        strictness: About standard normal; takes stars away.
        purchases: How many each makes.
        starts: bool [n, longest], whether a purchase opens a shopping trip.
        time: float64 [n, longest], days since 1970, in the order of drawing.
    """

    interests: NDArray[np.int64]
    budget: NDArray[np.int64]
    loyalty: NDArray[np.float64]
    strictness: NDArray[np.float64]
    purchases: NDArray[np.int64]
    starts: NDArray[np.bool_]
    time: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.budget)


def make_shoppers(vocabulary: Vocabulary, shoppers: int, interactions: int, seed: int) -> Shoppers:
    """Return shoppers whose purchases add up to `interactions`."""
    rng = np.random.default_rng([seed, 3])
    share = np.array([interest.share for interest in vocabulary.interests])
    purchases = _purchases(shoppers, interactions, rng)
    starts, time = _calendar(purchases, rng)
    return Shoppers(
        interests=rng.choice(len(share), size=(shoppers, 3), p=share / share.sum()),
        budget=rng.choice(BUDGETS, size=shoppers, p=[0.3, 0.35, 0.22, 0.13]),
        loyalty=rng.beta(2.0, 2.5, size=shoppers),
        strictness=rng.normal(0.0, 1.0, size=shoppers),
        purchases=purchases,
        starts=starts,
        time=time,
    )


def _purchases(shoppers: int, interactions: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Split the interactions: at least three each, most have few, some have dozens."""
    longest = max(LONGEST, 4 * interactions // shoppers)
    counts = np.full(shoppers, FEWEST)
    keenness = rng.gamma(0.9, 1.0, size=shoppers)
    while (left := interactions - int(counts.sum())) > 0:
        counts += rng.multinomial(left, keenness / keenness.sum())
        counts = np.minimum(counts, longest)
    return counts


def _calendar(purchases: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which purchases open a trip, and when each happens."""
    shape = (len(purchases), int(purchases.max()))
    starts = rng.random(shape) < 1.0 / TRIP
    starts[:, 0] = True
    # Trips lie anywhere between a shopper's first visit and today, in the shop's own time, which runs faster in busy
    # months; drawn for every purchase and sorted, of which only those that open a trip are used.
    first = rng.random(len(purchases)) ** 1.3 * 0.8
    moments = first[:, None] + rng.random(shape) * (1.0 - first[:, None])
    moments[np.arange(shape[1]) >= purchases[:, None]] = 1.0  # never bought: keep out of the way of the sort
    moments.sort(axis=1)
    moments = np.maximum.accumulate(np.where(starts, moments, 0.0), axis=1)
    trips = _shop_time_to_days(moments)
    # What goes with a main product is bought within days or weeks of it, one after the other.
    gaps = np.where(starts, 0.0, rng.exponential(9.0, size=shape) + 0.02)
    elapsed = np.cumsum(gaps, axis=1)
    since = elapsed - np.maximum.accumulate(np.where(starts, elapsed, 0.0), axis=1)
    # The gaps shrink towards the closing day, so that nothing happens after it.
    closing = LAST_DAY + 1 - trips
    return starts, trips + closing * (1.0 - np.exp(-since / np.maximum(closing, 1e-6))) * (1.0 - 1e-9)


def _shop_time_to_days(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    days = np.arange(OPENING_DAY, LAST_DAY + 1)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    growth = np.linspace(1.0, 1.5, len(days))
    busy = np.cumsum(np.array(SEASON)[months] * growth)
    edges = np.concatenate([[0.0], busy])
    return np.asarray(np.interp(moments * busy[-1], edges, np.arange(OPENING_DAY, LAST_DAY + 2)), dtype=np.float64)
