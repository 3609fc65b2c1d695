"""What the source says of every product, as numbers that can be compared quickly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.catalogue import Catalogue

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Attributes:
    """Brand, category and price of every product.

    Args:
        groups: {name: int32 [n]}: brand, leaf (the whole category path), parent (the path less its last step) and top
            (its first step) as codes, 0 where the source says none.
        log_price: float32 [n], NaN where there is none.
    """

    groups: dict[str, Codes]
    log_price: FloatArray

    @classmethod
    def of(cls, catalogue: Catalogue) -> Attributes:
        # The distinct paths stand in the order in which products have them first, and so do the numbers of their parts.
        paths, own = catalogue.category_paths, catalogue.category_codes
        groups = {
            "brand": catalogue.brand_codes + 1,
            "leaf": _codes(paths)[own],
            "parent": _codes([path[:-1] for path in paths])[own],
            "top": _codes([path[:1] for path in paths])[own],
        }
        with np.errstate(invalid="ignore", divide="ignore"):
            price = np.where(catalogue.price > 0, np.log(catalogue.price), np.nan)
        return cls(groups, price.astype(np.float32))

    def totals(self, per_product: FloatArray) -> dict[str, FloatArray]:
        """Return {name: float32 [n]}: a count of products, added up over the product's group; NaN without one."""
        found = {}
        for name, codes in self.groups.items():
            total = np.bincount(codes, weights=per_product, minlength=1).astype(np.float32)
            total[0] = np.nan
            found[name] = total[codes]
        return found

    def shares(self, name: str, rows: RowArray, history: RowArray, weights: FloatArray) -> FloatArray:
        """Return float32 [n]: how much of a weighted history is in the same group as each product; NaN without one.

        Args:
            name: Of the group.
            rows: int [n].
            history: Product rows.
            weights: float32 [n_history], adding up to 1.
        """
        codes = self.groups[name]
        held = np.bincount(codes[history], weights=weights, minlength=int(codes.max(initial=0)) + 1).astype(np.float32)
        held[0] = np.nan
        share: FloatArray = held[codes[rows]]
        return share


def _codes(paths: list[tuple[str, ...]]) -> Codes:
    """Return int32 [n]: a number per distinct path, 0 for the empty one."""
    numbers = {path: code for code, path in enumerate(dict.fromkeys(path for path in paths if path), start=1)}
    return np.array([numbers.get(path, 0) for path in paths], dtype=np.int32)
