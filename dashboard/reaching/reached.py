"""What finds a product under each version: ranks among queries and shoppers, from what versions list and kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard import lists, modes, state
from dashboard.batches import Recent
from dashboard.components.export import Cell
from dashboard.loading import versions
from pipeline.comparing import reach
from pipeline.comparing.reach import Measured
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.shopper_lists import ShopperLists

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Side:
    """A product under one version.

    Args:
        engine: The version.
        mode: How it searches here, by its name in the URL.
        row: Of the product; None where the version does not hold it.
        queries: int64 [n_queries], its rank for each query, 0 beyond the first hundred.
        shoppers: The lists of a draw of shoppers, by vectors or as served; None without shoppers.
        measured: What the version kept of it when it was evaluated; None where nothing.
        grades: What it was judged, by query.
    """

    engine: Engine
    mode: str
    row: int | None
    queries: npt.NDArray[np.int64]
    shoppers: ShopperLists | None
    measured: Measured | None
    grades: Mapping[str, float]

    @property
    def name(self) -> str:
        return self.engine.name

    @property
    def ranks(self) -> dict[str, int]:
        """The rank of the product by id of the shoppers in whose first hundred it is."""
        if self.shoppers is None or self.row is None or self.engine.shoppers is None:
            return {}
        ranks = self.shoppers.ranks(self.row)
        places = np.flatnonzero(ranks)
        ids = self.engine.shoppers.ids
        return {ids[self.shoppers.shoppers[place]]: int(ranks[place]) for place in places}


_kept: Recent[tuple[str, str], tuple[Measured | None, dict[str, float]]] = Recent(128)


def side(engine: Engine, product_id: str, queries: tuple[str, ...]) -> Side:
    """Return a product under a version; what the version lists is asked once, and remembered.

    Args:
        engine: The version as it was published.
        product_id: The product.
        queries: What is asked.
    """
    offered = modes.offered(engine)
    said = state.text(state.MODE)
    mode = said if said in offered else offered[0]
    if product_id not in engine.catalogue:
        return Side(engine, mode, None, np.zeros(len(queries), np.int64), None, None, {})
    row = engine.catalogue.row(product_id)
    ranks = lists.of_queries(engine, mode, queries).ranks(row) if queries else np.zeros(0, np.int64)
    measured, grades = kept(engine, product_id, row)
    as_served = state.text(state.AS_SERVED) == "1" and lists.re_ranks(engine)
    people = lists.of_shoppers(engine, "served" if as_served else "towers")
    return Side(engine, mode, row, ranks, people, measured, grades)


def kept(engine: Engine, product_id: str, row: int) -> tuple[Measured | None, dict[str, float]]:
    """Return what a version kept of a product; nothing, and a line in the log, where a file cannot be read."""
    key = (engine.manifest.checksum, product_id)
    known = _kept.get(key)
    if known is None:
        folder = versions().store.path(engine.name)
        try:
            known = reach.measured(folder, product_id, row), reach.grades(folder, product_id)
        except Exception:  # the rest can be shown all the same
            log.exception("What %s kept of its evaluation cannot be read", engine.name)
            known = None, {}
        _kept.put(key, known)
    return known


def query_rows(queries: Sequence[str], sides: Sequence[Side]) -> list[dict[str, Cell]]:
    """Return a row for each query: the grade where one was given, and the rank under each version, None beyond 100.

    Those with the best ranks come first, then those with the best grades.

    Args:
        queries: What was asked.
        sides: The versions.
    """
    rows = []
    for place, query in enumerate(queries):
        key = " ".join(query.split())
        ranks = [int(each.queries[place]) or None for each in sides]
        grade = next((each.grades[key] for each in sides if key in each.grades), None)
        best = min((rank for rank in ranks if rank), default=101)
        rows.append((best, -(grade if grade is not None else -1.0), place, query, grade, ranks))
    return [
        {"query": query, "grade": grade} | {each.name: rank for each, rank in zip(sides, ranks, strict=True)}
        for _, _, _, query, grade, ranks in sorted(rows, key=lambda row: row[:3])
    ]


def shopper_rows(sides: Sequence[Side]) -> list[dict[str, Cell]]:
    """Return a row for each shopper who is listed the product, or for whom it was held out.

    Args:
        sides: The versions.

    Returns:
        Rows of shopper, held_out ("yes" or "no"), and per version the rank now and the rank when it was held out.
    """
    now = {each.name: each.ranks for each in sides}
    held = {each.name: dict(each.measured.ranks) if each.measured else {} for each in sides}
    people = dict.fromkeys(user for ranks in (*now.values(), *held.values()) for user in ranks)
    rows = []
    for user in people:
        row: dict[str, Cell] = {
            "shopper": user,
            "held_out": "yes" if any(user in own for own in held.values()) else "no",
        }
        row |= {name: ranks.get(user) for name, ranks in now.items()}
        row |= {f"held out, {name}": own.get(user) for name, own in held.items()}
        best = min((rank for ranks in (*now.values(), *held.values()) if (rank := ranks.get(user))), default=10**9)
        rows.append((best, user, row))
    return [row for _, _, row in sorted(rows, key=lambda each: each[:2])]
