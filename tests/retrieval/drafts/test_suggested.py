"""Products to begin a draft from, by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.data.tables import PRODUCTS
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.drafts.suggested import popular, successor


def catalogue(*rows: tuple[str, str | None, list[str], int]) -> Catalogue:
    """Return products of id, brand, category and interactions."""
    records = [
        dict.fromkeys(PRODUCTS.names) | {"product_id": name, "title": name, "brand": brand, "category": path}
        for name, brand, path, _ in rows
    ]
    table = pa.Table.from_pylist(records, schema=PRODUCTS)
    return Catalogue(table, np.array([known for *_, known in rows], np.int64))


def test_the_most_popular_category_of_each_department_comes_first() -> None:
    shop = catalogue(
        ("bare", "Norvik", [], 99),
        ("tripod", "Aldor", ["Photo", "Tripods"], 6),
        ("unnamed", None, ["Photo", "Cameras"], 9),
        ("camera", "Norvik", ["Photo", "Cameras"], 1),
        ("zoom", "Norvik", ["Photo", "Cameras"], 2),
        ("cable", "Corda", ["Cables"], 3),
    )
    # Cameras 12, tripods 6, cables 3; what has no category comes last, however popular.
    assert [each.product_id for each in popular(shop, 9)] == ["zoom", "cable", "tripod", "bare"]
    assert [each.product_id for each in popular(shop, 2)] == ["zoom", "cable"]
    assert popular(catalogue(), 3) == []


def test_a_title_without_its_details() -> None:
    assert successor("Zoom lens (black) for camera") == "New Zoom lens"
    assert successor("Aldor Canvas - 4K") == "New Aldor Canvas"
    assert successor("Aldor Battery Pack 5000mAh with 15W Fast Charging") == "New Aldor Battery Pack 5000mAh"
    assert successor("(1) lens") == "New (1) lens"
    assert successor("word " * 30) == "New" + " word" * 11
