"""How unequally interactions fall on products, and how many each product and shopper has."""

from __future__ import annotations

import numpy as np

from pipeline.maps.hubs import gini
from pipeline.profile.figures import Bucket, LongTail, Point, Spread
from pipeline.profile.tables import Counts, Tables

# Steps of the Lorenz curve, as shares of the products: fine where the popular ones are.
STEPS = (0.0, 0.001, 0.002, 0.005, *(round(each / 100, 2) for each in range(1, 101)))
LOWS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000)  # of the buckets


def long_tail(tables: Tables) -> LongTail:
    """Return how interactions of all parts fall on products and shoppers."""
    popularity = tables.popularity()
    ranked = np.sort(popularity)[::-1]
    summed = np.cumsum(ranked)
    total = int(summed[-1]) if len(summed) else 0
    return LongTail(
        gini=gini(popularity) if total else None,
        half=int(np.searchsorted(summed, total / 2)) + 1 if total else 0,
        without=int((popularity == 0).sum()),
        curve=curve(summed) if total else (),
        products=spread(popularity),
        shoppers=spread(np.bincount(tables.user, minlength=tables.n_users)),
    )


def curve(summed: Counts) -> tuple[Point, ...]:
    """Return the Lorenz curve with the most popular products first: what share of interactions the first ones have.

    Between two products the curve is a straight line, so that four products have a curve at 1 % too.
    Source: Lorenz 1905, "Methods of measuring the concentration of wealth"; his begins with the poorest.

    Args:
        summed: int64 [n], interactions of the 1, 2, ... n most popular products.
    """
    shares = np.concatenate([[0.0], summed / summed[-1]])
    at = np.interp(STEPS, np.arange(len(shares)) / len(summed), shares)
    return tuple(Point(step, float(share)) for step, share in zip(STEPS, at, strict=True))


def spread(counts: Counts) -> Spread:
    """Return how a count of interactions is distributed; buckets that would be empty at either end are left out."""
    if not len(counts):
        return Spread(0, 0.0, 0.0, 0.0, 0, ())
    place = np.searchsorted(LOWS, counts, side="right") - 1
    many = np.bincount(place, minlength=len(LOWS))
    interactions = np.bincount(place, weights=counts, minlength=len(LOWS))
    buckets = tuple(
        Bucket(
            low, LOWS[at + 1] - 1 if at + 1 < len(LOWS) else None, int(many[at]), int(interactions[at])
        )
        for at, low in enumerate(LOWS)
        if place.min() <= at <= place.max()
    )  # fmt: skip
    return Spread(
        count=len(counts),
        mean=float(counts.mean()),
        median=float(np.median(counts)),
        ninth_decile=float(np.quantile(counts, 0.9)),
        most=int(counts.max()),
        buckets=buckets,
    )
