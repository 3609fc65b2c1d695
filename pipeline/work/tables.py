"""Reading the canonical tables with product rows instead of ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def shopper_table(prepared: Path) -> pa.Table:
    """Return the interactions with product rows instead of ids: user_id, row, timestamp, rating, part."""
    interactions = pq.read_table(prepared / "interactions.parquet")
    rows = pa.array(product_rows(prepared, interactions["product_id"]))
    kept = interactions.select(["user_id", "timestamp", "rating", "part"])
    return kept.add_column(1, "row", rows)


def product_rows(prepared: Path, product_ids: pa.ChunkedArray) -> np.ndarray:
    """Return int32: the catalogue row of each product id."""
    known = pq.read_table(prepared / "products.parquet", columns=["product_id"])["product_id"]
    rows: np.ndarray = pc.index_in(product_ids, value_set=known.combine_chunks()).to_numpy().astype(np.int32)
    return rows
