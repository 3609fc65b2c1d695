"""Whom a draft displaces: products that stand lower in a list with it than without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.retrieval.candidates import RowArray

FIRST = 10  # places of a list that count


@dataclass(frozen=True)
class Displaced:
    """A product that loses places.

    Args:
        row: Of the product.
        lower: In how many lists it stands lower among the first ten.
        out: How many lists it left: it was among their first ten, and is no more.
        places: How many places it loses in all; out of the first ten counts as the eleventh place.
    """

    row: int
    lower: int
    out: int
    places: int


def displaced(lists: Iterable[tuple[RowArray, RowArray]], k: int = FIRST) -> list[Displaced]:
    """Return the products that lose places, those that leave most lists first, then those that lose most places.

    Args:
        lists: Pairs of rows, best first: without the draft, and with it.
        k: How many places count.
    """
    lower: dict[int, int] = {}
    out: dict[int, int] = {}
    places: dict[int, int] = {}
    for before, after in lists:
        place_of = {row: place for place, row in enumerate(after[:k].tolist())}
        for place, row in enumerate(before[:k].tolist()):
            now = place_of.get(row, k)
            if now <= place:
                continue
            places[row] = places.get(row, 0) + now - place
            which = out if now == k else lower
            which[row] = which.get(row, 0) + 1
    found = [Displaced(row, lower.get(row, 0), out.get(row, 0), lost) for row, lost in places.items()]
    return sorted(found, key=lambda each: (-each.out, -each.places, each.row))


def inserted(before: RowArray, row: int, rank: int) -> RowArray:
    """Return a list with one product put into it.

    Args:
        before: int32, rows, best first.
        row: Of the product.
        rank: Its rank, from 1; it is at most one more than there are.
    """
    return np.insert(before, rank - 1, row).astype(np.int32)
