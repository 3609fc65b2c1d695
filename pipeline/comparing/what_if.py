"""What if candidates were put in another order: accuracy, coverage and diversity of all evaluation users at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.comparing.candidates import STEPS, Pool
from pipeline.evaluation.beyond import gini
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.rebalancing import Rebalance, Traits, chosen, relevance, weighted

LISTED = 10
SWEEP = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75)  # weights of a frontier
SAMPLE = 2000  # users of a frontier's points; the setting itself is measured on everyone


@dataclass(frozen=True)
class Outcome:
    """What the lists of ten are like under a setting.

    Args:
        setting: The weights.
        ndcg: Mean NDCG@10.
        recall: Mean recall@10.
        coverage: Share of the catalogue in anyone's list.
        diversity: Mean over users of 1 - the mean cosine of all pairs of the list.
        popularity: Mean popularity trait of what is listed, 0..1.
        gini: How unequally products are shown.
        ndcgs: float64 [n], NDCG@10 of each user.
    """

    setting: Rebalance
    ndcg: float
    recall: float
    coverage: float
    diversity: float
    popularity: float
    gini: float
    ndcgs: npt.NDArray[np.float64] = field(repr=False, compare=False)


class WhatIf:
    """Re-orders the candidates of all evaluation users.

    Args:
        pool: Their candidates.
        traits: Of all products.
    """

    def __init__(self, pool: Pool, traits: Traits) -> None:
        self._pool = pool
        self._traits = traits
        self._relevant = relevance(pool.scores)
        some = np.random.default_rng(0).permutation(len(pool.rows))[:SAMPLE]
        self._sample = np.sort(some)

    @property
    def users(self) -> int:
        return len(self._pool.rows)

    @cached_property
    def served(self) -> Outcome:
        """The figures of the order as it is, over everyone; found once, as every other setting is read beside them."""
        return self.outcome(Rebalance())

    def outcome(self, setting: Rebalance) -> Outcome:
        """Return the figures of a setting over everyone."""
        return self._measured(setting, np.arange(self.users))

    def frontier(self, setting: Rebalance, weight: str, sweep: Sequence[float] = SWEEP) -> list[Outcome]:
        """Return the figures as one weight moves and the others stay, over a sample of users, the same every time.

        The setting itself is among them. Coverage of a sample is lower than everyone's: compare within the frontier.

        Args:
            setting: The others.
            weight: The one that moves: popularity, diversity, price or freshness.
            sweep: Its values.
        """
        values = sorted({*sweep, getattr(setting, weight)})
        return [self._measured(replace(setting, **{weight: value}), self._sample) for value in values]

    def _measured(self, setting: Rebalance, users: npt.NDArray[np.int64]) -> Outcome:
        pool = self._pool
        whole = len(users) == self.users
        rows, cosines = (pool.rows, pool.cosines) if whole else (pool.rows[users], pool.cosines)
        relevant = self._relevant if whole else self._relevant[users]
        score = weighted(relevant, rows, self._traits, setting)

        def similar(places: npt.NDArray[np.int64]) -> FloatArray:
            found: FloatArray = cosines[users, places] * np.float32(1 / STEPS)
            return found

        places = chosen(score, similar, setting.diversity, LISTED)
        there = places >= 0
        own = np.arange(len(users))[:, None]
        listed = np.where(there, rows[own, places], -1)
        hits = pool.wanted[users[:, None], places] & there
        discount = 1 / np.log2(np.arange(2, LISTED + 2))
        ideal = np.concatenate([[0.0], np.cumsum(discount)])
        most = pool.relevant[users]
        shown = listed[there]
        ndcgs = hits @ discount[: hits.shape[1]] / ideal[np.minimum(most, LISTED)]
        return Outcome(
            setting,
            ndcg=float(ndcgs.mean()),
            recall=float((hits.sum(axis=1) / most).mean()),
            coverage=len(np.unique(shown)) / len(self._traits.popularity),
            diversity=_diversity(cosines, users, places, there),
            popularity=float(self._traits.popularity[shown].mean()),
            gini=gini(listed, len(self._traits.popularity)),
            ndcgs=ndcgs,
        )


def _diversity(
    cosines: npt.NDArray[np.int8],
    users: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    there: npt.NDArray[np.bool_],
) -> float:
    """Return the mean over users of 1 - the mean cosine of all pairs listed; users with fewer than two are left out."""
    totals = np.zeros(len(users))
    for one in range(places.shape[1]):
        for other in range(one):
            both = there[:, one] & there[:, other]
            totals += np.where(both, cosines[users, places[:, one], places[:, other]], 0)
    count = there.sum(axis=1)
    pairs = count * (count - 1) / 2
    kept = pairs > 0
    return float((1 - totals[kept] / STEPS / pairs[kept]).mean()) if kept.any() else float("nan")
