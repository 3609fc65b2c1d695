"""How many products each choice of a filter would leave: the numbers beside a shop's filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import Mask
from pipeline.retrieval.catalogue import Catalogue, CategoryPath
from pipeline.retrieval.filters import Filters

NEAREST = 200  # products by meaning that belong to a query's result set
RATING_FLOORS = (4.0, 3.0, 2.0, 1.0)
PRICE_BANDS = 5

Value = TypeVar("Value", str, CategoryPath)


class PriceBand(NamedTuple):
    """Prices from low to high, both inclusive, as `Filters` takes them; None is open."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Facets:
    """Each choice with the number of products that it and the other filters leave of the query's result set.

    Args:
        among: Products of the result set that pass all filters.
        brands: By count, then name; brands with none are left out, unless chosen.
        categories: The children of the chosen category, or where it has none, it and its siblings; ordered likewise.
        above: The chosen category and those above it, widest first; empty where none is chosen.
        prices: Bands over the prices of the catalogue, cheapest first; empty where it has none.
        ratings: Lowest mean ratings, best first: counts grow; empty where nothing is rated.
        since: Years, newest first, each with what was released in it or later; empty where no release is known.
    """

    among: int
    brands: tuple[tuple[str, int], ...]
    categories: tuple[tuple[CategoryPath, int], ...]
    above: tuple[tuple[CategoryPath, int], ...]
    prices: tuple[tuple[PriceBand, int], ...]
    ratings: tuple[tuple[float, int], ...]
    since: tuple[tuple[int, int], ...]


class FacetCounter:
    """Counts what each choice of each filter would leave.

    Args:
        catalogue: The products.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def count(self, found: Mask | None, filters: Filters) -> Facets:
        """Return the counts for one query.

        A filter's own setting does not narrow its own counts: with one brand chosen, the others show what choosing
        them instead would leave.

        Args:
            found: bool [n_products], the query's result set before filtering; None means the whole catalogue.
            filters: Those that are set.
        """
        masks = filters.masks(self._catalogue)
        everything = np.ones(len(self._catalogue), dtype=bool) if found is None else found

        def under_others(name: str) -> Mask:
            kept: Mask = np.logical_and.reduce([everything, *(mask for own, mask in masks.items() if own != name)])
            return kept

        return Facets(
            among=int(under_others("").sum()),
            brands=self._brands(under_others("brands"), filters.brands),
            categories=self._categories(under_others("category"), filters.category),
            above=self._above(under_others("category"), filters.category),
            prices=self._prices(under_others("price")),
            ratings=self._ratings(under_others("rating")),
            since=self._since(under_others("since")),
        )

    @cached_property
    def bands(self) -> tuple[PriceBand, ...]:
        """The price bands of the catalogue, the same for every query."""
        return price_bands(self._catalogue.price)

    def _brands(self, kept: Mask, chosen: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        brands, codes = self._catalogue.brands, self._catalogue.brand_codes[kept]
        counts = np.bincount(codes[codes >= 0], minlength=len(brands))
        listed = {brands[code]: int(counts[code]) for code in np.flatnonzero(counts)}
        return _ordered(listed | {brand: listed.get(brand, 0) for brand in chosen})

    def _categories(self, kept: Mask, chosen: CategoryPath) -> tuple[tuple[CategoryPath, int], ...]:
        paths = self._catalogue.category_paths
        has_children = any(len(path) > len(chosen) and path[: len(chosen)] == chosen for path in paths)
        parent = chosen if has_children else chosen[:-1]
        counts = np.bincount(self._catalogue.category_codes[kept], minlength=len(paths))
        listed = Counter({chosen: 0} if parent != chosen else {})
        for code in np.flatnonzero(counts):
            if len(paths[code]) > len(parent) and paths[code][: len(parent)] == parent:
                listed[paths[code][: len(parent) + 1]] += int(counts[code])
        return _ordered(listed)

    def _above(self, kept: Mask, chosen: CategoryPath) -> tuple[tuple[CategoryPath, int], ...]:
        paths = (chosen[:depth] for depth in range(1, len(chosen) + 1))
        return tuple((path, int((self._catalogue.below(path) & kept).sum())) for path in paths)

    def _prices(self, kept: Mask) -> tuple[tuple[PriceBand, int], ...]:
        prices = self._catalogue.price[kept]
        return tuple(
            (
                band,
                int(((prices >= (band.low or 0.0)) & (prices <= (np.inf if band.high is None else band.high))).sum()),
            )
            for band in self.bands
        )

    def _ratings(self, kept: Mask) -> tuple[tuple[float, int], ...]:
        if np.isnan(self._catalogue.rating).all():
            return ()
        ratings = self._catalogue.rating[kept]
        return tuple((floor, int((ratings >= floor).sum())) for floor in RATING_FLOORS)

    def _since(self, kept: Mask) -> tuple[tuple[int, int], ...]:
        years = self._catalogue.release_years
        everywhere, own = np.bincount(years), np.bincount(years[kept], minlength=int(years.max(initial=0)) + 1)
        or_later = np.cumsum(own[::-1])[::-1]
        return tuple((int(year), int(or_later[year])) for year in np.flatnonzero(everywhere)[::-1] if year)


def price_bands(prices: npt.NDArray[np.float64]) -> tuple[PriceBand, ...]:
    """Return up to five bands with about as many products each; their bounds are round.

    Args:
        prices: float64 [n], NaN where there is none.
    """
    known = prices[~np.isnan(prices)]
    if not len(known):
        return ()
    quantiles = np.quantile(known, np.arange(1, PRICE_BANDS) / PRICE_BANDS)
    bounds = sorted({rounded for each in quantiles if known.min() < (rounded := _round(float(each))) < known.max()})
    if not bounds:
        return (PriceBand(None, None),)
    return tuple(PriceBand(low, high) for low, high in pairwise([None, *bounds, None]))


def _round(price: float) -> float:
    """Return the nearest of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten."""
    if price <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(price))
    steps = np.array([1, 1.5, 2, 3, 4, 5, 6, 8, 10])
    return float(np.round(steps[np.abs(steps - price / power).argmin()] * power, 6))


def _ordered(counts: Mapping[Value, int]) -> tuple[tuple[Value, int], ...]:
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
