"""Slices of judged queries: by how many words they have, and by the products that were judged best for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.comparing.sliced import Mask, product_slices
from pipeline.evaluation.categories import Categories
from pipeline.evaluation.queries import Judged
from pipeline.evaluation.slices import Slice, category_slices
from pipeline.retrieval.candidates import RowArray
from pipeline.retrieval.catalogue import Catalogue

WORDS = ((1, 1), (2, 2), (3, 4), (5, None))  # words of a query

Queries = frozenset[str]


def by_words(queries: Sequence[str]) -> dict[str, Mask]:
    """Return bool [n] by name: the queries by how many words they have."""
    words = np.array([len(query.split()) for query in queries])
    named = {}
    for low, high in WORDS:
        name = f"{low}+" if high is None else f"{low}" if low == high else f"{low}-{high}"
        named[f"words: {name}"] = (words >= low) & (words <= (high or max(words.max(initial=0), low)))
    return named


def by_products(
    judged: Sequence[Judged], catalogue: Catalogue, segments: Mapping[str, Mask] | None = None
) -> dict[str, Queries]:
    """Return the queries by category, brand, price and saved segment of what was judged best for them.

    A query is in a slice where at least half of the products with its best gain are; one without a good product is in
    none.

    Args:
        judged: The queries.
        catalogue: The products.
        segments: bool [n_products] by name, the products of saved segments.
    """
    good = [each for each in judged if each.gains.any()]
    if not good:
        return {}
    targets = _best(good)
    there = targets >= 0
    found = {}
    for each in _families(targets, catalogue, segments or {}):
        inside = 2 * (each.inside & there).sum(axis=1) >= there.sum(axis=1)
        if inside.any():
            found[each.name] = frozenset(own.query for own, held in zip(good, inside, strict=True) if held)
    return found


def _families(targets: RowArray, catalogue: Catalogue, segments: Mapping[str, Mask]) -> Iterator[Slice]:
    categories = Categories.of(catalogue.categories, targets[targets >= 0])
    if categories is not None:
        yield from category_slices(targets, categories)
    yield from product_slices(targets, catalogue, segments)


def _best(judged: Sequence[Judged]) -> npt.NDArray[np.int32]:
    """Return int32 [n, r]: the rows with the best gain of each query, -1 where there are fewer."""
    rows = [each.rows[each.gains == each.gains.max()] for each in judged]
    targets = np.full((len(rows), max(map(len, rows))), -1, np.int32)
    for place, own in enumerate(rows):
        targets[place, : len(own)] = own
    return targets
