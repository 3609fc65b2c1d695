"""Paired tests of values that repeat."""

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from pipeline.comparing.pairs import detectable, paired, stricter
from pipeline.evaluation import compare


def test_by_hand() -> None:
    found = paired(np.array([1.0, 0.5, 0.0, 1.0]), np.array([0.0, 0.5, 0.25, 0.0]))
    assert found.difference == pytest.approx((1 + 0 - 0.25 + 1) / 4)
    assert (found.wins, found.ties, found.losses) == (2, 1, 1)
    assert found.low <= found.difference <= found.high


def test_a_copy_differs_by_exactly_nothing() -> None:
    values = np.random.default_rng(0).random(500)
    found = paired(values, values.copy())
    assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)
    assert (found.wins, found.ties, found.losses) == (0, 500, 0)


@pytest.mark.parametrize(
    "differences", [[0.5, 0.4, -0.1, 0.3, 0.2, 0.0], [1, 1, 1, 1, -1, 0, 0], [2, 1, 1, 1, 1, -1, -1]]
)
def test_the_randomisation_test_against_all_sign_flips(differences: list[float]) -> None:
    values = np.array(differences, dtype=float)
    sums = np.abs([np.dot(signs, values) for signs in product((-1, 1), repeat=len(values))])
    exact = np.mean(sums >= abs(values.sum()) - 1e-9)
    assert paired(values, np.zeros(len(values))).p == pytest.approx(exact, abs=0.015)


@pytest.mark.parametrize("repeats", [1, 40])
def test_the_randomisation_test_against_scipy(repeats: int) -> None:
    """Whether signs are drawn one by one, or counted where many differences are equal."""
    values = np.repeat(np.random.default_rng(3).normal(0.05, 1, 25), repeats)
    known = stats.permutation_test(
        (values, np.zeros(len(values))),
        lambda x, y, axis: (x - y).mean(axis=axis),
        permutation_type="samples",
        n_resamples=9_999,
        rng=np.random.default_rng(5),
        vectorized=True,
    )
    assert paired(values, np.zeros(len(values))).p == pytest.approx(known.pvalue, abs=0.02)


def test_it_agrees_with_the_resampling_of_single_users() -> None:
    generator = np.random.default_rng(7)
    ladder = np.array([0, 0, 0, 0, 0.3, 0.5, 0.63, 1.0])
    first, second = generator.choice(ladder, 2000), generator.choice(ladder, 2000)
    quick, slow = paired(first, second), compare.paired(first, second)
    assert quick.difference == pytest.approx(slow.difference)
    assert (quick.low, quick.high) == pytest.approx((slow.low, slow.high), abs=0.005)
    assert quick.p == pytest.approx(slow.p, abs=0.02)


def test_the_interval_covers_the_true_difference_as_often_as_it_says() -> None:
    """Nominal 95 %; values as NDCG@10 has them: most shoppers see no difference, some a large one."""
    generator = np.random.default_rng(11)
    ladder = np.array([-1, -0.5, -0.3, 0, 0.3, 0.5, 1.0])
    shares = np.array([0.03, 0.05, 0.07, 0.65, 0.09, 0.07, 0.04])
    truth, trials = float(ladder @ shares), 1000
    covered = 0
    for seed in range(trials):
        found = paired(generator.choice(ladder, 400, p=shares), np.zeros(400), seed)
        covered += found.low <= truth <= found.high
    assert 0.93 <= covered / trials <= 0.97


def test_the_smallest_difference_that_can_be_detected() -> None:
    values = np.array([1.0, -1.0] * 50)  # mean 0, sum of squares 100, so s^2 = 100 / 99
    assert detectable(values, np.zeros(100)) == pytest.approx(
        (1.959964 + 0.841621) * math.sqrt(100 / 99) / 10, abs=1e-6
    )
    assert detectable(values, values) == 0
    assert math.isnan(detectable(np.ones(1), np.zeros(1)))


def test_beside_many_tests_a_difference_must_be_larger() -> None:
    assert stricter(1) == 1
    quantile = stats.norm.ppf
    assert stricter(50) == pytest.approx((quantile(1 - 0.001 / 2) + quantile(0.8)) / (quantile(0.975) + quantile(0.8)))


def test_a_difference_of_that_size_is_found_in_four_of_five_cases() -> None:
    generator = np.random.default_rng(2)
    least = detectable(generator.normal(0, 1, 200), np.zeros(200))
    found = [stats.ttest_1samp(generator.normal(least, 1, 200), 0).pvalue < 0.05 for _ in range(1000)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.06)
