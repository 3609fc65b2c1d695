"""Shop filters over the catalogue, as one mask that every retriever obeys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from pipeline.errors import InvalidRequest
from pipeline.retrieval.candidates import Mask
from pipeline.retrieval.catalogue import Catalogue

BEST_RATING = 5.0


@dataclass(frozen=True)
class Filters:
    """Which products may be returned; an empty filter allows all.

    Args:
        brands: Any of these brands.
        category: A path from the root, e.g. ("Electronics", "Cameras"); products below it match.
        price_min: Lowest price, inclusive; products without a price do not match.
        price_max: Highest price, inclusive; products without a price do not match.
        rating_min: Lowest mean rating, 0..5, inclusive; products without a rating do not match.
        since: First day of release, inclusive; products without one do not match.

    Raises:
        InvalidRequest: A price bound is negative or not a number, or the lower exceeds the upper; the rating is not in
            0..5; `since` is not a day.
    """

    brands: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    rating_min: float | None = None
    since: date | None = None

    def __post_init__(self) -> None:
        for bound in (self.price_min, self.price_max):
            if bound is not None and not bound >= 0:
                raise InvalidRequest("A price bound is negative or not a number.", "Use a price of 0 or more.")
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise InvalidRequest("The lowest price is above the highest.", "Swap the two price bounds.")
        if self.rating_min is not None and not 0 <= self.rating_min <= BEST_RATING:
            raise InvalidRequest("The lowest rating is not from 0 to 5.", "Use a rating from 0 to 5.")
        if self.since is not None and (not isinstance(self.since, date) or isinstance(self.since, datetime)):
            raise InvalidRequest("The first day of release is not a date.", "Write it as year-month-day.")

    def __bool__(self) -> bool:
        return self != Filters()

    def mask(self, catalogue: Catalogue) -> Mask | None:
        """Return bool [n_products], True where a product matches; None when nothing is filtered."""
        masks = list(self.masks(catalogue).values())
        return np.logical_and.reduce(masks) if masks else None

    def masks(self, catalogue: Catalogue) -> dict[str, Mask]:
        """Return bool [n_products] for each filter that is set: brands, category, price, rating, since."""
        found: dict[str, Mask] = {}
        if self.brands:
            found["brands"] = np.isin(catalogue.brand_codes, catalogue.codes_of_brands(self.brands))
        if self.category:
            found["category"] = catalogue.below(self.category)
        if self.price_min is not None or self.price_max is not None:
            low = 0.0 if self.price_min is None else self.price_min
            high = np.inf if self.price_max is None else self.price_max
            found["price"] = (catalogue.price >= low) & (catalogue.price <= high)
        if self.rating_min is not None:
            found["rating"] = catalogue.rating >= self.rating_min
        if self.since is not None:
            found["since"] = catalogue.released >= np.datetime64(self.since, "D")
        return found
