"""Shop filters over the catalogue, as one mask that every retriever obeys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.errors import InvalidRequest
from pipeline.retrieval.candidates import Mask
from pipeline.retrieval.catalogue import Catalogue


@dataclass(frozen=True)
class Filters:
    """Which products may be returned; an empty filter allows all.

    Args:
        brands: Any of these brands.
        category: A path from the root, e.g. ("Electronics", "Cameras"); products below it match.
        price_min: Lowest price, inclusive; products without a price do not match.
        price_max: Highest price, inclusive; products without a price do not match.

    Raises:
        InvalidRequest: A price bound is negative or not a number, or the lower exceeds the upper.
    """

    brands: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None

    def __post_init__(self) -> None:
        for bound in (self.price_min, self.price_max):
            if bound is not None and not bound >= 0:
                raise InvalidRequest("A price bound is negative or not a number.", "Use a price of 0 or more.")
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise InvalidRequest("The lowest price is above the highest.", "Swap the two price bounds.")

    def __bool__(self) -> bool:
        return self != Filters()

    def mask(self, catalogue: Catalogue) -> Mask | None:
        """Return bool [n_products], True where a product matches; None when nothing is filtered."""
        if not self:
            return None
        allowed = np.ones(len(catalogue), dtype=bool)
        if self.brands:
            allowed &= np.isin(catalogue.brand_codes, catalogue.codes_of_brands(self.brands))
        if self.category:
            allowed &= catalogue.below(self.category)
        if self.price_min is not None:
            allowed &= catalogue.price >= self.price_min
        if self.price_max is not None:
            allowed &= catalogue.price <= self.price_max
        return allowed
