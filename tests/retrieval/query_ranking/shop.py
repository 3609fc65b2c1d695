"""Five products whose words, sizes and places can be counted by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.data.tables import PRODUCTS
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.words import Words

TITLES = [
    "Norvik Aperio Camera, black",
    "Camera Bag for Aperio brown",
    "Norvik SD Memory Card 16 GB",
    "Aldor SD Memory Card 32 GB",
    "Garden Hose 10 ft.",
]
BRANDS = ["Norvik", "Aldor", "Norvik", "Aldor", None]
CATEGORIES = [["Photo", "Bodies"], ["Photo", "Sacks"], ["Photo", "Storage"], ["Photo", "Storage"], []]
PRICES = [400.0, 40.0, 20.0, 30.0, None]
DESCRIPTIONS = [None, "Canvas to carry a camera", None, None, None]
ANGLES = np.deg2rad([0, 20, 60, 60, 90])
VECTORS = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)
ROWS = np.arange(5, dtype=np.int32)


def catalogue() -> Catalogue:
    n = len(TITLES)
    given = {
        "product_id": [str(row) for row in range(n)],
        "title": TITLES,
        "brand": BRANDS,
        "category": CATEGORIES,
        "price": PRICES,
        "description": DESCRIPTIONS,
    }
    table = {field.name: given.get(field.name, [None] * n) for field in PRODUCTS}
    return Catalogue(pa.table(table, schema=PRODUCTS), np.array([3, 0, 0, 1, 0]))


def words() -> Words:
    return Words.of(catalogue())


def features() -> QueryFeatures:
    return QueryFeatures(catalogue(), words(), VECTORS)
