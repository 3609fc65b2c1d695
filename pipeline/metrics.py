"""Ranking metrics: one value per user or query, from the ranks of the relevant products.

Ranks count from 1 over every product that may be returned, so nothing is sampled. Ties count against the target:
a relevant product is ranked behind every other product with the same score.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Ranks = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def target_ranks(
    scores: npt.NDArray[np.float32], targets: npt.NDArray[np.int32], excluded: npt.NDArray[np.int32]
) -> Ranks:
    """Return int64 [n_targets]: where each target stands among all products, ties against it.

    Args:
        scores: float32 [n_products], finite.
        targets: Rows of the relevant products, distinct.
        excluded: Rows that may not be returned (the user's own history); a target among them is ranked all the same.

    Raises:
        ValueError: A score is not finite.
    """
    if not np.isfinite(scores).all():
        raise ValueError("scores hold a value that is not finite")  # it would compare as better or worse at random
    candidates = scores.copy()
    candidates[excluded] = -np.inf
    candidates[targets] = -np.inf
    own = scores[targets]
    others: Ranks = (candidates[None, :] >= own[:, None]).sum(axis=1)
    # Among the targets themselves, the better one comes first; equals take their given order.
    order = np.argsort(-own, kind="stable")
    before: Ranks = np.empty(len(targets), dtype=np.int64)
    before[order] = np.arange(len(targets))
    ranks: Ranks = others + before + 1
    return ranks


def pad(ranks: list[Ranks]) -> Ranks:
    """Return int64 [n, most targets]: one row per user, filled up with 0."""
    width = max((len(row) for row in ranks), default=0)
    padded = np.zeros((len(ranks), width), dtype=np.int64)
    for place, row in enumerate(ranks):
        padded[place, : len(row)] = row
    return padded


def recall(ranks: Ranks, k: int) -> Values:
    """Return float64 [n]: the share of a user's relevant products that are among the first k.

    recall@k = hits / relevant. With one relevant product it is the hit rate.

    Args:
        ranks: int64 [n, r], ranks of the relevant products, 0 where there are fewer.
        k: Cut-off.
    """
    hits = ((ranks > 0) & (ranks <= k)).sum(axis=1)
    values: Values = hits / (ranks > 0).sum(axis=1)
    return values


def ndcg(ranks: Ranks, k: int) -> Values:
    """Return float64 [n]: the discounted gain of the first k over the best that is possible.

    NDCG@k = sum over hits of 1 / log2(rank + 1), over the same sum for the ideal list of min(k, relevant) hits.
    Source: Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with binary gains.

    Args:
        ranks: int64 [n, r], ranks of the relevant products, 0 where there are fewer.
        k: Cut-off.
    """
    hit = (ranks > 0) & (ranks <= k)
    gained = np.where(hit, 1 / np.log2(np.where(hit, ranks, 1) + 1), 0).sum(axis=1)
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, k + 2)))])
    values: Values = gained / ideal[np.minimum((ranks > 0).sum(axis=1), k)]
    return values


def mrr(ranks: Ranks, k: int) -> Values:
    """Return float64 [n]: 1 / rank of the first relevant product, 0 when it is not among the first k.

    Source: Voorhees 1999, "The TREC-8 question answering track report".

    Args:
        ranks: int64 [n, r], ranks of the relevant products, 0 where there are fewer.
        k: Cut-off.
    """
    best = np.where(ranks > 0, ranks, np.iinfo(np.int64).max).min(axis=1)
    return np.where(best <= k, 1 / best, 0.0)


METRICS: dict[str, Callable[[Ranks, int], Values]] = {"recall": recall, "ndcg": ndcg, "mrr": mrr}


def graded_ndcg(gains_in_order: Values, ideal_gains: Values, k: int) -> float:
    """Return NDCG@k of one query: sum of gain_i / log2(i + 1) over the first k, over the ideal order's.

    Args:
        gains_in_order: Gains of the list, best ranked first.
        ideal_gains: Gains of all judged products, in any order; at least one is above 0.
        k: Cut-off.
    """
    discount = 1 / np.log2(np.arange(2, k + 2))
    gained = gains_in_order[:k]
    best = np.sort(ideal_gains)[::-1][:k]
    return float((gained * discount[: len(gained)]).sum() / (best * discount[: len(best)]).sum())
