"""A product that is not in the catalogue: what is said of it, tidied and bounded."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.data.tables import PRODUCTS
from pipeline.errors import InvalidRequest

MAX_TITLE, MAX_BRAND, MAX_STEP, MAX_DESCRIPTION, MAX_ID = 500, 100, 100, 5000, 200  # characters
MAX_STEPS = 10  # of a category path
MAX_PRICE = 1e9


@dataclass(frozen=True)
class Draft:
    """A product that is not in the catalogue. Texts are tidied as those of a dataset are; blank ones are None.

    Args:
        title: 1 to 500 characters that are not all blank.
        brand: At most 100 characters.
        category: A path from general to specific, at most 10 steps of 100 characters; blank steps are left out.
        price: 0 to a billion.
        description: At most 5,000 characters.

    Raises:
        InvalidRequest: A text is too long or cannot be written as UTF-8, the title is blank, or the price is negative
            or not a number.
    """

    title: str
    brand: str | None = None
    category: tuple[str, ...] = ()
    price: float | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        if len(self.category) > MAX_STEPS:
            raise InvalidRequest(
                f"The category has {len(self.category)} steps; at most {MAX_STEPS} are read.", "Shorten the path."
            )
        steps = (tidied(step, "step of the category", MAX_STEP) for step in self.category)
        own: dict[str, Any] = {
            "title": tidied(self.title, "title", MAX_TITLE),
            "brand": tidied(self.brand or "", "brand", MAX_BRAND) or None,
            "category": tuple(step for step in steps if step),
            "description": tidied(self.description or "", "description", MAX_DESCRIPTION) or None,
        }
        if not own["title"]:
            raise InvalidRequest("The title is empty.", "Say what the product is called.")
        if self.price is not None:
            if not (math.isfinite(self.price) and 0 <= self.price <= MAX_PRICE):
                raise InvalidRequest(
                    "The price is negative, too high or not a number.", "Use a price from 0 to 1,000,000,000."
                )
            own["price"] = float(self.price)
        for name, value in own.items():
            object.__setattr__(self, name, value)

    def record(self, product_id: str = "") -> dict[str, Any]:
        """Return a row of the canonical products table."""
        said = {name: getattr(self, name, None) for name in PRODUCTS.names}
        return said | {"product_id": product_id, "category": list(self.category)}


def table(drafts: Mapping[str, Draft] | Sequence[Draft]) -> pa.Table:
    """Return a products table of drafts, by id or without ids, in their order."""
    named = drafts.items() if isinstance(drafts, Mapping) else ((str(place), each) for place, each in enumerate(drafts))
    return pa.Table.from_pylist([draft.record(product_id) for product_id, draft in named], schema=PRODUCTS)


def tidied(text: str, what: str, longest: int) -> str:
    """Return a text as a dataset's are tidied: line breaks become blanks, control characters go, ends are trimmed.

    Args:
        text: As it was given.
        what: What to call it in an error.
        longest: Characters.

    Raises:
        InvalidRequest: It is longer, or holds half a character (a lone surrogate), which no file can keep.
    """
    if len(text) > longest:
        raise InvalidRequest(f"The {what} has {len(text):,} characters; at most {longest:,} are read.", "Shorten it.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidRequest(f"The {what} is not valid Unicode text.", "Send it as UTF-8.") from None
    spaced = re.sub(r"[\t\n\v\f\r]+", " ", text)
    return "".join(each for each in spaced if unicodedata.category(each) != "Cc").strip()
