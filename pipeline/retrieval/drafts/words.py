"""What each word of a draft's title is worth: the title without it, tried in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pipeline.retrieval.drafts.audience import by_vectors, vector_of
from pipeline.retrieval.drafts.displaced import FIRST
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.laid import Laid
from pipeline.retrieval.drafts.wins import Bounds, Wins, ranked
from pipeline.retrieval.shopper_lists import ShopperLists

MOST = 12  # words that are left out in turn
QUERIES = 5  # of the queries that it wins best, asked again without each word


@dataclass(frozen=True)
class Without:
    """A title without one of its words.

    Args:
        word: The word left out.
        title: What remains.
        shoppers: To how many it would be shown by vectors; None without shoppers.
        kept: How many of the ten products nearest in meaning stay.
        ranks: Of the queries asked again: its rank for each, 0 beyond the first hundred.
    """

    word: str
    title: str
    shoppers: int | None
    kept: int
    ranks: tuple[int, ...]


def shortened(title: str) -> list[tuple[str, str]]:
    """Return each of the first words of a title with the title without it; none of a single word.

    >>> shortened("Carbon travel tripod")[:2]
    [('Carbon', 'travel tripod'), ('travel', 'Carbon tripod')]
    """
    words = title.split()
    if len(words) < 2:
        return []
    return [(word, " ".join(words[:place] + words[place + 1 :])) for place, word in enumerate(words[:MOST])]


def without_each(
    laid: Laid,
    draft: Draft,
    found: Wins | None,
    bounds: Bounds | None,
    lists: ShopperLists | None,
    advance: Callable[[int], None] = lambda done: None,
) -> list[Without]:
    """Return what becomes of a draft without each word of its title.

    Args:
        laid: Lays drafts over the version.
        draft: The draft.
        found: The queries that the whole title wins; None where none was asked.
        bounds: Of all queries; None where none was asked.
        lists: Of shoppers, by vectors; None without.
        advance: Called with the number of words done since the last call.
    """
    left = shortened(draft.title)
    if not left:
        return []
    whole, *variants = laid.added([draft, *(replace(draft, title=title) for _, title in left)])
    index, engine = laid.published._texts, laid.published
    near = set(index.search(whole.text, FIRST).rows.tolist())
    places = [win.place for win in found.wins[:QUERIES]] if found else []
    shoppers: list[int | None] = [None] * len(variants)
    if lists is not None:
        ranks = by_vectors(lists, np.stack([vector_of(engine, each) for each in variants]))
        shoppers = [int(count) for count in ((ranks > 0) & (ranks <= FIRST)).sum(axis=1)]
    effects = []
    for (word, title), variant, count in zip(left, variants, shoppers, strict=True):
        kept = len(near & set(index.search(variant.text, FIRST).rows.tolist()))
        rank_of = {win.place: win.rank for win in ranked(laid, variant, bounds, places)} if bounds else {}
        effects.append(Without(word, title, count, kept, tuple(rank_of.get(place, 0) for place in places)))
        advance(1)
    return effects
