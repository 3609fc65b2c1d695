"""Re-ordering candidates by more than relevance: popularity, diversity, price and freshness, each with a weight.

One function serves one shopper's list and those of all evaluation users at once: what a slider shows is what is served,
but for cosines, which are kept to 1 / 127 for many users and may swap products that are nearly as good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import InvalidRequest
from pipeline.retrieval.candidates import FloatArray, RowArray
from pipeline.retrieval.catalogue import Catalogue

POOL = 100  # candidates of a shopper that are re-ordered
UNKNOWN = 0.5  # where a product's price or day of release is not known: neither for nor against it

Places = npt.NDArray[np.int64]
Similar = Callable[[Places], FloatArray]


@dataclass(frozen=True)
class Rebalance:
    """How much each wish counts; all 0 leaves the order as it is.

    Args:
        popularity: 0 to 1, taken off popular products.
        diversity: 0 to 1, lambda of MMR: 1 looks at likeness to what is listed already alone.
        price: -1 to 1: below 0 cheaper products come first, above 0 dearer ones.
        freshness: 0 to 1, added to newly released products.

    Raises:
        InvalidRequest: A weight is out of range.
    """

    popularity: float = 0.0
    diversity: float = 0.0
    price: float = 0.0
    freshness: float = 0.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            low = -1.0 if name == "price" else 0.0
            if not low <= value <= 1.0:
                raise InvalidRequest(f"The weight of {name} is {value}.", f"Use {low:g} to 1.")

    @property
    def neutral(self) -> bool:
        """Whether it changes nothing."""
        return self == Rebalance()


@dataclass(frozen=True)
class Traits:
    """What products are re-ordered by, float32 [n_products], 0..1 each.

    Args:
        popularity: log(1 + train interactions), of the most popular product's.
        price: Rank among the known prices, 0 the cheapest.
        freshness: Rank among the known days of release, 0 the oldest.
    """

    popularity: FloatArray
    price: FloatArray
    freshness: FloatArray

    @classmethod
    def of(cls, catalogue: Catalogue) -> Traits:
        """Return the traits of every product."""
        logs = np.log1p(catalogue.interactions)
        days = catalogue.released
        known = np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))
        return cls((logs / max(logs.max(initial=0), 1e-12)).astype(np.float32), ranks(catalogue.price), ranks(known))


def ranks(values: npt.NDArray[np.float64]) -> FloatArray:
    """Return float32 [n]: the share of the other known values below each, ties in their middle; 0.5 where unknown.

    >>> ranks(np.array([5.0, np.nan, 9.0, 5.0])).tolist()
    [0.25, 0.5, 1.0, 0.25]
    """
    found = np.full(len(values), UNKNOWN, np.float32)
    known = ~np.isnan(values)
    n = int(known.sum())
    if n > 1:
        ordered = np.sort(values[known])
        below = np.searchsorted(ordered, values[known], side="left")
        upto = np.searchsorted(ordered, values[known], side="right") - 1
        found[known] = (below + upto) / 2 / (n - 1)
    return found


def relevance(scores: FloatArray) -> FloatArray:
    """Return float32 [n, c]: each shopper's scores on 0..1, the best candidate 1 and the worst 0; -inf stays."""
    there = np.isfinite(scores)
    low = np.where(there, scores, np.inf).min(axis=1, keepdims=True)
    high = np.where(there, scores, -np.inf).max(axis=1, keepdims=True)
    width = np.where(high > low, high - low, 1)
    scaled: FloatArray = np.where(there, (scores - low) / width, -np.inf).astype(np.float32)
    return scaled


def weighted(relevant: FloatArray, rows: RowArray, traits: Traits, wish: Rebalance) -> FloatArray:
    """Return float32 [n, c]: relevance less popularity, plus price and freshness, each by its weight.

    Args:
        relevant: float32 [n, c], as `relevance` returns it.
        rows: int32 [n, c], the candidates' products.
        traits: Of all products.
        wish: The weights.
    """
    bonus = np.zeros(len(traits.popularity), np.float32)
    bonus -= np.float32(wish.popularity) * traits.popularity
    bonus += np.float32(wish.price) * traits.price
    bonus += np.float32(wish.freshness) * traits.freshness
    total: FloatArray = relevant + bonus[rows] if bonus.any() else relevant
    return total


def chosen(score: FloatArray, similar: Similar, diversity: float, k: int) -> Places:
    """Return int64 [n, k]: places of the candidates to list, best first; -1 where there are fewer.

    Maximal marginal relevance: the next one listed has the greatest (1 - lambda) score - lambda x its greatest cosine
    with those listed already. Equal ones keep the order of the candidates.
    Source: Carbonell and Goldstein 1998, "The use of MMR, diversity-based reranking for reordering documents and
    producing summaries".

    Args:
        score: float32 [n, c], -inf where there is no candidate.
        similar: Returns float32 [n, c], the cosine of every candidate with the one at each shopper's place, for
            places int64 [n].
        diversity: lambda, 0..1.
        k: How many.
    """
    n, c = score.shape
    everyone = np.arange(n)
    if not diversity:
        best = np.argsort(-score, axis=1, kind="stable")[:, :k]
        return np.where(np.isfinite(score[everyone[:, None], best]), best, -1)
    picked: Places = np.full((n, min(k, c)), -1, np.int64)
    # Where there is no candidate -inf stays, whatever the weight: 0 x -inf is no number.
    own = np.where(np.isfinite(score), np.float32(1 - diversity) * np.where(np.isfinite(score), score, 0), -np.inf)
    own = own.astype(np.float32)
    likeness = np.full(score.shape, -1, np.float32)
    open_ = own.copy()
    for place in range(picked.shape[1]):
        best = open_.argmax(axis=1)
        picked[:, place] = np.where(np.isfinite(open_[everyone, best]), best, -1)
        own[everyone, best] = -np.inf
        if place + 1 < picked.shape[1]:
            np.maximum(likeness, similar(best), out=likeness)
            np.multiply(likeness, np.float32(-diversity), out=open_)
            open_ += own
    return picked


def reorder(rows: RowArray, scores: FloatArray, traits: Traits, vectors: FloatArray, wish: Rebalance, k: int) -> Places:
    """Return int64 [at most k]: places of one shopper's candidates to list, best first.

    Args:
        rows: int32 [c], candidates.
        scores: float32 [c], their relevance.
        traits: Of all products.
        vectors: float32 [n_products, d], text vectors, rows L2-normalised.
        wish: The weights.
        k: How many.
    """
    if not len(rows):
        return np.empty(0, np.int64)
    own = vectors[rows]
    score = weighted(relevance(scores[None]), rows[None], traits, wish)
    places: Places = chosen(score, lambda places: own[places] @ own.T, wish.diversity, k)[0]
    return places
