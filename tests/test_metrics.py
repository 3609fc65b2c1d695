"""Ranking metrics against tables worked out by hand, and against trec_eval."""

import numpy as np
import pytest
from ir_measures import RR, R, calc_aggregate, nDCG

from pipeline.metrics import graded_ndcg, mrr, ndcg, pad, recall, target_ranks


def rows(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def scores(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_rank_counts_every_better_product() -> None:
    assert target_ranks(scores(0.1, 0.9, 0.5, 0.7), rows(2), rows()).tolist() == [3]


def test_ties_count_against_the_target() -> None:
    assert target_ranks(scores(0.5, 0.5, 0.5, 0.1), rows(0), rows()).tolist() == [3]
    assert target_ranks(np.zeros(4, np.float32), rows(1), rows()).tolist() == [4]


def test_the_history_is_masked() -> None:
    assert target_ranks(scores(0.9, 0.8, 0.5), rows(2), rows(0, 1)).tolist() == [1]


def test_several_targets_do_not_push_each_other_down_twice() -> None:
    # Order without ties: row 3 (.9), row 0 (.8), row 1 (.5), row 2 (.2).
    assert target_ranks(scores(0.8, 0.5, 0.2, 0.9), rows(0, 2), rows()).tolist() == [2, 4]
    # Two targets and one other share a score: the other is first, then the targets.
    assert target_ranks(scores(0.5, 0.5, 0.5), rows(0, 2), rows()).tolist() == [2, 3]


def test_a_score_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        target_ranks(scores(0.1, float("nan")), rows(0), rows())


# One user found at rank 1, one at 3, one at 11, one with two products at 2 and 20, one with three of which two at 1, 2.
RANKS = pad([np.array(ranks) for ranks in ([1], [3], [11], [2, 20], [1, 2, 50])])


@pytest.mark.parametrize(
    ("metric", "k", "expected"),
    [
        (recall, 10, [1, 1, 0, 1 / 2, 2 / 3]),
        (recall, 1, [1, 0, 0, 0, 1 / 3]),
        (mrr, 10, [1, 1 / 3, 0, 1 / 2, 1]),
        (mrr, 2, [1, 0, 0, 1 / 2, 1]),
        (
            ndcg,
            10,
            [
                1,
                1 / 2,  # log2(3 + 1) = 2
                0,
                (1 / np.log2(3)) / (1 + 1 / np.log2(3)),
                (1 + 1 / np.log2(3)) / (1 + 1 / np.log2(3) + 1 / 2),
            ],
        ),
        (ndcg, 1, [1, 0, 0, 0, 1]),  # the ideal list of length 1 holds one hit
    ],
)
def test_by_hand(metric, k, expected) -> None:  # type: ignore[no-untyped-def]
    np.testing.assert_allclose(metric(RANKS, k), expected)


def test_agrees_with_trec_eval() -> None:
    generator = np.random.default_rng(3)
    n_products, relevance, run, ours = 60, {}, {}, []
    for user in range(40):
        own = generator.permutation(n_products).astype(np.float32)
        targets = generator.choice(n_products, size=generator.integers(1, 6), replace=False).astype(np.int32)
        relevance[f"u{user}"] = {f"p{row}": 1 for row in targets}
        run[f"u{user}"] = {f"p{row}": float(own[row]) for row in range(n_products)}
        ours.append(target_ranks(own, targets, rows()))
    ranks = pad(ours)
    theirs = calc_aggregate([R @ 10, nDCG @ 10, RR @ 10], relevance, run)
    assert recall(ranks, 10).mean() == pytest.approx(theirs[R @ 10])
    assert ndcg(ranks, 10).mean() == pytest.approx(theirs[nDCG @ 10])
    assert mrr(ranks, 10).mean() == pytest.approx(theirs[RR @ 10])


def test_graded_ndcg_by_hand() -> None:
    # Gains 3, 0, 1 in the list; the judged ones are 3, 1, 7 (the 7 was not found).
    gained = 3 / 1 + 1 / 2
    ideal = 7 / 1 + 3 / np.log2(3) + 1 / 2
    assert graded_ndcg(np.array([3.0, 0.0, 1.0]), np.array([3.0, 1.0, 7.0]), 10) == pytest.approx(gained / ideal)
    assert graded_ndcg(np.array([3.0, 0.0, 1.0]), np.array([3.0, 1.0, 7.0]), 1) == pytest.approx(3 / 7)
