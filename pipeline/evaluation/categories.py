"""One category per product, at the level of the paths that tells products apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import RowArray
from pipeline.retrieval.catalogue import CategoryPath

NEARLY_ALL = 0.9  # a level at which one category holds a greater share divides nothing


@dataclass(frozen=True)
class Categories:
    """The category of every product.

    Args:
        names: The categories.
        codes: int32 [n_products], a product's place in `names`; -1 where it has no category at this level.
    """

    names: list[str]
    codes: npt.NDArray[np.int32]

    @classmethod
    def of(cls, paths: Sequence[CategoryPath], rows: RowArray) -> Categories | None:
        """Return the categories at the first level where none holds nearly all of the products in `rows`.

        Where every level is like that, it is the first one; None where no product has a category.

        Args:
            paths: The category path of every product, general -> specific.
            rows: The products that decide, repeated ones counting more.
        """
        deepest = max(map(len, paths), default=0)
        if not deepest:
            return None
        asked = Counter(rows.tolist())
        for level in (*range(deepest), 0):
            shares: Counter[str] = Counter()
            for row, count in asked.items():
                if len(paths[row]) > level:
                    shares[paths[row][level]] += count
            if shares and max(shares.values()) < NEARLY_ALL * shares.total():
                break
        named = [path[level] if len(path) > level else None for path in paths]
        names = sorted({name for name in named if name is not None})
        code_of = {name: code for code, name in enumerate(names)}
        return cls(names, np.array([-1 if name is None else code_of[name] for name in named], dtype=np.int32))
