"""What the towers read: products as codes and text vectors, shoppers as histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.data.sources import FEATURE

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Vocabulary:
    """The codes of brands and category paths; 0 means none or unknown."""

    brands: dict[str, int]
    categories: dict[str, int]

    @classmethod
    def of(cls, products: pa.Table) -> Vocabulary:
        """Number the brands and every category prefix of a products table, in order of appearance."""
        brands = dict.fromkeys(products["brand"].drop_null().to_pylist())
        prefixes = dict.fromkeys(prefix for path in products["category"].to_pylist() for prefix in _prefixes(path))
        return cls(
            {brand: code for code, brand in enumerate(brands, start=1)},
            {prefix: code for code, prefix in enumerate(prefixes, start=1)},
        )

    def encode(self, products: pa.Table) -> tuple[IntArray, IntArray]:
        """Return brand codes int32 [n] and category codes int32 [n, deepest], one per level, 0 where there is none."""
        brands = np.array([self.brands.get(brand, 0) for brand in products["brand"].to_pylist()], dtype=np.int32)
        paths = [
            [self.categories.get(prefix, 0) for prefix in _prefixes(path)] for path in products["category"].to_pylist()
        ]
        deepest = max((prefix.count("\n") + 1 for prefix in self.categories), default=1)
        categories = np.zeros((len(paths), deepest), dtype=np.int32)
        for row, codes in enumerate(paths):
            categories[row, : len(codes[:deepest])] = codes[:deepest]
        return brands, categories


def _prefixes(path: list[str]) -> list[str]:
    """Return the name of every level of a path: its parts so far, which a part's own name would not tell apart."""
    return ["\n".join(path[: depth + 1]) for depth in range(len(path))]


@dataclass(frozen=True)
class ItemFeatures:
    """The item tower's inputs for the whole catalogue.

    Args:
        ids: int32 [n]: row + 1, or 0 for a product without train interactions, whose id means nothing yet.
        brands: int32 [n].
        categories: int32 [n, deepest].
        text: float32 [n, d_text].
        blocks: Further features by name, float32 [n, any] each, zeros where a product has none.
    """

    ids: IntArray
    brands: IntArray
    categories: IntArray
    text: FloatArray
    blocks: Mapping[str, FloatArray] = field(default_factory=dict)

    @classmethod
    def of(cls, products: pa.Table, text: FloatArray, train_rows: IntArray) -> ItemFeatures:
        """Encode a products table; `train_rows` are the product rows of all train interactions.

        Its columns feature:<block>, lists of equally many numbers or null, become blocks.
        """
        ids = np.arange(1, products.num_rows + 1, dtype=np.int32)
        ids[np.bincount(train_rows, minlength=products.num_rows) == 0] = 0
        blocks = {
            name.removeprefix(FEATURE): _block(products[name])
            for name in products.column_names
            if name.startswith(FEATURE)
        }
        return cls(ids, *Vocabulary.of(products).encode(products), text, blocks)

    def inputs(self) -> dict[str, IntArray | FloatArray]:
        """Return the item tower's inputs by name; a block's is feature_<block>."""
        blocks = {f"feature_{name}": values for name, values in self.blocks.items()}
        return {"id": self.ids, "brand": self.brands, "category": self.categories, "text": self.text, **blocks}


def _block(lists: pa.ChunkedArray) -> FloatArray:
    """Return float32 [n, length] from lists of equally many numbers, zeros where there is none."""
    present = lists.is_valid().to_numpy()
    values = lists.combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(int(present.sum()), -1)
    block = np.zeros((len(present), values.shape[1]), dtype=np.float32)
    block[present] = values
    return block


@dataclass(frozen=True)
class Histories:
    """Product rows by shopper, oldest first, in one flat array.

    Args:
        rows: int32 [n_interactions].
        starts: int64 [n_shoppers + 1]; shopper i has rows[starts[i] : starts[i + 1]].
    """

    rows: IntArray
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def positions(self) -> int:
        """Training positions: every product but a shopper's first."""
        return int(np.maximum(np.diff(self.starts) - 1, 0).sum())

    def __getitem__(self, shopper: int) -> IntArray:
        return self.rows[self.starts[shopper] : self.starts[shopper + 1]]


def windows(histories: Histories, length: int) -> list[IntArray]:
    """Return the training sequences: each history cut into runs of at most length + 1 products.

    A run starts with the last product of the run before it, so that every product but a shopper's first is a target
    exactly once. Histories of one product teach nothing and are left out.
    """
    found = []
    for shopper in range(len(histories)):
        own = histories[shopper]
        found += [own[start : start + length + 1] for start in range(0, len(own) - 1, length)]
    return found
