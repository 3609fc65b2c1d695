"""What the ranker learns from."""

import numpy as np
import pytest

from pipeline.metrics import graded_ndcg
from pipeline.retrieval.query_ranking.gathering import gather
from pipeline.retrieval.query_ranking.training import LEADING, Example, fit
from tests.retrieval.query_ranking import shop

BM25 = np.array([2, 4, 0, 0, 0], np.float32)
COSINE = np.array([0.5, 1, 0.25, 0.25, 0.1], np.float32)
ASKED = ("camera", np.array([4, 1], np.int32), np.array([7.0, 3.0]))
NOTHING = ("hose", np.array([4], np.int32), np.array([0.0]))


def test_quality_is_ndcg_over_all_that_was_judged() -> None:
    gains, judged = np.array([0.0, 3.0, 1.0]), np.array([3.0, 1.0, 7.0])  # 7 is no candidate
    example = Example("x", np.zeros((3, 1), np.float32), np.zeros((2, 3), np.float32), gains, judged)
    ideal = 7 + 3 / np.log2(3) + 1 / 2
    one, tied = example.quality(np.array([[3.0, 2.0, 1.0], [0.0, 0.0, 0.0]]))
    assert one == pytest.approx((3 / np.log2(3) + 1 / 2) / ideal)
    assert tied == pytest.approx((1 / np.log2(3) + 3 / 2) / ideal)  # ties count against it


def test_quality_is_what_evaluation_computes() -> None:
    generator = np.random.default_rng(0)
    gains, scores = generator.integers(0, 4, 30).astype(float), generator.integers(0, 9, (5, 30)).astype(float)
    example = Example("x", np.zeros((30, 1), np.float32), np.zeros((2, 30), np.float32), gains, gains)
    expected = [graded_ndcg(gains[np.lexsort((gains, -own))], gains, 10) for own in scores]
    assert example.quality(scores) == pytest.approx(expected)


def test_open_retrieval_learns_from_what_would_be_proposed() -> None:
    done: list[int] = []
    (found,) = gather(shop.features(), [ASKED, NOTHING], lambda query: (BM25, COSINE), "open", done.append)
    assert found.gains.tolist() == [0, 3, 0, 0, 7]
    assert found.parts == pytest.approx(np.array([[0.5, 1, 0, 0, 0], [0.5, 1, 0.25, 0.25, 0.1]]))
    assert done == [1]


def test_judged_protocol_learns_from_judged_products_alone() -> None:
    (found,) = gather(shop.features(), [ASKED], lambda query: (BM25, COSINE), "judged")
    assert found.gains.tolist() == [3, 7]  # rows 1 and 4


def test_candidates_far_down_are_thinned() -> None:
    gains = np.zeros(200)
    gains[199] = 1
    base = np.linspace(1, 0, 200, dtype=np.float32)
    values, kept = Example(
        "x", np.arange(200, dtype=np.float32)[:, None], np.stack([base, base]), gains, gains
    ).thinned()
    assert values[:LEADING, 0].tolist() == list(range(LEADING))
    assert values[LEADING:, 0].tolist() == [*range(LEADING, 200, 5), 199]
    assert kept.sum() == 1


@pytest.mark.parametrize("objective", ["lambdarank", "regression"])
def test_a_ranker_learns_from_many_grades(objective: str) -> None:
    generator = np.random.default_rng(0)
    examples = []
    for number in range(30):
        gains = generator.random(20)  # 600 grades: more than LightGBM tells apart
        values = np.stack([gains, generator.random(20)], axis=1).astype(np.float32)
        examples.append(Example(str(number), values, np.zeros((2, 20), np.float32), gains, gains))
    booster = fit(examples, ("told", "noise"), 5, 0, objective)
    assert booster.num_trees() == 5
    low, high = booster.predict(np.array([[0.1, 0.5], [0.9, 0.5]]))
    assert high > low


@pytest.mark.parametrize("objective", ["lambdarank", "regression"])
def test_gains_too_large_for_a_label_are_learned_from(objective: str) -> None:
    examples = []
    for number in range(30):
        grades = np.arange(20) % 3 + 998.0
        gains = 2.0**grades - 1  # up to 2^1000
        values = np.stack([grades, np.arange(20)], axis=1).astype(np.float32)
        examples.append(Example(str(number), values, np.zeros((2, 20), np.float32), gains, gains))
    low, high = fit(examples, ("told", "noise"), 5, 0, objective).predict(np.array([[998.0, 5], [1000, 5]]))
    assert np.isfinite([low, high]).all()
    assert high > low


@pytest.mark.parametrize("objective", ["lambdarank", "regression"])
def test_gains_that_are_all_alike_teach_nothing_and_break_nothing(objective: str) -> None:
    values, gains = np.ones((3, 2), np.float32), np.ones(3)
    booster = fit([Example("x", values, np.zeros((2, 3), np.float32), gains, gains)], ("one", "two"), 5, 0, objective)
    assert np.isfinite(booster.predict(values)).all()
