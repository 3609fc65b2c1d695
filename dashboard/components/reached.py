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
SYSTEMS = {"towers": "towers alone", "text": "text alone", "reranked": "re-ranked"}  # within a cell
Ranks = npt.NDArray[np.int64]


def cell(ranks: Ranks | None, k: int, n_products: int, system: str = "") -> str:
    """Return in how many lists a product is among the first k, of how many, and how many chance would give.

    >>> cell(np.array([1, 0, 11, 10]), 10, 40, "towers")
    '2 of 4\\ntowers alone\\n50.0 %; by chance 1.00'

    Args:
        ranks: In each list, 0 where it is not in it; None where none was asked for.
        k: Ranks that count.
        n_products: Products of the version.
        system: Whose lists they are, "" where there is but one.
    """
    if ranks is None or not len(ranks):
        return DASH
    count = int(((ranks > 0) & (ranks <= k)).sum())
    chance = share_by_chance(k, n_products) * len(ranks)
    whose = f"{said_of(system)}\n" if system else ""
    return f"{count:,} of {len(ranks):,}\n{whose}{share(count, len(ranks))}; by chance {figure(chance)}"


def said_of(system: str) -> str:
    """Return what a system is called within a cell."""
    return SYSTEMS.get(system, system)


def queries(sides: Sequence[tuple[Ranks | None, int]]) -> list[Fact]:
    """Return how many queries find a product, a value per version.

    Args:
        sides: Ranks per query, and how many products the version holds.
    """
    names = {10: "Queries, first ten", 100: "Queries, first hundred"}
    said = "Share of the queries that find it there"
    return [Fact(names[k], said, tuple(cell(ranks, k, n) for ranks, n in sides)) for k in CUTS]


def shoppers(sides: Sequence[tuple[Ranks | None, int, str]]) -> list[Fact]:
    """Return how many shoppers are listed a product, a value per version.

    Args:
        sides: Ranks per shopper, how many products the version holds, and the system that lists them.
    """
    names = {10: "Shoppers now, first ten", 100: "Shoppers now, first hundred"}
    how = "By their whole history; who has it already is never listed it"
    return [Fact(names[k], how, tuple(cell(ranks, k, n, system) for ranks, n, system in sides)) for k in CUTS]


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
        whose = said_of(measured.system)
        shown.append(f"{measured.shown:,} of {measured.shoppers:,}\n{whose}\nby chance {chance}" if known else DASH)
        found = sum(rank <= 10 for rank in measured.ranks.values())
        held.append(f"{found:,} of {len(measured.ranks):,}\n{whose}" if measured.ranks else DASH)
    return [
        Fact(
            "Shoppers when evaluated, first ten",
            "Among whose first ten it was, what was held out hidden from them",
            tuple(shown),
        ),
        Fact("Found for whom it was held out", "Of the shoppers who went on to it, among whose first ten", tuple(held)),
    ]
