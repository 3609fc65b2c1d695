"""Intervals and paired differences."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from pipeline.evaluation.compare import bootstrap, holm, paired, resampled


def test_the_interval_covers_the_true_mean_as_often_as_it_says() -> None:
    generator = np.random.default_rng(1)
    covered = 0
    for repeat in range(200):
        _, low, high = bootstrap(generator.exponential(size=(100, 1)), seed=repeat)
        covered += int(low[0] <= 1.0 <= high[0])
    assert 0.88 <= covered / 200 <= 0.98


def test_equal_values_have_no_spread_and_columns_do_not_mix() -> None:
    values = np.stack([np.full(50, 0.25), np.arange(50) / 50], axis=1)
    mean, low, high = bootstrap(values)
    assert (mean[0], low[0], high[0]) == (0.25, 0.25, 0.25)
    assert low[1] < mean[1] < high[1]


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(0).random((30, 2))
    np.testing.assert_array_equal(bootstrap(values, seed=5), bootstrap(values, seed=5))


def test_paired_differences_by_hand() -> None:
    found = paired(np.array([1.0, 0.5, 0.0, 1.0]), np.array([0.0, 0.5, 0.25, 0.0]))
    assert found.difference == pytest.approx((1 + 0 - 0.25 + 1) / 4)
    assert (found.wins, found.ties, found.losses) == (2, 1, 1)
    assert found.low <= found.difference <= found.high


def test_the_randomisation_test_against_all_sign_flips() -> None:
    differences = np.array([0.5, 0.4, -0.1, 0.3, 0.2, 0.0])
    sums = [abs(np.dot(signs, differences)) for signs in product((-1, 1), repeat=len(differences))]
    # The sum is 1.3. As far from 0 is every flip with one sign for all but 0.1 and 0: 2 signs, times 2 and 2.
    exact = np.mean(np.array(sums) >= 1.3 - 1e-9)
    assert exact == pytest.approx(8 / 64)
    assert paired(differences, np.zeros(6)).p == pytest.approx(exact, abs=0.01)


def test_the_randomisation_test_against_scipy() -> None:
    generator = np.random.default_rng(4)
    for shift in (0.0, 0.1, 0.2):
        first, second = generator.random(60) + shift, generator.random(60)
        known = stats.permutation_test(
            (first, second),
            lambda x, y, axis: (x - y).mean(axis=axis),
            permutation_type="samples",
            n_resamples=10_000,
            rng=np.random.default_rng(5),
            vectorized=True,
        )
        assert paired(first, second).p == pytest.approx(known.pvalue, abs=0.015)


def test_equal_systems_are_not_told_apart_and_p_is_never_0() -> None:
    same = np.array([0.5, 0.25, 1.0])
    assert paired(same, same).p == 1
    assert paired(np.ones(100), np.zeros(100)).p == pytest.approx(1 / 10_001)


def test_a_statistic_that_is_missing_in_a_resample_is_left_out() -> None:
    values = np.array([1.0, 2.0, 3.0])
    low, high = resampled(3, lambda weights: np.where(weights[:, :1] > 0, weights @ values[:, None] / 3, np.nan))
    assert 1 <= low[0] < high[0] <= 3


def test_holm_by_hand() -> None:
    # .01 x 3, .03 x 2, and .04 x 1, which may not come before the one below it.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []
