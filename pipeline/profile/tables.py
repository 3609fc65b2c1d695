"""The prepared tables as columns of codes: what a profile counts is counted by NumPy over whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PARTS = ("train", "valid", "test")
NEVER = np.iinfo(np.int64).min  # in place of a time that is not known
TEXTS = ("user_id", "product_id", "part")

Codes = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tables:
    """Products, and n interactions by code.

    Args:
        products: The table as it was prepared; a product's code is its row.
        product: int32 [n].
        user: int32 [n].
        part: int32 [n], a place in PARTS.
        time: int64 [n], ms; NEVER where there is none.
        rating: float32 [n]; not a number where there is none.
        n_users: Shoppers.
    """

    products: pa.Table
    product: Codes
    user: Codes
    part: Codes
    time: Counts
    rating: npt.NDArray[np.float32]
    n_users: int

    @property
    def n_products(self) -> int:
        return int(self.products.num_rows)

    def of(self, *parts: str) -> Mask:
        """Return bool [n]: which interactions are of some parts."""
        return np.isin(self.part, [PARTS.index(each) for each in parts])

    def popularity(self, *parts: str) -> Counts:
        """Return int64 [n_products]: interactions with each product, of all parts unless some are named."""
        chosen = self.product[self.of(*parts)] if parts else self.product
        return np.bincount(chosen, minlength=self.n_products)


def read(folder: Path) -> Tables:
    """Read the prepared products and, where there are any, interactions.

    Texts are read as dictionaries: 10 million interactions take 28 bytes each.

    Args:
        folder: What `prepare` wrote.
    """
    products = pq.read_table(folder / "products.parquet")
    path = folder / "interactions.parquet"
    if not path.exists():
        none = np.empty(0, np.int32)
        return Tables(products, none, none, none, np.empty(0, np.int64), np.empty(0, np.float32), 0)
    columns = [*TEXTS, "timestamp", "rating"]
    found = pq.read_table(path, columns=columns, read_dictionary=list(TEXTS)).unify_dictionaries()
    user, product, part = (found[name].combine_chunks() for name in TEXTS)
    return Tables(
        products,
        _coded(product, products["product_id"]),
        user.indices.to_numpy().astype(np.int32),
        _coded(part, PARTS),
        pc.fill_null(found["timestamp"], int(NEVER)).to_numpy(),
        pc.fill_null(found["rating"], float("nan")).to_numpy().astype(np.float32),
        len(user.dictionary),
    )


def _coded(column: pa.DictionaryArray, known: pa.ChunkedArray | Sequence[str]) -> Codes:
    """Return the place of each value among the known ones."""
    values = known.combine_chunks() if isinstance(known, pa.ChunkedArray) else pa.array(known)
    places = pc.index_in(column.dictionary, value_set=values).to_numpy(zero_copy_only=False)
    coded: Codes = places.astype(np.int32)[column.indices.to_numpy()]
    return coded


def by_part(tables: Tables, codes: Codes, n: int) -> Counts:
    """Return int64 [n, 3]: interactions of each code and part; codes below 0 are left out."""
    known = codes >= 0
    keys = codes[known].astype(np.int64) * len(PARTS) + tables.part[known]
    return np.bincount(keys, minlength=n * len(PARTS)).reshape(n, len(PARTS))
