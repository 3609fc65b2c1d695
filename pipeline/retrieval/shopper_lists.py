"""What a version lists for many shoppers: the first hundred products of each, asked once and read many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.data.lots import lot
from pipeline.errors import InvalidRequest
from pipeline.retrieval.candidates import FloatArray, Request, RowArray, no_rows, top_k
from pipeline.retrieval.engine import MAX_K, Engine
from pipeline.retrieval.query_lists import ranks_in
from pipeline.retrieval.shoppers import Shoppers

Stage = Literal["towers", "served"]
PAIRS = 10**8  # of shopper and product: seconds of work, once for a version
MOST = 8_000  # shoppers by the towers alone
MOST_SERVED = 1_000  # by what serves, where a re-ranker orders what is proposed
CHUNK = 128  # shoppers scored at once, to bound memory


@dataclass(frozen=True)
class ShopperLists:
    """The lists of n shoppers as of now: their whole histories are read, and left out of their lists.

    Args:
        system: What listed them: towers, text or reranked.
        shoppers: int64 [n], their numbers, those drawn first foremost.
        of: How many shoppers the version has.
        rows: int32 [n, 100], the products listed, best first, -1 where there are fewer.
        scores: float32 [n, 100], -inf where there are fewer.
        profiles: float32 [n, d], the vectors of the shoppers; None where more than vectors decides.
    """

    system: str
    shoppers: npt.NDArray[np.int64]
    of: int
    rows: RowArray
    scores: FloatArray
    profiles: FloatArray | None

    def __len__(self) -> int:
        return len(self.shoppers)

    def ranks(self, row: int) -> npt.NDArray[np.int64]:
        """Return int64 [n]: the rank of a product in each list, 0 where it is not among the first hundred."""
        return ranks_in(self.rows, row)


def drawn(shoppers: Shoppers, most: int) -> npt.NDArray[np.int64]:
    """Return int64 [at most `most`]: the numbers of the shoppers of the lowest lots, lowest first.

    The draw is by a hash of the id: of the versions of one dataset the same people are drawn, and who is drawn for a
    smaller sample is drawn for a larger one too.

    Args:
        shoppers: All of them.
        most: How many.
    """
    lots = np.array([lot(each) for each in shoppers.ids], np.uint64)
    return np.argsort(lots, kind="stable")[:most].astype(np.int64)


def request_of(shoppers: Shoppers, index: int) -> Request:
    """Return what is asked for a shopper as of now.

    Args:
        shoppers: All of them.
        index: The shopper's number.
    """
    rows = shoppers.rows[shoppers.span(index)]
    return Request(history=rows, shopper=int(index), times=shoppers.times_before(index, None))


def by_vectors(engine: Engine, advance: Callable[[int], None] = lambda done: None) -> ShopperLists:
    """List for a draw of shoppers by vectors alone: by the towers or, in a version without, by text.

    Shoppers who have no vector there are left out: no list of theirs can be read.

    Args:
        engine: The version.
        advance: Called with the number of shoppers done since the last call.

    Raises:
        InvalidRequest: The version has no shoppers.
    """
    shoppers = _shoppers(engine)
    n_products = len(engine.catalogue)
    vectors = engine.contents.items.vectors if engine.has_towers else engine.text_vectors
    chosen, profiles, rows, scores = [], [], [], []
    people = drawn(shoppers, min(max(PAIRS // max(n_products, 1), 1), MOST))
    for start in range(0, len(people), CHUNK):
        asked = [(index, request_of(shoppers, index)) for index in people[start : start + CHUNK].tolist()]
        told = [(index, request, engine.profile(request)) for index, request in asked]
        known = [(index, request, vector) for index, request, vector in told if vector is not None]
        if known:
            block = np.stack([vector for _, _, vector in known]) @ vectors.T
            for own, (index, request, vector) in zip(block, known, strict=True):
                allowed = np.ones(n_products, dtype=bool)
                allowed[request.history] = False
                best = top_k(own, MAX_K, allowed)
                chosen.append(index)
                profiles.append(vector)
                rows.append(_filled(best.rows, -1, np.int32))
                scores.append(_filled(best.scores, -np.inf, np.float32))
        advance(len(asked))
    system = "towers" if engine.has_towers else "text"
    width = vectors.shape[1]
    return ShopperLists(
        system,
        np.array(chosen, np.int64),
        len(shoppers),
        np.array(rows, np.int32).reshape(-1, MAX_K),
        np.array(scores, np.float32).reshape(-1, MAX_K),
        np.array(profiles, np.float32).reshape(-1, width),
    )


def as_served(
    engine: Engine, most: int = MOST_SERVED, advance: Callable[[int], None] = lambda done: None
) -> ShopperLists:
    """List for a draw of shoppers as the version recommends: of a version with a re-ranker, in its order.

    Args:
        engine: The version.
        most: Shoppers.
        advance: Called with the number of shoppers done since the last call.

    Raises:
        InvalidRequest: The version has no shoppers.
    """
    shoppers = _shoppers(engine)
    people = drawn(shoppers, most)
    rows = np.full((len(people), MAX_K), -1, np.int32)
    scores = np.full((len(people), MAX_K), -np.inf, np.float32)
    for place, index in enumerate(people.tolist()):
        found = best_of(engine, shoppers, index, MAX_K)
        rows[place, : len(found[0])], scores[place, : len(found[0])] = found
        advance(1)
    return ShopperLists(engine.recommender.name, people, len(shoppers), rows, scores, None)


def best_of(engine: Engine, shoppers: Shoppers, index: int, k: int) -> tuple[RowArray, FloatArray]:
    """Return the rows that a version recommends to a shopper, and their scores, best first.

    Args:
        engine: The version.
        shoppers: Its own.
        index: The shopper's number.
        k: How many.
    """
    request = request_of(shoppers, index)
    allowed = np.ones(len(engine.catalogue), dtype=bool)
    allowed[request.history] = False
    asked = Request(history=request.history, allowed=allowed, shopper=request.shopper, times=request.times)
    found = engine.recommender.retrieve(asked, k) if len(request.history) else None
    return (no_rows(), np.empty(0, np.float32)) if found is None else (found.rows, found.scores)


def _shoppers(engine: Engine) -> Shoppers:
    if engine.shoppers is None or not len(engine.shoppers):
        raise InvalidRequest("This version knows no shoppers.", "Choose a version made from interactions.")
    return engine.shoppers


def _filled(values: npt.NDArray, nothing: float, kind: type) -> npt.NDArray:  # type: ignore[type-arg]
    """Return [100], what is missing filled up."""
    return np.concatenate([values, np.full(MAX_K - len(values), nothing, kind)])


def share_by_chance(k: int, n_products: int) -> float:
    """Return 0..1: in what share of lists of k a product is expected to be that is drawn at random."""
    return min(k / max(n_products, 1), 1.0)
