"""The products of a version and those added since, behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.retrieval.catalogue import Catalogue, CategoryPath, Product
from pipeline.retrieval.drafts.draft import Draft, table


class LiveCatalogue(Catalogue):
    """Published products, and added ones behind them: without interactions, ratings or a day of release.

    What was counted over the published ones is taken over, so that an addition costs no count of them all. Brands and
    categories that no published product has are numbered after all others.

    Args:
        published: The version's own.
        added: By id, none of which is published.
    """

    def __init__(self, published: Catalogue, added: Mapping[str, Draft]) -> None:
        self._own, self._drafts = published, list(added.values())
        m = len(added)
        self.table = pa.concat_tables([published.table, table(added).cast(published.table.schema)])
        self.interactions = np.append(published.interactions, np.zeros(m, np.int64))
        self.rating = np.append(published.rating, np.full(m, np.nan))
        self.ratings = np.append(published.ratings, np.zeros(m, np.int64))
        prices = [np.nan if each.price is None else each.price for each in self._drafts]
        self.price = np.append(published.price, np.array(prices, np.float64))
        self.published = len(published)
        self.ids = [*published.ids, *added]
        places = {product_id: row for row, product_id in enumerate(added, start=len(published))}
        self._row_of = {**published._row_of, **places}

    def product(self, row: int) -> Product:
        # Out of the table of all, a row of the published ones would be looked for in two parts.
        return self._own.product(row) if row < self.published else super().product(row)

    def products(self, rows: Sequence[int]) -> list[Product]:
        """Return the products of rows, in their order."""
        return [self.product(row) for row in rows]

    def title(self, row: int) -> str:
        return self._own.title(row) if row < self.published else super().title(row)

    @cached_property
    def categories(self) -> list[CategoryPath]:
        return [*self._own.categories, *(each.category for each in self._drafts)]

    @cached_property
    def category_counts(self) -> Counter[CategoryPath]:
        counts = Counter(self._own.category_counts)
        for each in self._drafts:
            counts.update(each.category[:depth] for depth in range(1, len(each.category) + 1))
        return counts

    @cached_property
    def category_paths(self) -> list[CategoryPath]:
        return list(dict.fromkeys([*self._own.category_paths, *(each.category for each in self._drafts)]))

    @cached_property
    def category_codes(self) -> npt.NDArray[np.int32]:
        code_of = {path: code for code, path in enumerate(self.category_paths)}
        own = np.array([code_of[each.category] for each in self._drafts], np.int32)
        return np.append(self._own.category_codes, own)

    @cached_property
    def brands(self) -> list[str]:
        return list(dict.fromkeys([*self._own.brands, *(each.brand for each in self._drafts if each.brand)]))

    @cached_property
    def brand_codes(self) -> npt.NDArray[np.int32]:
        code_of = {brand: code for code, brand in enumerate(self.brands)}
        own = np.array([code_of[each.brand] if each.brand else -1 for each in self._drafts], np.int32)
        return np.append(self._own.brand_codes, own)

    @cached_property
    def brand_counts(self) -> Counter[str]:
        counts = Counter(self._own.brand_counts)
        counts.update(each.brand for each in self._drafts if each.brand)
        return counts

    @cached_property
    def released(self) -> npt.NDArray[np.datetime64]:
        nothing = np.full(len(self._drafts), np.datetime64("NaT", "D"))
        return np.append(self._own.released, nothing)
