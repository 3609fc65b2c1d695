"""What versions list for many queries and shoppers: asked once, with a progress bar, and remembered."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard import batches
from dashboard.batches import Recent
from dashboard.modes import MODES
from dashboard.open_versions import CAPACITY
from dashboard.query_set_forms import judged_queries
from pipeline.retrieval import shopper_lists
from pipeline.retrieval.drafts.laid import Laid
from pipeline.retrieval.drafts.wins import Bounds
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.query_lists import QueryLists, listed
from pipeline.retrieval.reranking.ranker import Reranked
from pipeline.retrieval.shopper_lists import MOST_SERVED, ShopperLists, Stage

REMEMBERED = 24  # answers to whole lists of queries, of about 1 MB each with 1,000 queries
MOST = 300  # judged queries asked of a version; of more, the same ones every time
STEP = 10  # queries or shoppers between two looks at the progress bar

Asked = tuple[str, str, tuple[str, ...]]
_lists: Recent[Asked, QueryLists] = Recent(REMEMBERED)
_bounds: Recent[Asked, Bounds] = Recent(REMEMBERED)
_shoppers: Recent[tuple[str, Stage, int], ShopperLists] = Recent(2 * CAPACITY)
_laid: Recent[str, Laid] = Recent(2)  # each holds the vectors of its version once more


@contextmanager
def progress(whole: int, what: str) -> Iterator[Callable[[int], None]]:
    """Draw a progress bar while the block works; yields what is told how many more are done."""
    bar, done = st.progress(0.0, f"{whole:,} {what}"), 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if not done % STEP or more > 1:
            bar.progress(min(done / max(whole, 1), 1.0), f"{min(done, whole):,} of {whole:,} {what}")

    try:
        yield advance
    finally:
        bar.empty()


def of_queries(engine: Engine, mode: str, queries: tuple[str, ...]) -> QueryLists:
    """Return what a version lists for some queries.

    Args:
        engine: The version.
        mode: By its name in the URL.
        queries: Each can be searched.
    """
    key = (engine.manifest.checksum, mode, queries)
    known = _lists.get(key)
    if known is None:
        with progress(len(queries), f"queries asked of {engine.name}") as advance:
            known = listed(engine, queries, MODES[mode].engine, advance)
        _lists.put(key, known)
    return known


def bounds(engine: Engine, mode: str, queries: tuple[str, ...]) -> Bounds:
    """Return what a product has to reach to be listed for some queries."""
    key = (engine.manifest.checksum, mode, queries)
    known = _bounds.get(key)
    if known is None:
        lists = of_queries(engine, mode, queries)
        with progress(len(queries), "queries weighed") as advance:
            known = Bounds.of(engine, lists, advance)
        _bounds.put(key, known)
    return known


def re_ranks(engine: Engine) -> bool:
    """Return whether a re-ranker orders what the towers propose."""
    return isinstance(engine.recommender, Reranked)


def of_shoppers(engine: Engine, stage: Stage, most: int = MOST_SERVED) -> ShopperLists | None:
    """Return what a version lists for a draw of its shoppers; None where it knows none.

    Args:
        engine: The version.
        stage: "towers" by vectors alone, or "served" as it recommends.
        most: Shoppers asked as it recommends.
    """
    if engine.shoppers is None or not len(engine.shoppers):
        return None
    key = (engine.manifest.checksum, stage, most if stage == "served" else 0)
    known = _shoppers.get(key)
    if known is None:
        limit = most if stage == "served" else min(shopper_lists.MOST, shopper_lists.PAIRS // len(engine.catalogue))
        with progress(min(limit, len(engine.shoppers)), f"shoppers asked of {engine.name}") as advance:
            if stage == "served":
                known = shopper_lists.as_served(engine, most, advance)
            else:
                known = shopper_lists.by_vectors(engine, advance)
        _shoppers.put(key, known)
    return known


def laid(engine: Engine) -> Laid:
    """Return what lays drafts over a version, in memory alone."""
    known = _laid.get(engine.manifest.checksum)
    if known is None or known.published is not engine:
        known = Laid(engine)
        _laid.put(engine.manifest.checksum, known)
    return known


def judged(engine: Engine) -> tuple[tuple[str, ...], int]:
    """Return the judged queries of a version that are asked, and how many there are."""
    known = judged_queries(engine)
    if len(known) <= MOST:
        return known, len(known)
    kept = sorted(random.Random(0).sample(range(len(known)), MOST))
    return tuple(known[place] for place in kept), len(known)


def saved_sets() -> list[str]:
    """Return the names of the query sets that were saved."""
    return batches.store().names()
