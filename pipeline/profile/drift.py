"""How differently train and test are distributed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.profile.figures import Bin, Drift
from pipeline.profile.groups import NAME, Coded
from pipeline.profile.tables import Codes, Counts, Tables, by_part

LISTED = 15  # bins of a feature without order
DRAWS = 20  # of what chance would make
LOWS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)  # of the other train interactions of a product
SMOOTHING = 0.5  # added to every count, so that an empty bin makes no infinite index
OTHERS = "others"


def jensen_shannon(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return the Jensen-Shannon distance of two distributions, 0 (the same) to 1 (nothing in common).

    sqrt((KL(p || m) + KL(q || m)) / 2) with m = (p + q) / 2 and logarithms to base 2.
    Source: Lin 1991, "Divergence measures based on the Shannon entropy"; Endres and Schindelin 2003, "A new metric for
    probability distributions", for its root.

    Args:
        first: Counts or shares of each bin, not all 0.
        second: The same of the other distribution.
    """
    p, q = (np.asarray(each, np.float64) / np.sum(each) for each in (first, second))
    m = (p + q) / 2
    divergence = sum(float((each[each > 0] * np.log2(each[each > 0] / m[each > 0])).sum()) for each in (p, q)) / 2
    return float(np.sqrt(max(divergence, 0.0)))


def stability(first: Counts, second: Counts) -> float:
    """Return the population stability index: the sum over bins of (q - p) ln(q / p).

    Half a count is added to every bin of either side. A rule of thumb has below 0.1 as stable, 0.25 or more as moved.
    Source: Siddiqi 2006, "Credit risk scorecards", chapter 6.

    Args:
        first: Counts of each bin.
        second: The same of the other distribution.
    """
    p, q = ((each + SMOOTHING) / (each + SMOOTHING).sum() for each in (first, second))
    return float(((q - p) * np.log(q / p)).sum())


def by_chance(first: Counts, second: Counts) -> float:
    """Return the mean distance of as many draws from one distribution, that of both together.

    Two samples of one distribution differ too, the more the fewer they are and the more bins there are. Interactions
    are taken to be independent, which they are not quite: real chance is somewhat larger.
    """
    random = np.random.default_rng(0)
    both = (first + second) / (first + second).sum()
    sizes = int(first.sum()), int(second.sum())
    draws = [[random.multinomial(size, both) for size in sizes] for _ in range(DRAWS)]
    return float(np.mean([jensen_shannon(*each) for each in draws]))


def drifts(tables: Tables, groups: Iterable[Coded]) -> tuple[Drift, ...]:
    """Return the drift of every attribute that both train and test have."""
    found = [_unordered(tables, each) for each in groups]
    found += [_price(tables), _popularity(tables), _rating(tables)]
    return tuple(each for each in found if each is not None)


def _drift(feature: str, counts: Counts, names: Sequence[str], listed: int | None = None) -> Drift | None:
    """Return the drift of counts [bins, 2]; None where either side has none.

    Args:
        feature: The attribute.
        counts: int64 [n_bins, 2], of train and of test.
        names: Of the bins.
        listed: How many bins are kept, those that changed most; None keeps all, in their order.
    """
    train, test = counts[:, 0], counts[:, 1]
    if not train.sum() or not test.sum():
        return None
    shares = counts / counts.sum(0)
    places = np.arange(len(counts))
    if listed is not None:
        places = np.argsort(-np.abs(shares[:, 0] - shares[:, 1]), kind="stable")[:listed]
    bins = [Bin(names[int(at)][:NAME], *map(float, shares[at])) for at in places]
    if len(places) < len(counts):
        rest = 1 - shares[places].sum(0)
        bins.append(Bin(OTHERS, *(float(max(each, 0.0)) for each in rest)))
    return Drift(
        feature,
        int(train.sum()),
        int(test.sum()),
        jensen_shannon(train, test),
        by_chance(train, test),
        stability(train, test),
        tuple(bins),
    )


def _unordered(tables: Tables, by: Coded) -> Drift | None:
    counts = by_part(tables, by.codes[tables.product], len(by.names))[:, [0, 2]]
    return _drift(by.kind, counts, by.names, LISTED)


def _price(tables: Tables) -> Drift | None:
    """Return the drift over the deciles of what train interactions cost; equal deciles are one."""
    prices = tables.products["price"].to_numpy(zero_copy_only=False).astype(np.float64)[tables.product]
    known = np.isfinite(prices)
    train = prices[known & tables.of("train")]
    if not len(train):
        return None
    edges = np.unique(np.quantile(train, np.arange(1, 10) / 10, method="closest_observation"))
    codes = np.where(known, np.searchsorted(edges, prices, side="left"), -1)
    names = [f"{low:,.2f}–{high:,.2f}" for low, high in pairwise(edges)]
    named = [f"up to {edges[0]:,.2f}", *names, f"above {edges[-1]:,.2f}"]
    return _drift("price", _both(tables, codes, len(named)), named)


def _popularity(tables: Tables) -> Drift | None:
    """Return the drift over how many other train interactions the product has.

    A train interaction does not count itself: otherwise none could ever be of a product without any.
    """
    train = tables.of("train")
    others = tables.popularity("train")[tables.product] - train
    counts = _both(tables, np.searchsorted(LOWS, others, side="right") - 1, len(LOWS))
    used = np.flatnonzero(counts.sum(1))
    counts = counts[: used[-1] + 1] if len(used) else counts
    names = [f"{low:,}" if high == low + 1 else f"{low:,}–{high - 1:,}" for low, high in pairwise(LOWS)]
    return _drift("popularity", counts, [*names, f"{LOWS[-1]:,}+"][: len(counts)])


def _rating(tables: Tables) -> Drift | None:
    known = ~np.isnan(tables.rating)
    halves = np.full(len(tables.rating), -1)
    halves[known] = np.rint(2 * tables.rating[known])
    counts = _both(tables, halves, 11)
    used = np.flatnonzero(counts.sum(1))
    return _drift("rating", counts[used], [f"{each / 2:g}" for each in used])


def _both(tables: Tables, codes: np.ndarray, n: int) -> Counts:
    """Return int64 [n, 2]: interactions of train and of test by code."""
    coded: Codes = codes.astype(np.int32)
    return by_part(tables, coded, n)[:, [0, 2]]
