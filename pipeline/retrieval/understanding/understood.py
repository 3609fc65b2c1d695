"""How a query was understood: frozen values beside the results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipeline.retrieval.filters import Filters

SEPARATOR = " > "  # between the steps of a category path


@dataclass(frozen=True)
class Correction:
    """A word or two as typed, and what was searched instead."""

    typed: str
    used: str


@dataclass(frozen=True)
class ReadPrice:
    """A price limit that was read in a query.

    Args:
        said: The part of the query that says it ("under 500").
        low: Lowest price, inclusive; None where none is said.
        high: Highest price, inclusive; None where none is said.
        unused: Why it was left out of the query without limiting prices; "" where it limits them.
    """

    said: str
    low: float | None
    high: float | None
    unused: str = ""

    @property
    def told(self) -> str:
        """How it was read, as a sentence."""
        if self.unused:
            return f'"{self.said}" is left out: {self.unused}.'
        return f'Read "{self.said}" as {limits(self.low, self.high)}.'


@dataclass(frozen=True)
class Offer:
    """A brand or a category that a query names; it is offered as a filter, not applied.

    Args:
        kind: "brand" or "category".
        name: The brand, or the category path joined by " > ".
        filters: The filters of the request with this one set.
        query: What would remain of the query; the whole query where nothing would.
    """

    kind: Literal["brand", "category"]
    name: str
    filters: Filters
    query: str


@dataclass(frozen=True)
class Understood:
    """How a query was understood, and what was done about it.

    Args:
        typed: The query as it came, without blanks around it.
        words: What was searched: spelling repaired, the price taken out.
        filters: Which products were allowed: the filters of the request, with the price that was read, less what was
            relaxed.
        corrections: Words that are in no product, and those searched instead; `as_typed=True` undoes them.
        price: The price that was read, None where none was; `as_typed=True` undoes it.
        offers: Brands and categories that the query names, in the order of the query.
        relaxed: One sentence for each filter, of the request or read, that was left out because nothing passed.
    """

    typed: str
    words: str
    filters: Filters = field(default_factory=Filters)
    corrections: tuple[Correction, ...] = ()
    price: ReadPrice | None = None
    offers: tuple[Offer, ...] = ()
    relaxed: tuple[str, ...] = ()


def limits(low: float | None, high: float | None) -> str:
    """Return price bounds in words.

    >>> limits(None, 500), limits(9.99, 20)
    ('a price of at most 500', 'a price from 9.99 to 20')
    """
    if low is None:
        return f"a price of at most {_written(high)}"
    return (
        f"a price of at least {_written(low)}" if high is None else f"a price from {_written(low)} to {_written(high)}"
    )


def _written(value: float | None) -> str:
    return f"{value or 0:,.2f}".removesuffix(".00")
