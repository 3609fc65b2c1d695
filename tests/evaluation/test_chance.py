"""The chance floor against simulation of random orders, and against values worked out by hand."""

import numpy as np
import pytest

from pipeline.evaluation import chance
from pipeline.metrics import METRICS


def test_one_relevant_product_by_hand() -> None:
    candidates, relevant = np.array([100]), np.array([1])
    assert chance.recall(candidates, relevant, 10)[0] == pytest.approx(0.1)
    assert chance.mrr(candidates, relevant, 3)[0] == pytest.approx((1 + 1 / 2 + 1 / 3) / 100)
    assert chance.ndcg(candidates, relevant, 2)[0] == pytest.approx((1 + 1 / np.log2(3)) / 100)


def test_fewer_candidates_than_places() -> None:
    candidates, relevant = np.array([4]), np.array([4])
    for metric in ("recall", "ndcg", "mrr"):
        assert chance.CHANCE[metric](candidates, relevant, 10)[0] == pytest.approx(1.0)


@pytest.mark.parametrize("metric", ["recall", "ndcg", "mrr"])
@pytest.mark.parametrize(("candidates", "relevant", "k"), [(20, 3, 5), (12, 1, 10), (8, 5, 10)])
def test_equals_the_mean_over_random_orders(metric: str, candidates: int, relevant: int, k: int) -> None:
    generator = np.random.default_rng(0)
    orders = np.argsort(generator.random((20_000, candidates)), axis=1)[:, :relevant] + 1
    simulated = METRICS[metric](orders, k)
    expected = chance.CHANCE[metric](np.array([candidates]), np.array([relevant]), k)[0]
    assert abs(simulated.mean() - expected) <= 4 * simulated.std() / np.sqrt(len(simulated)) + 1e-12
