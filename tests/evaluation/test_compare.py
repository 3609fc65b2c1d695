"""Intervals."""

import numpy as np

from pipeline.evaluation.compare import bootstrap


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
