"""The protocol of the system that this one replaces: held-out products among 50 sampled ones, and AUC by rating.

For comparison only: among 51 candidates even chance finds one product in five, and sampling can turn the order of
systems around (Krichene and Rendle 2020, "On sampled metrics for item recommendation").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation import chance
from pipeline.evaluation.compare import resampled
from pipeline.evaluation.rows import Figure, Row, Values, rows_of
from pipeline.metrics import Ranks, pad
from pipeline.retrieval.candidates import FloatArray, RowArray

NEGATIVES = 50
HITS = 10
LIKED = 4.0  # a rating from here on is positive
FIGURES: list[Figure] = [("sampled_hit", HITS), ("sampled_mrr", None)]


@dataclass(frozen=True)
class Sampled:
    """How held-out products fared among sampled ones; arrays [n, r], or [r] for one shopper.

    Args:
        places: int64, rank among the negatives, from 1, ties against it; 0 where there are fewer targets.
        own: float32, score of the held-out product; not a number where there are fewer.
        other: float32, score of one negative beside it.
        negatives: int64 [n], how many negatives there were.
    """

    places: Ranks
    own: FloatArray
    other: FloatArray
    negatives: npt.NDArray[np.int64]

    @classmethod
    def of(cls, scores: FloatArray, targets: RowArray, drawn: RowArray) -> Sampled:
        """Return the duel of one shopper: every target against the same drawn products."""
        own, others = scores[targets], scores[drawn]
        places = 1 + (others[None, :] >= own[:, None]).sum(axis=1)
        other = np.resize(others, len(targets)) if len(drawn) else np.full(len(targets), np.nan, np.float32)
        return cls(places, own, other, np.array([len(drawn)]))

    @classmethod
    def joined(cls, duels: Sequence[Sampled]) -> Sampled:
        """Return the duels of many shoppers as one."""
        places = pad([duel.places for duel in duels])
        own, other = (np.full(places.shape, np.nan, np.float32) for _ in range(2))
        for row, duel in enumerate(duels):
            own[row, : len(duel.own)], other[row, : len(duel.own)] = duel.own, duel.other
        return cls(places, own, other, np.concatenate([duel.negatives for duel in duels]))


def negatives(index: int, n_products: int, history: RowArray, targets: RowArray) -> RowArray:
    """Return up to 50 distinct product rows that are neither known nor held out; the same for a shopper every time."""
    closed = np.concatenate([history, targets])
    generator = np.random.default_rng([0, index])
    drawn = generator.choice(n_products, size=min(NEGATIVES + len(closed), n_products), replace=False)
    found: RowArray = drawn[~np.isin(drawn, closed)][:NEGATIVES].astype(np.int32)
    return found


def sampled_values(places: Ranks) -> Values:
    """Return float64 [n, 2]: HR@10 and MRR among the sampled, each the mean over a shopper's held-out products.

    HR@10 = share of held-out products among the first ten; MRR = mean of 1 / rank.
    """
    there = places > 0
    count = there.sum(axis=1)
    hits = (there & (places <= HITS)).sum(axis=1) / count
    reciprocal = np.where(there, 1 / np.maximum(places, 1), 0).sum(axis=1) / count
    return np.stack([hits, reciprocal], axis=1)


def sampled_chance(negatives: npt.NDArray[np.int64]) -> Values:
    """Return float64 [n, 2], what a random order of the target and its negatives is expected to reach."""
    candidates, one = negatives + 1, np.ones_like(negatives)
    return np.stack(
        [chance.recall(candidates, one, HITS), chance.mrr(candidates, one, int(candidates.max(initial=1)))], axis=1
    )


def auc(own: FloatArray, other: FloatArray, ratings: npt.NDArray[np.float32]) -> tuple[float, float, float] | None:
    """Return the AUC over all shoppers' pairs and its 95 % interval by the bootstrap over shoppers.

    AUC = share of pairs of a positive and a negative in which the positive scores higher, equal scores counting half
    (Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic curve").
    Positive are held-out products rated 4 or better, negative those rated worse; where no held-out product is rated,
    positive are all of them and negative a sampled product beside each.

    Args:
        own: float32 [n, r], scores of the held-out products, not a number where there are fewer.
        other: float32 [n, r], score of a sampled product beside each.
        ratings: float32 [n, r], not a number where unrated.

    Returns:
        value, low, high; None where one side is empty.
    """
    both = pools(own, other, ratings)
    if not all(chosen.any() for _, chosen in both):
        return None
    scores = np.concatenate([values[chosen] for values, chosen in both])
    shoppers = [np.nonzero(chosen)[0] for _, chosen in both]
    _, levels = np.unique(scores, return_inverse=True)
    split = len(shoppers[0])

    def weighted(weights: Values) -> Values:
        found = []
        for each in weights:
            up = np.bincount(levels[:split], weights=each[shoppers[0]], minlength=levels.max() + 1)
            down = np.bincount(levels[split:], weights=each[shoppers[1]], minlength=levels.max() + 1)
            pairs = up.sum() * down.sum()
            below = np.cumsum(down) - down / 2
            found.append([(up * below).sum() / pairs if pairs else np.nan])
        return np.array(found)

    low, high = resampled(len(own), weighted)
    return float(weighted(np.ones((1, len(own))))[0, 0]), float(low[0]), float(high[0])


def pools(
    own: FloatArray, other: FloatArray, ratings: npt.NDArray[np.float32]
) -> tuple[tuple[FloatArray, npt.NDArray[np.bool_]], tuple[FloatArray, npt.NDArray[np.bool_]]]:
    """Return the scores of the positives and of the negatives of `auc`, each with which of its entries count."""
    rated = ~np.isnan(ratings)
    if rated.any():
        return (own, rated & (ratings >= LIKED)), (own, rated & (ratings < LIKED))
    return (own, ~np.isnan(own)), (other, ~np.isnan(other))


def sampled_rows(split: str, duels: Mapping[str, Sampled], ratings: npt.NDArray[np.float32]) -> list[Row]:
    """Return the figures of the replaced system's protocol, chance beside them.

    Args:
        split: The kind of split.
        duels: By system.
        ratings: float32 [n, r], of the held-out products, not a number where unrated or where there are fewer.
    """
    if not duels:
        return []
    first = next(iter(duels.values()))
    values = {"chance": sampled_chance(first.negatives)}
    values |= {name: sampled_values(duel.places) for name, duel in duels.items()}
    rows = rows_of("recommend", split, values, FIGURES)
    found = {name: auc(duel.own, duel.other, ratings) for name, duel in duels.items()}
    known = {name: area for name, area in found.items() if area is not None}
    if known:
        known = {"chance": (0.5, 0.5, 0.5), **known}
    return rows + [
        Row("recommend", split, "all", name, "auc", None, *area, len(first.places)) for name, area in known.items()
    ]
