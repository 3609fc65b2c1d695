"""What to leave out when nothing passes the filters: one at a time, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace as changed

from pipeline.retrieval.filters import Filters
from pipeline.retrieval.understanding.prices import limits
from pipeline.retrieval.understanding.understood import SEPARATOR, ReadPrice

MOST_NAMED = 3  # brands in a sentence
Step = tuple[str, Callable[[Filters], Filters], str]  # which filter, how to leave it out, and how to say so


def relax(
    filters: Filters, asked: Filters, price: ReadPrice | None, finds: Callable[[Filters], bool]
) -> tuple[Filters, tuple[str, ...]]:
    """Return filters that find something, and a sentence on each that was left out.

    In this order: the price that was read in the query, the lowest rating, the first day of release, the price, the
    category (to its parent, and on to the whole catalogue), the brands. If leaving out one alone is enough, the first
    such one is left out; else they are left out one after the other until something is found.

    Args:
        filters: The filters that find nothing.
        asked: Those of the request: `filters` before a price was read.
        price: The price that was read in the query; None where there is none.
        finds: Whether anything is found under some filters; it must be so under none.
    """
    steps = list(_steps(filters, asked, price))
    for _, change, sentence in steps:
        if finds(alone := change(filters)):
            return alone, (sentence,)
    sentences: dict[str, str] = {}  # the widest category has the last word
    for name, change, sentence in steps:
        filters = change(filters)
        sentences[name] = sentence
        if finds(filters):
            break
    return filters, tuple(sentences.values())


def _steps(filters: Filters, asked: Filters, price: ReadPrice | None) -> Iterator[Step]:
    """Yield what to leave out, in order."""
    if price is not None:
        yield (
            "read price",
            lambda now: changed(now, price_min=asked.price_min, price_max=asked.price_max),
            f'Nothing was found for "{price.said}": that limit is left out.',
        )
    if filters.rating_min is not None:
        yield (
            "rating",
            lambda now: changed(now, rating_min=None),
            f"Nothing was found with a rating of at least {filters.rating_min:g}: that filter is left out.",
        )
    if filters.since is not None:
        yield (
            "since",
            lambda now: changed(now, since=None),
            f"Nothing was found that was released since {filters.since}: that filter is left out.",
        )
    if asked.price_min is not None or asked.price_max is not None:
        yield (
            "price",
            lambda now: changed(now, price_min=None, price_max=None),
            f"Nothing was found at {limits(asked.price_min, asked.price_max)}: that filter is left out.",
        )
    for depth in range(len(filters.category) - 1, -1, -1):
        wider = f"{SEPARATOR.join(filters.category[:depth])} is searched" if depth else "all categories are searched"
        yield (
            "category",
            _up_to(depth),
            f"Nothing was found in {SEPARATOR.join(filters.category)}: {wider} instead.",
        )
    if filters.brands:
        named = " or ".join(filters.brands[:MOST_NAMED]) + (" or others" if len(filters.brands) > MOST_NAMED else "")
        yield (
            "brands",
            lambda now: changed(now, brands=()),
            f"Nothing was found of {named}: all brands are searched instead.",
        )


def _up_to(depth: int) -> Callable[[Filters], Filters]:
    return lambda now: changed(now, category=now.category[:depth])
