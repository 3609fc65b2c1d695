"""Slices of a comparison: for whom a version is better, and for whom it is worse.

A slice holds some of the held-out products, or all those of some shoppers, as in `evaluation.slices`; to the slices of
a report come brands, price bands and saved segments. A shopper without a held-out product in it is not in the slice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.comparing.findings import LEVEL, Finding, finding
from pipeline.comparing.kept import Figure
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.categories import Categories
from pipeline.evaluation.slices import Slice, slices
from pipeline.metrics import METRICS, Ranks
from pipeline.retrieval.candidates import RowArray
from pipeline.retrieval.catalogue import Catalogue

BRANDS = 20  # at most, the largest
BANDS = 4  # of price, with as many held-out products each
SMALLEST = 30  # shoppers or queries of a slice that is tested: fewer could not show much

Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sides:
    """What two versions answered the same shoppers.

    Args:
        baseline: int64 [n, r] of each of its trainings: ranks of the held-out products, 0 where there are fewer.
        version: The same of the version compared with it.
    """

    baseline: Sequence[Ranks]
    version: Sequence[Ranks]


def families(
    answers: Answers,
    catalogue: Catalogue,
    trained: npt.NDArray[np.int64],
    segments: Mapping[str, Mask] | None = None,
) -> list[Slice]:
    """Return the slices that hold a target, family by family.

    Args:
        answers: Whom and what was asked.
        catalogue: The products.
        trained: int64 [n_shoppers], train interactions of each shopper.
        segments: bool [n_products] by name, the products of saved segments.
    """
    categories = Categories.of(catalogue.categories, answers.targets[answers.targets >= 0])
    found = list(slices(answers, catalogue.interactions, trained, categories))
    there = answers.targets >= 0
    for each in product_slices(answers.targets, catalogue, segments or {}):
        inside = each.inside & there
        if inside.any():
            found.append(Slice(each.name, inside))
    return found


def product_slices(targets: RowArray, catalogue: Catalogue, segments: Mapping[str, Mask]) -> Iterator[Slice]:
    """Yield the slices by brand, price and saved segment; where `targets` is -1 they say nothing.

    Args:
        targets: int32 [n, r], rows of products, -1 where there are fewer.
        catalogue: The products.
        segments: bool [n_products] by name, the products of saved segments.
    """
    yield from _brands(targets, catalogue)
    yield from _prices(targets, catalogue)
    for name, products in segments.items():
        yield Slice(f"segment: {name}", products[targets])


def of_slices(found: Sequence[Slice], sides: Sides, figure: Figure, smallest: int = SMALLEST) -> list[Finding]:
    """Return one test per slice of enough shoppers, uncorrected.

    Args:
        found: The slices.
        sides: Both versions' ranks; trainings of several seeds count as their mean, shopper by shopper.
        figure: A ranking metric and its cut-off.
        smallest: Shoppers that a slice must have.
    """
    tested = []
    for each in found:
        kept = np.asarray(each.inside.any(axis=1))
        if kept.sum() >= smallest:
            inside = each.inside[kept]
            first, second = (_mean(ranks, kept, inside, figure) for ranks in (sides.baseline, sides.version))
            if one := finding(each.name, figure, first, second):
                tested.append(one)
    return tested


def of_queries(
    found: Mapping[str, Mask], baseline: Values, version: Values, figure: Figure, smallest: int = SMALLEST
) -> list[Finding]:
    """Return one test per slice of enough queries, uncorrected.

    Args:
        found: bool [n] by name.
        baseline: float64 [n], a value per query.
        version: float64 [n], of the same queries.
        figure: What the values are.
        smallest: Queries that a slice must have.
    """
    tested = [
        finding(name, figure, baseline[own], version[own]) for name, own in found.items() if own.sum() >= smallest
    ]
    return [each for each in tested if each is not None]


def weakest(tests: Sequence[Finding]) -> list[Finding]:
    """Return the slices in which the version is worse, those that touch most users first.

    Worse is a lower mean with p below 0.05, by the randomisation test: it is exact for small slices too, where a
    bootstrap interval is too narrow. Which of them stand after the correction for many tests, `Finding.worse` says.
    """
    worse = (each for each in tests if each.paired.difference < 0 and each.paired.p < LEVEL)
    return sorted(worse, key=lambda each: (-each.n, each.paired.difference))


def _mean(ranks: Sequence[Ranks], kept: Mask, inside: Mask, figure: Figure) -> Values:
    metric, k = figure
    own: Values = np.mean([METRICS[metric](np.where(inside, each[kept], 0), k) for each in ranks], axis=0)
    return own


def _brands(targets: RowArray, catalogue: Catalogue) -> Iterator[Slice]:
    own = np.where(targets >= 0, catalogue.brand_codes[targets], -1)
    sizes = np.bincount(own[own >= 0], minlength=len(catalogue.brands))
    for code in np.argsort(-sizes, kind="stable")[:BRANDS]:
        yield Slice(f"brand: {catalogue.brands[code]}", own == code)


def _prices(targets: RowArray, catalogue: Catalogue) -> Iterator[Slice]:
    """Yield bands of price with about as many held-out products each, and the products of unknown price."""
    if not catalogue.has_prices:
        return
    own = np.where(targets >= 0, catalogue.price[targets], np.nan)
    known = own[~np.isnan(own)]
    if len(known):
        inner = np.unique(np.quantile(known, np.linspace(0, 1, BANDS + 1)[1:-1], method="inverted_cdf"))
        for low, high in pairwise((-math.inf, *inner.tolist(), math.inf)):
            over, up_to = f"over {low:,.2f}", f"up to {high:,.2f}"
            name = up_to if low == -math.inf else over if high == math.inf else f"{over}, {up_to}"
            yield Slice(f"price: {name}", (own > low) & (own <= high))
    yield Slice("price: unknown", np.isnan(own))
