"""Hubs, orphans and near-duplicates, by hand."""

import numpy as np
import pytest
from scipy import stats

from pipeline.maps.hubs import chance_gini, gini, near_duplicates, occurrences, skewness
from pipeline.maps.neighbours import Neighbours, exact_neighbours, identical, unit


def test_occurrences_count_the_lists_that_a_product_is_in() -> None:
    rows = np.array([[1, 2, 3], [2, 3, 0], [1, 3, 0], [2, 1, 0]], np.int32)
    near = Neighbours(rows, np.array([[0.9, 0.8, 0.7]] * 4, np.float32))
    assert occurrences(near, 2, np.arange(4)).tolist() == [0, 3, 3, 2]
    # 3 is as near to 0 as 2 is, and so is among its two nearest.
    near.cosines[0, 2] = 0.8
    assert occurrences(near, 2, np.arange(4)).tolist() == [0, 3, 3, 3]


@pytest.mark.parametrize("listed", [3, 20])
def test_copies_share_their_occurrences_whatever_the_order_of_rows(listed: int) -> None:
    # Fifty copies of one direction and ten products apart, each of which is nearest to the copies.
    vectors = np.eye(11, dtype=np.float32)[np.r_[np.zeros(50, int), 1:11]]
    vectors[50:, 0] = 0.5
    near = exact_neighbours(unit(vectors), listed)
    found = occurrences(near, 3, identical(near))
    # Each copy is near the 49 others and the ten; nobody is near the ten.
    assert found.tolist() == [59] * 50 + [0] * 10


def test_gini_of_equal_and_of_single_counts() -> None:
    assert gini(np.array([5, 5, 5])) == 0
    assert gini(np.array([0, 10, 0])) == 1
    # Sorted 1, 2, 3: (-2 * 1 + 0 * 2 + 2 * 3) / (2 * 6).
    assert gini(np.array([3, 1, 2])) == pytest.approx(1 / 3)
    assert gini(np.zeros(4, np.int64)) == 0


def test_chance_is_the_gini_of_binomial_counts() -> None:
    # Three products, one neighbour each: 0, 1 or 2 occurrences with chance 1/4, 1/2, 1/4. The mean difference of two
    # of them is 2 (1/8 + 1/8 + 2/16) = 3/4, and the Gini half of that over the mean, 1.
    assert chance_gini(3, 1) == pytest.approx(0.375)


def test_skewness_is_that_of_scipy() -> None:
    counts = np.array([0, 0, 1, 2, 9])
    assert skewness(counts) == pytest.approx(stats.skew(counts))
    assert skewness(np.array([2, 2])) == 0


def test_near_duplicates_once_each_most_alike_first() -> None:
    rows = np.array([[1, 2], [0, 2], [0, 1], [2, 0]], np.int32)
    cosines = np.array([[0.985, 0.5], [0.985, 0.4], [0.995, 0.4], [0.98, 0.1]], np.float32)
    pairs, likeness, n = near_duplicates(Neighbours(rows, cosines), above=0.98, limit=5)
    assert pairs.tolist() == [[0, 2], [0, 1]]  # listed from one side or from both; 0.98 itself is not above
    np.testing.assert_allclose(likeness, [0.995, 0.985])
    assert n == 2
    pairs, _, n = near_duplicates(Neighbours(rows, cosines), above=0.98, limit=1)
    assert (pairs.tolist(), n) == ([[0, 2]], 2)
    pairs, likeness, n = near_duplicates(Neighbours(rows, cosines), above=0.999, limit=5)
    assert (pairs.shape, len(likeness), n) == ((0, 2), 0, 0)
