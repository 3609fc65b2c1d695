"""Recall by rank, worked out by hand."""

import numpy as np
import pytest

from pipeline.evaluation.answers import Answers
from pipeline.evaluation.by_rank import by_rank


def answers() -> Answers:
    # The first shopper wants two products of 10 candidates, the second one of 20.
    return Answers(
        chosen=np.array([0, 1]),
        histories=[np.empty(0, np.int32)] * 2,
        targets=np.array([[3, 4], [5, -1]], np.int32),
        candidates=np.array([10, 20]),
        ranks={"a": np.array([[1, 4], [3, 0]]), "b": np.array([[2, 30], [1, 0]])},
        lists={},
        duels={},
    )


def test_recall_grows_with_every_product_found() -> None:
    first, second, chance = by_rank(answers(), depth=5)
    assert (first.system, second.system, chance.system) == ("a", "b", "chance")
    assert first.recall == pytest.approx([0.25, 0.25, 0.75, 1, 1])
    assert second.recall == pytest.approx([0.5, 0.75, 0.75, 0.75, 0.75])
    assert {each.n for each in (first, second, chance)} == {2}


def test_chance_finds_k_of_all_candidates() -> None:
    *_, chance = by_rank(answers(), depth=20)
    assert chance.recall[0] == pytest.approx((1 / 10 + 1 / 20) / 2)
    assert chance.recall[11] == pytest.approx((1 + 12 / 20) / 2)
    assert not chance.half.any()


def test_the_interval_is_that_of_a_mean() -> None:
    first = next(each for each in by_rank(answers(), depth=2) if each.system == "a")
    # Shares 0.5 and 0: sd 0.3536, over the root of 2.
    assert first.half[0] == pytest.approx(1.96 * 0.35355 / np.sqrt(2), abs=1e-4)
