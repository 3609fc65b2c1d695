"""A draft tried on a version: its place, its audience, the queries it wins; remembered, as a page is drawn often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import lists
from dashboard.batches import Recent
from dashboard.query_choice import Queries
from pipeline.retrieval.candidates import RowArray
from pipeline.retrieval.drafts import audience
from pipeline.retrieval.drafts.audience import SERVED, Audience
from pipeline.retrieval.drafts.displaced import Displaced, displaced
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.place import Placed
from pipeline.retrieval.drafts.wins import Wins, wins
from pipeline.retrieval.drafts.words import Without, shortened, without_each
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.added import Added

REMEMBERED = 64
Change = tuple[RowArray, RowArray]  # a list without the draft, and with it


@dataclass(frozen=True)
class Tried:
    """What a version makes of a draft.

    Args:
        draft: The draft.
        added: What is known of it.
        placed: Where it belongs.
        wins: The queries that list it; None where none was asked.
        vectors: Its audience by the towers, or by text in a version without; None without shoppers, or where the
            version cannot make its vector.
        served: Its audience after re-ranking; None where nothing is re-ranked.
        by_shoppers: The lists of shoppers that change, by what serves.
    """

    draft: Draft
    added: Added
    placed: Placed
    wins: Wins | None
    vectors: Audience | None
    served: Audience | None
    by_shoppers: tuple[Change, ...]

    @property
    def by_queries(self) -> list[Change]:
        """The lists of queries that change among their first ten."""
        return [(win.before, win.after) for win in (self.wins.wins if self.wins else ()) if win.rank <= 10]

    def displaced(self, whose: str) -> list[Displaced]:
        """Return the products that lose places in the lists of "queries" or "shoppers"."""
        return displaced(self.by_queries if whose == "queries" else self.by_shoppers)


_tried: Recent[tuple[str, Draft, str, tuple[str, ...]], Tried] = Recent(REMEMBERED)
_without: Recent[tuple[str, Draft, str, tuple[str, ...]], list[Without]] = Recent(REMEMBERED)


def tried(engine: Engine, draft: Draft, mode: str, queries: Queries) -> Tried:
    """Return what a version makes of a draft.

    Args:
        engine: The version as it was published.
        draft: The draft.
        mode: How queries are searched, by its name in the URL.
        queries: What is asked.
    """
    key = (engine.manifest.checksum, draft, mode, queries.texts)
    known = _tried.get(key)
    if known is None:
        known = _try(engine, draft, mode, queries)
        _tried.put(key, known)
    return known


def _try(engine: Engine, draft: Draft, mode: str, queries: Queries) -> Tried:
    laid = lists.laid(engine)
    (added,) = laid.added([draft])
    placed = engine.place(draft, k=10)
    found = wins(laid, added, lists.bounds(engine, mode, queries.texts)) if queries.texts else None
    vectors = served = None
    changes: Sequence[Change] = ()
    shoppers = lists.of_shoppers(engine, "towers") if laid.recommends else None
    if shoppers is not None:
        vectors = audience.of_vectors(shoppers, engine, added)
        changes = audience.changed_lists(shoppers, vectors, laid.row)
        if lists.re_ranks(engine):
            asked = lists.of_shoppers(engine, "served", SERVED)
            assert asked is not None
            served, changes = audience.as_served(laid, added, asked)
    return Tried(draft, added, placed, found, vectors, served, tuple(changes))


def without(engine: Engine, own: Tried, mode: str, queries: Queries) -> list[Without]:
    """Return what becomes of a draft without each word of its title, with a progress bar.

    Args:
        engine: The version.
        own: The draft as it was tried.
        mode: As in `tried`.
        queries: As in `tried`.
    """
    key = (engine.manifest.checksum, own.draft, mode, queries.texts)
    known = _without.get(key)
    if known is None:
        laid = lists.laid(engine)
        shoppers = lists.of_shoppers(engine, "towers") if laid.recommends else None
        with lists.progress(len(shortened(own.draft.title)), "words left out") as advance:
            weighed = lists.bounds(engine, mode, queries.texts) if queries.texts else None
            known = without_each(laid, own.draft, own.wins, weighed, shoppers, advance)
        _without.put(key, known)
    return known
