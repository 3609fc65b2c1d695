"""What to judge next: where versions disagree, often, and a grade could move the metric most."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.comparing.overlap import rank_biased_overlap
from pipeline.evaluation.queries import gains_of
from pipeline.metrics import graded_ndcg

DEPTH = 10  # of the lists that are judged
HIGHEST = 3  # grade
DISCOUNT = 1 / np.log2(np.arange(2, DEPTH + 2))

Lists = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Queued:
    """A query or shopper to judge.

    Args:
        asked: The query, or the shopper's id.
        disagreement: 1 - rank-biased overlap of both lists, 0..1.
        frequency: How often it occurs.
        swing: How far the difference in NDCG@10 could still move, 0..2.
        open: Products of either list that are not graded yet.
        listed: Products of either list.
    """

    asked: str
    disagreement: float
    frequency: int
    swing: float
    open: int
    listed: int

    @property
    def priority(self) -> float:
        return self.disagreement * self.frequency * self.swing


def queue(
    lists: Mapping[str, Lists], graded: Mapping[str, Collection[str]], frequency: Mapping[str, int] | None = None
) -> list[Queued]:
    """Return what to judge, the most telling first; equals in the order given.

    Args:
        lists: Product ids of both versions by what was asked, best first.
        graded: The products graded already, by what was asked.
        frequency: How often each occurs; 1 where it is not said.
    """
    found = []
    for asked, (first, second) in lists.items():
        first, second = first[:DEPTH], second[:DEPTH]
        known = graded.get(asked, ())
        either = set(first) | set(second)
        found.append(
            Queued(
                asked,
                disagreement=1 - rank_biased_overlap(first, second),
                frequency=(frequency or {}).get(asked, 1),
                swing=swing(first, second, known),
                open=len(either - set(known)),
                listed=len(either),
            )
        )
    return sorted(found, key=lambda each: -each.priority)


def swing(first: Sequence[str], second: Sequence[str], graded: Collection[str]) -> float:
    """Return how wide the range is in which the difference in NDCG@10 can still lie, 0..2.

    Every product without a grade may turn out to be worth nothing or the highest grade, and moves the difference by
    the discounts of its ranks in both lists: swing = sum over products without a grade of |1 / log2(r_2 + 1) -
    1 / log2(r_1 + 1)|, 0 where it is not listed, over the sum of all ten discounts.

    Args:
        first: Distinct product ids, best first, at most ten.
        second: The same of the other version.
        graded: The products that are graded.
    """
    ranks = [{product: DISCOUNT[place] for place, product in enumerate(own)} for own in (first, second)]
    unknown = (set(first) | set(second)) - set(graded)
    # Sorted, so that the sum does not depend on the order of a set.
    moved = sorted(abs(ranks[0].get(product, 0.0) - ranks[1].get(product, 0.0)) for product in unknown)
    return float(sum(moved) / DISCOUNT.sum())


def graded_value(listed: Sequence[str], grades: Mapping[str, float]) -> float | None:
    """Return NDCG@10 of a list from grades 0..3 with exponential gains; a product without a grade counts as 0.

    Args:
        listed: Product ids, best first.
        grades: Of products by id.

    Returns:
        None where no product is graded above 0: nothing can be gained.
    """
    gains = dict(zip(grades, gains_of(np.array(list(grades.values()), float), "exponential", 0), strict=True))
    if not any(gains.values()):
        return None
    return graded_ndcg(np.array([gains.get(each, 0.0) for each in listed]), np.array(list(gains.values())), DEPTH)


def ideal(grades: Mapping[str, float]) -> list[str]:
    """Return the graded products in the order that would be best, those graded 0 left out; equals by id."""
    return [each for each in sorted(grades, key=lambda each: (-grades[each], each)) if grades[each] > 0][:DEPTH]
