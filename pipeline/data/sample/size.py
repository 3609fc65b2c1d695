"""How large a generated store is: one number says it, and the others follow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.data.sample.shoppers import FEWEST
from pipeline.errors import DatasetError

SMALLEST = 200  # products: a few in each of the leaf categories
MOST = 30  # interactions a shopper, on average
MOST_REVIEWS, MOST_PRODUCTS = 200_000_000, 10_000_000  # past these the day and the ids run out
HOUSE = 50_000  # products of one house, at most: what is drawn for one fits into about 400 MB

# Reviews, products and shoppers of the built-in sample, and of the store that the larger ones go through. Between and
# beyond them products and shoppers grow by a power of the reviews, as vocabularies do (Heaps' law): products by .62.
BUILT_IN = (70_000, 6_000, 7_000)
LARGE = (2_000_000, 48_629, 180_000)


@dataclass(frozen=True)
class Size:
    """How much of everything.

    Args:
        reviews: 3 to 30 a shopper.
        products: At least 200.
        shoppers: At least 1.

    Raises:
        DatasetError: That makes no store.
    """

    reviews: int
    products: int
    shoppers: int

    def __post_init__(self) -> None:
        fits = SMALLEST <= self.products <= MOST_PRODUCTS and self.shoppers >= 1 and self.reviews <= MOST_REVIEWS
        if not fits or not FEWEST * self.shoppers <= self.reviews <= MOST * self.shoppers:
            raise DatasetError(
                f"The sample cannot have {self.products:,} products, {self.shoppers:,} shoppers and "
                f"{self.reviews:,} reviews.",
                f"Ask for {SMALLEST} to {MOST_PRODUCTS:,} products and at most {MOST_REVIEWS:,} reviews, {FEWEST} to "
                f"{MOST} of each shopper.",
            )

    @classmethod
    def of(cls, reviews: int, products: int | None = None) -> Size:
        """Return the size that goes with a number of reviews; products may be set apart."""
        grown = max(reviews, 1) / BUILT_IN[0]
        span = math.log(LARGE[0] / BUILT_IN[0])
        own, shoppers = (
            round(low * grown ** (math.log(high / low) / span))
            for low, high in zip(BUILT_IN[1:], LARGE[1:], strict=True)
        )
        # Small stores have shoppers enough, but hardly a product for each of their categories.
        return cls(reviews, max(own, SMALLEST) if products is None else products, min(shoppers, reviews // FEWEST))

    @property
    def houses(self) -> int:
        """How many houses the store has, each with its own products and shoppers."""
        return -(-self.products // HOUSE)
