"""The generated store at any size, written as it is drawn: memory depends on one house, not on the whole.

A store of more than 50,000 products has several houses. They share brands; each has its own products, and shoppers who
shop nowhere else. Within a house shoppers come in groups, as they do not know each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from pipeline.data.sample.amazon import Amazon2023
from pipeline.data.sample.assortment import make_catalogue
from pipeline.data.sample.brands import make_brands
from pipeline.data.sample.demand import Demand
from pipeline.data.sample.interactions import Interactions, make_interactions
from pipeline.data.sample.products import Catalogue
from pipeline.data.sample.queries import Judgements, make_judgements
from pipeline.data.sample.shoppers import make_shoppers
from pipeline.data.sample.size import Size
from pipeline.data.sample.tables import Tables
from pipeline.data.sample.vocabulary import vocabulary
from pipeline.errors import DatasetError

GROUP = 20_000  # shoppers drawn at once
SPREAD, FIRST, IDS = 7_368_787, 10_000_000, 90_000_000  # SPREAD shares no divisor with IDS: no id comes twice


class Layout(Protocol):
    """Writes a store as it is drawn, house by house: reviews first, then the products that they are of."""

    def reviews(self, catalogue: Catalogue, drawn: Interactions, first: int) -> None:
        """Write reviews; `first` is the number of their first shopper in the whole store."""

    def products(self, catalogue: Catalogue) -> None:
        """Write the products of a house, all of whose reviews are written."""

    def judgements(self, catalogue: Catalogue, judgements: Judgements) -> None:
        """Write judged queries of a house."""


LAYOUTS: dict[str, Callable[[Path, Size, int], AbstractContextManager[Layout]]] = {
    "tables": Tables,
    "amazon-2023": Amazon2023,
}


def generate_at(
    folder: Path,
    size: Size,
    *,
    layout: str = "tables",
    queries: int = 120,
    seed: int = 7,
    advance: Callable[[int], None] = lambda reviews: None,
) -> Path:
    """Write a generated store of any size; the same arguments give the same bytes.

    Reviews stand in the order of houses and groups, and by time within each. Slightly fewer come out where a catalogue
    is tiny. Of several houses, the first one's products alone are judged.

    Args:
        folder: Where to write; made if it is missing.
        size: How much.
        layout: "tables" (the project's own, with its description) or "amazon-2023" (raw files as published).
        queries: How many judged queries; raw files have none.
        seed: Of every random draw.
        advance: Called with the number of reviews written since the last call.

    Returns:
        What describes the data: `dataset.toml`, or `README.txt` beside raw files.

    Raises:
        DatasetError: There is no such layout.
    """
    if layout not in LAYOUTS:
        raise DatasetError(f'There is no layout "{layout}".', f"Use {' or '.join(LAYOUTS)}.")
    with LAYOUTS[layout](folder, size, seed) as out:
        for house, catalogue in enumerate(_catalogues(size, seed)):
            demand, first = Demand(catalogue, seed), _share(size.shoppers, size.houses, house)[0]
            for group, (place, shoppers, reviews) in enumerate(_groups(size, house)):
                own = _seed(seed, house, group)
                people = make_shoppers(catalogue.vocabulary, shoppers, reviews, own)
                drawn = make_interactions(catalogue, people, own, demand)
                out.reviews(catalogue, drawn, first + place)
                advance(len(drawn.shopper))
            out.products(catalogue)
            if house == 0 and queries and layout == "tables":
                out.judgements(catalogue, make_judgements(catalogue, queries, seed))
    return folder / ("dataset.toml" if layout == "tables" else "README.txt")


def _catalogues(size: Size, seed: int) -> Iterator[Catalogue]:
    """Yield the houses' catalogues. One house alone has the one that the sample of its size has."""
    words = vocabulary()
    if size.houses == 1:
        yield make_catalogue(words, size.products, seed)
        return
    brands, titles = make_brands(words, size.products, seed), set[str]()
    for house in range(size.houses):
        first, count = _share(size.products, size.houses, house)
        catalogue = make_catalogue(words, count, seed if house == 0 else _seed(seed, house), brands, titles)
        numbers = FIRST + (np.arange(first, first + count) * SPREAD) % IDS
        yield replace(catalogue, product_ids=[f"E{number}" for number in numbers])


def _groups(size: Size, house: int) -> Iterator[tuple[int, int, int]]:
    """Yield the first shopper of each group, counted within its house, how many there are, and their reviews."""
    shoppers, reviews = (_share(total, size.houses, house)[1] for total in (size.shoppers, size.reviews))
    groups = -(-shoppers // GROUP)
    for group in range(groups):
        first, count = _share(shoppers, groups, group)
        yield first, count, reviews * (first + count) // shoppers - reviews * first // shoppers


def _share(total: int, parts: int, part: int) -> tuple[int, int]:
    """Return where a part of a total begins, and how large it is; parts are nearly equal."""
    first, last = total * part // parts, total * (part + 1) // parts
    return first, last - first


def _seed(*of: int) -> int:
    return int(np.random.SeedSequence(of).generate_state(1)[0])
