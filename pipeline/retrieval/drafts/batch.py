"""Many drafts at once: for each, what stands in one row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.retrieval.drafts.audience import by_vectors, vector_of
from pipeline.retrieval.drafts.displaced import FIRST
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.laid import Laid
from pipeline.retrieval.drafts.place import on_map
from pipeline.retrieval.drafts.wins import Bounds, Win, wins
from pipeline.retrieval.live.added import Added
from pipeline.retrieval.shopper_lists import ShopperLists

NEIGHBOURS = 16
QUERIES = 5  # searched for each draft, the likeliest


@dataclass(frozen=True)
class Summary:
    """A draft in a row.

    Args:
        draft: The draft.
        nearest: The row of the product nearest in meaning; None in an empty version.
        cosine: Of the two texts.
        cluster: The code of its likely cluster by text; None without a map.
        category: The category of most of its ten nearest products, from general to specific; () where none has one.
        shoppers: To how many of the shoppers asked it would be shown by vectors; None without shoppers.
        best: The query that lists it highest, of those searched; None where none does.
        may: How many queries may list it.
    """

    draft: Draft
    nearest: int | None
    cosine: float
    cluster: int | None
    category: tuple[str, ...]
    shoppers: int | None
    best: Win | None
    may: int


def summaries(
    laid: Laid, drafts: Sequence[Draft], bounds: Bounds | None, lists: ShopperLists | None
) -> Iterator[Summary]:
    """Yield a row for each draft, in their order.

    Args:
        laid: Lays them over the version.
        drafts: The drafts.
        bounds: Of the queries; None where none is asked.
        lists: Of shoppers, by vectors; None without.
    """
    engine = laid.published
    made: list[Added] = laid.added(drafts)
    shown: list[int | None] = [None] * len(made)
    if lists is not None and made:
        ranks = by_vectors(lists, np.stack([vector_of(engine, each) for each in made]))
        shown = [int(count) for count in ((ranks > 0) & (ranks <= FIRST)).sum(axis=1)]
    drawn = engine.maps.spaces.get("text") if engine.maps else None
    for draft, added, count in zip(drafts, made, shown, strict=True):
        near = engine._texts.search(added.text, NEIGHBOURS)
        likely = on_map(drawn, near)[0] if drawn is not None else None
        found = wins(laid, added, bounds, QUERIES) if bounds is not None else None
        first = int(near.rows[0]) if len(near.rows) else None
        yield Summary(
            draft,
            first,
            float(near.scores[0]) if first is not None else 0.0,
            likely.cluster.code if likely else None,
            _category([engine.catalogue.categories[row] for row in near.rows[:FIRST].tolist()]),
            count,
            found.wins[0] if found and found.wins else None,
            found.promising if found else 0,
        )


def _category(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the category that most have, of equal ones the one that comes first; () where none has one."""
    known = [path for path in paths if path]
    return max(known, key=lambda path: (known.count(path), -known.index(path))) if known else ()
