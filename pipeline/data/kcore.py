"""The k-core of the interactions: what is left when whoever has fewer than k goes, until nobody has.

A k-core of a graph is its largest subgraph in which each node has at least k neighbours (Seidman 1983, Social Networks
5(3)); here the nodes are shoppers and products, and who goes first does not matter. Published data sets of reviews are
often 5-cores: a product with fewer readers than k teaches little, and a shopper with fewer tells little.
"""

from __future__ import annotations

from typing import Any

from ibis import _

from pipeline.data.engine import Engine
from pipeline.errors import DatasetError


def core(engine: Engine, interactions: Any, k: int) -> tuple[Any, dict[str, int]]:
    """Return the interactions of the k-core, and what it leaves out.

    In a round, all shoppers and products with fewer than k interactions go at the same time; those that they leave
    with fewer than k go in the next. Products that lose all their interactions stay in the catalogue, as cold ones.

    Args:
        engine: Holds the tables.
        interactions: A table of `row`, `user_id`, `product_id` and more; each (user, product) once.
        k: The fewest interactions of a shopper and of a product, at least 2.

    Returns:
        The table, and k, rounds (those in which something went), and how many interactions, shoppers and products
        (with interactions before, and none after) are left out.

    Raises:
        DatasetError: Nothing is left.
    """
    before = _sizes(engine, interactions)
    left = engine.create("core_0", interactions.select("row", "user_id", "product_id"))
    rounds, count = 0, before[0]
    while True:
        enough = [left.group_by(side).agg(size=_.count()).filter(_.size >= k) for side in ("user_id", "product_id")]
        fewer = left.semi_join(enough[0], "user_id").semi_join(enough[1], "product_id")
        found = engine.create(f"core_{rounds + 1}", fewer)
        remaining = engine.count(found)
        engine.drop(f"core_{rounds}")
        left = found
        if remaining == count:
            break
        rounds, count = rounds + 1, remaining
    if not count:
        raise DatasetError(
            f"No interaction is left in the {k}-core: no shoppers and products have {k} of each other.",
            "Give a smaller k_core, or leave it out.",
        )
    kept = interactions.semi_join(left.select("row"), "row")
    after = _sizes(engine, left)
    interactions_gone, shoppers, products = (was - now for was, now in zip(before, after, strict=True))
    return kept, {
        "k": k, "rounds": rounds, "interactions": interactions_gone, "shoppers": shoppers, "products": products,
    }  # fmt: skip


def _sizes(engine: Engine, table: Any) -> tuple[int, int, int]:
    """Return the numbers of interactions, shoppers and products."""
    counted = table.agg(rows=_.count(), shoppers=_.user_id.nunique(), products=_.product_id.nunique())
    rows, shoppers, products = engine.rows(counted)[0]
    return int(rows), int(shoppers), int(products)
