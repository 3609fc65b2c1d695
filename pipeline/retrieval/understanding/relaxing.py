"""What to leave out when nothing passes the filters: as few of them as can be, and never what the query asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from dataclasses import replace as changed
from functools import cache
from itertools import combinations, product

import numpy as np

from pipeline.retrieval.candidates import FloatArray, Mask
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.understood import SEPARATOR, ReadPrice, limits

MOST_NAMED = 3  # brands in a sentence
AS_GOOD = 0.9  # of the best match: what is nearly as good is chosen among by what is easiest to give up
NONE = Filters()


@dataclass(frozen=True)
class Wish:
    """One filter that is set.

    Args:
        own: It alone.
        looser: What may stand in its place, the narrowest first, and the sentence that says so.
    """

    own: Filters
    looser: tuple[tuple[Filters, str], ...]


def relax(
    filters: Filters,
    asked: Filters,
    price: ReadPrice | None,
    passing: Callable[[Filters], Mask],
    wanted: Mask,
    match: FloatArray,
) -> tuple[Filters, tuple[str, ...]]:
    """Return filters that leave something that the query wants, and a sentence on each that was left out.

    The rule, in this order:
    1. As few filters as can be are left out, and what they leave holds at least one product that the query wants: a
       filter is not to blame for what lacks the words of the query anyway. A category counts as one filter, however
       far it is widened.
    2. Of several ways, that which leaves the product that matches the query best.
    3. Of ways that match nearly as well (nine tenths of the best), the one that gives up what is easiest to give up:
       the price that was read in the query (it may be misread), the lowest rating, the first day of release, the price,
       the category (its parent before the whole catalogue), the brands.

    Args:
        filters: The filters that leave nothing.
        asked: Those of the request: `filters` before a price was read.
        price: The price that was read in the query; None where there is none.
        passing: bool [n_products] of some filters; called once for each that is set.
        wanted: bool [n_products], what the query wants; at least one.
        match: float32 [n_products], 0 or more: how well a product matches the query.
    """
    wishes = _wishes(filters, asked, price)
    passing = cache(passing)
    for number in range(1, len(wishes) + 1):
        ways = []
        for dropped in combinations(range(len(wishes)), number):
            kept = [wish.own for place, wish in enumerate(wishes) if place not in dropped]
            for instead in product(*(wishes[place].looser for place in dropped)):
                parts = [*kept, *(looser for looser, _ in instead if looser)]
                left = np.logical_and.reduce([wanted, *map(passing, parts)])
                if left.any():
                    ways.append((float(match[left].max()), parts, tuple(sentence for _, sentence in instead)))
        if ways:
            best = max(reached for reached, _, _ in ways)
            _, parts, sentences = next(way for way in ways if way[0] >= AS_GOOD * best)
            return _together(parts), sentences
    return NONE, ()


def _wishes(filters: Filters, asked: Filters, price: ReadPrice | None) -> list[Wish]:
    """Return the filters that are set, what is easiest to give up first."""
    found = []
    if price is not None and not price.unused:
        read = Filters(
            price_min=filters.price_min if asked.price_min is None else None,
            price_max=filters.price_max if asked.price_max is None else None,
        )
        found.append(_wish(read, f'Nothing was found for "{price.said}": that limit is left out.'))
    if filters.rating_min is not None:
        found.append(
            _wish(
                Filters(rating_min=filters.rating_min),
                f"Nothing was found with a rating of at least {filters.rating_min:g}: that filter is left out.",
            )
        )
    if filters.since is not None:
        found.append(
            _wish(
                Filters(since=filters.since),
                f"Nothing was found that was released since {filters.since}: that filter is left out.",
            )
        )
    if asked.price_min is not None or asked.price_max is not None:
        found.append(
            _wish(
                Filters(price_min=asked.price_min, price_max=asked.price_max),
                f"Nothing was found at {limits(asked.price_min, asked.price_max)}: that filter is left out.",
            )
        )
    if filters.category:
        found.append(_category(filters.category))
    if filters.brands:
        named = " or ".join(filters.brands[:MOST_NAMED]) + (" or others" if len(filters.brands) > MOST_NAMED else "")
        sentence = f"Nothing was found of {named}: all brands are searched instead."
        found.append(_wish(Filters(brands=filters.brands), sentence))
    return [wish for wish in found if wish.own]


def _wish(own: Filters, sentence: str) -> Wish:
    return Wish(own, ((NONE, sentence),))


def _category(path: tuple[str, ...]) -> Wish:
    looser = []
    for depth in range(len(path) - 1, -1, -1):
        wider = f"{SEPARATOR.join(path[:depth])} is searched" if depth else "all categories are searched"
        sentence = f"Nothing was found in {SEPARATOR.join(path)}: {wider} instead."
        looser.append((Filters(category=path[:depth]), sentence))
    return Wish(Filters(category=path), tuple(looser))


def _together(parts: Sequence[Filters]) -> Filters:
    """Return filters as one; no two of them set the same."""
    found = NONE
    for part in parts:
        found = changed(
            found,
            **{
                each.name: getattr(part, each.name)
                for each in fields(Filters)
                if getattr(part, each.name) != each.default
            },
        )
    return found
