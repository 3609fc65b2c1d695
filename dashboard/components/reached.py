"""Who finds a product, as figures beside chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dashboard.components.facts import Fact, share
from dashboard.components.words import DASH, figure
from pipeline.comparing.reach import Measured
from pipeline.retrieval.shopper_lists import share_by_chance

CUTS = (10, 100)
SPARED = 10  # characters
Ranks = npt.NDArray[np.int64]


def shorter(names: Sequence[str]) -> list[str]:
    """Return names without the words that all begin with, where that spares ten characters or more.

    >>> shorter(["bench-beauty-history-1", "bench-beauty-seed-1"])
    ['…history-1', '…seed-1']
    >>> shorter(["sample-history", "sample-text"])
    ['sample-history', 'sample-text']
    """
    shared = names[0] if len(names) > 1 else ""
    while not all(name.startswith(shared) for name in names):
        shared = shared[:-1]
    cut = shared.rfind("-") + 1
    return [f"…{name[cut:]}" for name in names] if cut >= SPARED else list(names)


def cell(ranks: Ranks | None, k: int, n_products: int) -> str:
    """Return in how many lists a product is among the first k, of how many, and how many chance would give.

    >>> cell(np.array([1, 0, 11, 10]), 10, 40)
    '2 of 4\\n50.0 %; by chance 1.00'
    """
    if ranks is None or not len(ranks):
        return DASH
    count = int(((ranks > 0) & (ranks <= k)).sum())
    chance = share_by_chance(k, n_products) * len(ranks)
    return f"{count:,} of {len(ranks):,}\n{share(count, len(ranks))}; by chance {figure(chance)}"


def queries(sides: Sequence[tuple[Ranks | None, int]]) -> list[Fact]:
    """Return how many queries find a product, a value per version.

    Args:
        sides: Ranks per query, and how many products the version holds.
    """
    names = {10: "Queries, first ten", 100: "Queries, first hundred"}
    said = "Share of the queries that find it there"
    return [Fact(names[k], said, tuple(cell(ranks, k, n) for ranks, n in sides)) for k in CUTS]


def shoppers(sides: Sequence[tuple[Ranks | None, int]], how: str) -> list[Fact]:
    """Return how many shoppers are listed a product, a value per version.

    Args:
        sides: Ranks per shopper, and how many products the version holds.
        how: By what they are listed it.
    """
    names = {10: "Shoppers, first ten", 100: "Shoppers, first hundred"}
    return [Fact(names[k], how, tuple(cell(ranks, k, n) for ranks, n in sides)) for k in CUTS]


def evaluated(sides: Sequence[tuple[Measured | None, int]]) -> list[Fact]:
    """Return what versions kept of a product when they were evaluated, a value per version."""
    shown, held = [], []
    for measured, n_products in sides:
        if measured is None:
            shown.append(DASH)
            held.append(DASH)
            continue
        chance = figure(share_by_chance(10, n_products) * measured.shoppers)
        known = measured.shown is not None
        shown.append(f"{measured.shown:,} of {measured.shoppers:,}\nby chance {chance}" if known else DASH)
        found = sum(rank <= 10 for rank in measured.ranks.values())
        held.append(f"{found:,} of {len(measured.ranks):,}" if measured.ranks else DASH)
    return [
        Fact(
            "Shown, when evaluated", "Shoppers among whose first ten it was, their last products hidden", tuple(shown)
        ),
        Fact("Found for whom it was held out", "Of the shoppers who went on to it, among whose first ten", tuple(held)),
    ]
